import { describe, expect, it } from 'vitest'
import { type PolicySpec, policySpec } from '../contracts/policy-spec'
import { EMPTY_CATALOGUE } from './catalogue'
import { checkName, domainOf, keepsConvention, obeys } from './check-name'
import { checkSpec } from './check-spec'
import { checkSettings, checkTopic, type TopicFacts } from './check-topic'
import { DEFAULT_SPEC } from './default-spec'
import { diffPolicies } from './diff-policies'
import { compileLinear } from './linear-regex'
import { NameIndex } from './name-index'
import { approvalsFor, compilePolicy, limitsFor } from './policy'
import { segment, spec, topic } from './testing'

/**
 * Far beyond what linear work takes on a busy machine, far below what backtracking would: a guard, no claim
 * of speed.
 */
const HANGS_MS = 20_000

const codes = (policy: PolicySpec, name: string, context: Parameters<typeof checkName>[2] = {}) =>
  checkName(compilePolicy(policy), name, context).violations.map(one => `${one.field}:${one.code}`)
const faults = (policy: PolicySpec, approvers: number | null = null) =>
  checkSpec(policy, { catalogue: EMPTY_CATALOGUE, approvers }).map(one => `${one.path}:${one.code}`)

const check = (policy: PolicySpec, over: Partial<TopicFacts> = {}, nowMs?: number) => {
  const { violations, warnings } = checkTopic(compilePolicy(policy), topic(over), { nowMs })
  return { violations: violations.map(one => one.code), warnings: warnings.map(one => one.code) }
}

describe('other conventions than the agreed one', () => {
  const versioned = spec(draft => {
    draft.naming.segments = [
      { ...segment('domain'), kind: 'enum', values: ['order', 'payment'] },
      { ...segment('sub'), kind: 'pattern', pattern: '[a-z-]{2,20}', optional: true, repeated: true },
      { ...segment('version'), kind: 'pattern', pattern: 'v[0-9]+', examples: ['v1'] },
    ]
  })

  it.each([
    ['order.v1', []],
    ['order.items.v1', []],
    ['order.items.returned.v12', []],
    ['order.items', ['version:pattern-custom']],
    ['shop.items.v1', ['domain:not-registered']],
    ['order.x.v1', ['sub:pattern-custom']],
    ['order', ['name:segment-count']],
    ['order.items.v1.v2', ['sub:pattern-custom']],
  ])('optional and repeated parts: %s', (name, expected) => {
    expect(codes(versioned, name)).toEqual(expected)
    expect(obeys(compilePolicy(versioned), name)).toBe(expected.length === 0)
  })

  it('separators, case, length, reserved words and prefixes by environment', () => {
    const policy = spec(draft => {
      Object.assign(draft.naming, { separator: '_', case: 'upper', minLength: 8, maxLength: 30 })
      draft.naming.segments = [
        { ...segment('domain'), kind: 'enum', values: ['ORDER'] },
        { ...segment('event'), kind: 'free', minLength: 3 },
      ]
      draft.naming.reserved = ['test']
      draft.naming.prefixes = { prod: '', stg: 'S_', dev: 'D_' }
    })
    expect(codes(policy, 'ORDER_CREATED')).toEqual([])
    expect(codes(policy, 'ORDER_created')).toEqual(['event:case-upper'])
    expect(codes(policy, 'ORDER_TEST')).toEqual(['event:reserved-word'])
    expect(codes(policy, 'ORDER_AB')).toEqual(['event:segment-too-short'])
    expect(codes(policy, `ORDER_${'A'.repeat(40)}`)).toEqual(['name:length-range'])
    const dev = compilePolicy(policy, { environment: 'dev' })
    expect(checkName(dev, 'D_ORDER_CREATED').valid).toBe(true)
    const bare = checkName(dev, 'ORDER_CREATED')
    expect(bare.violations.map(one => one.code)).toEqual(['prefix-missing'])
    expect(bare.suggestions).toEqual(['D_ORDER_CREATED'])
    expect(checkName(dev, 'order-created').suggestions[0]).toBe('D_ORDER_CREATED')
  })

  it('a registered domain passes where the list takes from the catalogue', () => {
    const catalogue = { ...EMPTY_CATALOGUE, domains: [{ name: 'shipping', owner: null }] }
    const policy = compilePolicy(DEFAULT_SPEC, { catalogue })
    expect(checkName(policy, 'shipping.ship-service.sent').valid).toBe(true)
    expect(keepsConvention(compilePolicy(DEFAULT_SPEC), 'shipping.ship-service.sent')).toBe(false)
  })

  it('limits, duties and approvals that differ by domain', () => {
    const policy = spec(draft => {
      draft.domains = [
        {
          domains: ['payment'],
          limits: { partitions: { min: 6, max: 12 } },
          required: { owner: true },
          approvals: { count: 2 },
        },
      ]
    })
    const ready = compilePolicy(policy)
    expect(limitsFor(ready, 'payment').partitions).toEqual({ min: 6, max: 12 })
    expect(approvalsFor(ready, 'payment')).toBe(2)
    expect(approvalsFor(ready, 'order')).toBe(1)
    expect(domainOf(ready, 'payment.payment-api.result-dlt')).toBe('payment')
    const name = 'payment.payment-api.result'
    expect(check(policy, { name, partitions: 3 }).violations).toEqual(['partitions-range', 'owner-missing'])
    expect(check(policy, { partitions: 3 }).violations).toEqual([])
  })
})

describe('what a broken rule does', () => {
  const big = { partitions: 100 }

  it('warns where the policy warns, for all rules or one', () => {
    expect(check(spec(), big).violations).toEqual(['partitions-range'])
    const warned = { violations: [], warnings: ['partitions-range'] }
    expect(
      check(
        spec(draft => Object.assign(draft, { enforcement: 'warn' })),
        big,
      ),
    ).toEqual(warned)
    expect(
      check(
        spec(draft => Object.assign(draft, { severities: { partitions: 'warn' } })),
        big,
      ),
    ).toEqual(warned)
    // What the broker refuses, and a name that is taken, is refused whatever the policy says.
    const lax = spec(draft => Object.assign(draft, { enforcement: 'warn' }))
    expect(check(lax, { name: '__x' }).violations).toEqual(['reserved-prefix'])
    expect(codes(lax, 'orders', { existingNames: ['orders'] })).toEqual(['name:exists'])
    expect(codes(lax, 'a.b', { existingNames: ['a_b'] })).toEqual(['name:collides'])
  })

  it('an exception holds for its topics and rules until its day', () => {
    const until = '2026-06-01T00:00:00.000Z'
    const policy = spec(draft => {
      draft.exceptions = [{ topics: ['legacy-*'], rules: ['naming', 'partitions'], reason: 'moving', until }]
    })
    const day = Date.parse(until)
    expect(check(policy, { name: 'legacy-orders', ...big }, day - 1).violations).toEqual([])
    expect(check(policy, { name: 'legacy-orders', ...big }, day).violations.length).toBeGreaterThan(1)
    expect(check(policy, { name: 'legacy-orders', ...big }).violations.length).toBeGreaterThan(1)
    expect(check(policy, { name: 'older-orders' }, day - 1).violations.length).toBeGreaterThan(0)
    expect(check(policy, { name: 'legacy-orders', replicationFactor: 1 }, day - 1).violations).toEqual([
      'replication-range',
    ])
  })

  it('says what must be said', () => {
    const policy = spec(draft => {
      draft.required = { owner: true, description: true, classification: true, schema: true }
    })
    expect(check(policy).violations).toEqual([
      'owner-missing',
      'description-missing',
      'classification-missing',
      'schema-missing',
    ])
    const said = { owner: 'a', description: 'b', classification: 'internal', schema: 'c' }
    expect(check(policy, said).violations).toEqual([])
    expect(check(policy, { ...said, classification: 'cosmic', owner: ' ' }).violations).toEqual([
      'owner-missing',
      'classification-unknown',
    ])
    const catalogue = { ...EMPTY_CATALOGUE, owners: [{ name: 'order-team' }] }
    const known = compilePolicy(policy, { catalogue })
    expect(checkSettings(known, topic(said), null).violations.map(one => one.code)).toEqual(['owner-unknown'])
  })

  it('configs that a topic may not set', () => {
    const policy = spec(draft => {
      draft.limits.configs = { allowed: ['retention.*', 'cleanup.policy'], denied: ['retention.bytes'] }
      draft.limits.cleanupPolicies = ['delete']
    })
    const configs = { 'retention.ms': '7200000', 'retention.bytes': '5', 'max.message.bytes': '1' }
    expect(check(policy, { configs }).violations).toEqual(['config-not-allowed', 'config-not-allowed'])
    expect(check(policy, { configs: { 'cleanup.policy': 'compact' } }).violations).toEqual(['cleanup-policy'])
    // The broker's own default counts where nobody chose.
    const defaults = { 'min.insync.replicas': '3' }
    expect(check(spec(), { defaults }).violations).toEqual(['min-insync-range'])
  })
})

describe('names that only look like others', () => {
  it('a Cyrillic letter is named with its twin, and the ASCII name offered', () => {
    const twin = checkName(compilePolicy(DEFAULT_SPEC), 'оrder.order-service.created')
    expect(twin.violations[0]).toMatchObject({ code: 'charset', params: { characters: 'о (U+043E ≠ o)' } })
    expect(twin.suggestions[0]).toBe('order.order-service.created')
    const wide = checkName(compilePolicy(DEFAULT_SPEC), 'ｏｒｄｅｒ.order-service.created')
    expect(wide.suggestions[0]).toBe('order.order-service.created')
  })

  it('names that differ in case or dots, of topics and of requests', () => {
    const lax = spec(draft => Object.assign(draft.naming, { case: 'any' }))
    const existingNames = ['order.order-service.Created']
    lax.naming.segments[2] = { ...segment('event'), kind: 'free' }
    expect(codes(lax, 'order.order-service.created', { existingNames })).toEqual(['name:collides-case'])
    const pending = new NameIndex(['order.order-service.created', 'payment.payment-api.x-y'])
    expect(codes(DEFAULT_SPEC, 'order.order-service.created', { pending })).toEqual(['name:requested'])
    expect(codes(lax, 'payment.payment-api.X-Y', { pending })).toEqual(['name:collides-case'])
  })

  it('249 characters pass, 250 do not', () => {
    const long = spec(draft => Object.assign(draft.naming.segments[2] ?? {}, { maxLength: 249 }))
    const of = (length: number) => `order.order-service.${'a'.repeat(length - 'order.order-service.'.length)}`
    expect(codes(long, of(249))).toEqual([])
    expect(codes(long, of(250))).toEqual(['name:too-long'])
  })
})

describe('a policy that cannot hold', () => {
  it('the default can, and so can what it exports', () => {
    expect(faults(DEFAULT_SPEC, 1)).toEqual([])
    expect(policySpec.parse(JSON.parse(JSON.stringify(DEFAULT_SPEC)))).toEqual(DEFAULT_SPEC)
  })

  it.each<[string, (draft: PolicySpec) => unknown, string]>([
    ['partitions', d => Object.assign(d.limits, { partitions: { min: 9, max: 3 } }), 'limits.partitions'],
    ['no partitions', d => Object.assign(d.limits, { partitions: { min: 0, max: 0 } }), 'limits.partitions'],
    [
      'replication',
      d => Object.assign(d.limits, { replicationFactor: { min: 4, max: 3 } }),
      'limits.replicationFactor',
    ],
    ['retention', d => Object.assign(d.limits.retentionMs, { min: 1e15 }), 'limits.retentionMs'],
    [
      'min.insync',
      d => Object.assign(d.limits, { minInsyncReplicas: { min: 3, spare: 1 } }),
      'limits.minInsyncReplicas',
    ],
    ['cleanup', d => Object.assign(d.limits, { cleanupPolicies: [] }), 'limits.cleanupPolicies'],
    [
      'optional',
      d => d.naming.segments.map(one => Object.assign(one, { optional: true })),
      'naming.segments',
    ],
    [
      'reserved',
      d => Object.assign(d.naming, { reserved: [...(d.naming.segments[0]?.values ?? [])] }),
      'naming.segments[0]',
    ],
    ['case', d => Object.assign(d.naming, { case: 'upper' }), 'naming.segments[0]'],
    ['length', d => Object.assign(d.naming, { maxLength: 5 }), 'naming'],
    ['approvals', d => Object.assign(d.approvals, { count: 3 }), 'approvals.count'],
    [
      'by domain',
      d => Object.assign(d, { domains: [{ domains: ['x'], limits: { cleanupPolicies: [] } }] }),
      'domains[0].limits.cleanupPolicies',
    ],
    [
      'classification',
      d => {
        d.classifications = []
        d.required.classification = true
      },
      'classifications',
    ],
  ])('locks everybody out by %s', (_what, change, path) => {
    expect(faults(spec(change), 2)).toEqual([`${path}:POLICY_LOCKS_OUT`])
  })

  it('needs an example where nobody can guess a word that passes', () => {
    const odd = (examples: string[]) =>
      spec(draft => {
        draft.naming.segments[2] = {
          ...segment('event'),
          kind: 'pattern',
          pattern: 'q{7}-[0-9]{3}',
          examples,
        }
      })
    expect(faults(odd([]))).toEqual(['naming.segments[2]:POLICY_LOCKS_OUT'])
    expect(faults(odd(['qqqqqqq-123']))).toEqual([])
  })

  it.each(['(a)\\1', '(?=a)b', 'a{1,2000}', '(', 'a)(?:b', '(?<!x)y'])('refuses the pattern %s', pattern => {
    expect(compileLinear(pattern)).toBeNull()
  })

  it('runs patterns that would explode elsewhere in linear time', () => {
    const started = performance.now()
    for (const pattern of ['(a+)+', '(a|a)*', '(a|aa)+', '(.*)(.*)(.*)(.*)(.*)x', '([a-z]+)*-'])
      expect(compileLinear(pattern)?.matchesWhole(`${'a'.repeat(249)}!`)).toBe(false)
    expect(performance.now() - started).toBeLessThan(HANGS_MS)
  })
})

it('differences are told by path, lists of words as sets, parts by their name', () => {
  const after = spec(draft => {
    draft.limits.partitions.max = 12
    draft.naming.segments[0]?.values.push('shipping')
    draft.naming.segments.reverse()
  })
  expect(diffPolicies(DEFAULT_SPEC, after)).toEqual([
    { path: 'naming.segments[domain].values', before: null, after: '"shipping"' },
    { path: 'naming.segments (order)', before: 'domain, service, event', after: 'event, service, domain' },
    { path: 'limits.partitions.max', before: '48', after: '12' },
  ])
  expect(diffPolicies(DEFAULT_SPEC, DEFAULT_SPEC)).toEqual([])
})

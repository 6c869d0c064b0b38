import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { policies as contracts } from '@/lib/contracts/policies'
import type { PolicySpec } from '@/lib/contracts/policy-spec'
import { names, topics as topicContracts } from '@/lib/contracts/topics'
import type { AppError } from '@/lib/errors'
import { DEFAULT_SPEC } from '@/lib/naming-policy/default-spec'
import { freshDatabaseUrl, kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { listAudit } from '@/server/audit/list-audit'
import { testStore } from '@/server/http/testing'
import { makeTopic } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import type { Store } from '@/server/store/types'
import { checkName } from '@/server/topics/check-name'
import { createTopic } from '@/server/topics/create-topic'
import { topicsWorld } from '@/server/topics/testing'
import { applyFilePolicies } from './apply-file-policies'
import { getPolicy } from './get-policy'
import { exportPolicy, getPolicyVersion, listPolicyVersions } from './list-policy-versions'
import { policyFor } from './policy-for'
import { previewPolicy } from './preview-policy'
import { putPolicy } from './put-policy'
import { removePolicy } from './remove-policy'

const world = topicsWorld(kafkaBootstrap())
const made: string[] = []
type Over = Parameters<typeof world.context>[0]

afterAll(async () => {
  await Promise.all(made.map(name => world.cluster.deleteTopic(name).catch(() => undefined)))
  await world.close()
})

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => Promise.reject(new Error('done')),
    (e: AppError) => e,
  )

/** The default with some of it replaced. */
function spec(over: Partial<PolicySpec> = {}): PolicySpec {
  return { ...structuredClone(DEFAULT_SPEC), ...over }
}
const withPartitions = (max: number) =>
  spec({ limits: { ...DEFAULT_SPEC.limits, partitions: { min: 1, max } } })

describe.each(['PGlite', 'PostgreSQL'])('policies in %s', dialect => {
  let store: Store
  beforeAll(async () => {
    store = await testStore(dialect === 'PGlite' ? null : await freshDatabaseUrl())
  })
  afterAll(() => store.close())

  const ctx = (over: Over = {}) => world.context({ store, ...over })
  const get = () => getPolicy(ctx(), { cluster: 'c' })
  const put = (policy: unknown, base: number, more: object = {}, over: Over = {}) =>
    putPolicy(ctx(over), contracts.put.input.parse({ cluster: 'c', policy, base, ...more }))
  const history = () => listPolicyVersions(ctx(), contracts.versions.input.parse({ cluster: 'c' }))

  it('begin with the built-in default, and become versions with history and differences', async () => {
    const first = await get()
    expect(contracts.get.output.parse(first)).toEqual(first)
    expect(first).toMatchObject({ version: 0, scope: 'built-in', bases: { default: 0, cluster: 0 } })
    expect(first.policy).toEqual(DEFAULT_SPEC)

    const saved = await put(withPartitions(12), 0, { comment: 'smaller' })
    expect(saved).toMatchObject({
      version: 1,
      changed: true,
      changes: [{ path: 'limits.partitions.max', before: '48', after: '12' }],
    })
    expect(await get()).toMatchObject({ version: 1, scope: 'default', by: 'tester', comment: 'smaller' })
    // Saving what is in force writes nothing.
    expect(await put(withPartitions(12), 1)).toMatchObject({ version: 1, changed: false })

    const own = await put(withPartitions(6), 0, { scope: 'cluster' })
    expect(own.version).toBe(2)
    expect(await get()).toMatchObject({ version: 2, scope: 'cluster', bases: { default: 1, cluster: 2 } })
    const { items } = await history()
    expect(contracts.versions.output.parse(await history()).items).toEqual(items)
    expect(items).toMatchObject([
      { version: 2, scope: 'cluster', current: true },
      { version: 1, scope: 'default', current: false, changes: 1, comment: 'smaller' },
    ])
    const difference = await getPolicyVersion(ctx(), { cluster: 'c', version: 2, against: 1 })
    expect(difference.changes).toEqual([{ path: 'limits.partitions.max', before: '12', after: '6' }])

    expect(await removePolicy(ctx(), { cluster: 'c', base: 2 })).toEqual({ version: 3 })
    expect(await get()).toMatchObject({ version: 1, scope: 'default' })
    expect((await refusal(removePolicy(ctx(), { cluster: 'c', base: 3 }))).code).toBe('STATE_CONFLICT')
    const audit = await listAudit(ctx(), { resource: 'policy:', limit: 50 })
    expect(audit.items.map(item => [item.action, item.resource, item.outcome])).toEqual([
      ['policy.remove', 'policy:c', 'succeeded'],
      ['policy.write', 'policy:c', 'succeeded'],
      ['policy.write', 'policy:*', 'succeeded'],
    ])
  })

  it('of two writers one wins, and the other is told who was faster', async () => {
    const { bases } = await get()
    const outcomes = await Promise.allSettled([
      put(withPartitions(20), bases.default, {}, { actor: { name: 'kim' } }),
      put(withPartitions(21), bases.default, {}, { actor: { name: 'lee' } }),
    ])
    expect(outcomes.map(one => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    const lost = outcomes.find(one => one.status === 'rejected')
    const winner = (await get()).by
    expect(lost?.reason).toMatchObject({ code: 'POLICY_STALE', params: { by: winner } })
    expect((await refusal(put(withPartitions(22), bases.default))).code).toBe('POLICY_STALE')
  })

  it('travel as YAML, and a dry run writes nothing', async () => {
    const { bytes, filename } = await exportPolicy(ctx(), { cluster: 'c', json: false })
    const text = new TextDecoder().decode(bytes)
    expect(filename).toMatch(/^policy-c-\d+\.yaml$/)
    const { bases, version } = await get()
    const changed = text.replace(/max: 2[01]\b/, 'max: 7')
    const dry = await put(undefined, bases.default, { yaml: changed, dryRun: true })
    expect(dry).toMatchObject({ version: null, changed: true, changes: [{ after: '7' }] })
    expect(dry.impact?.settingsKnown).toBe(true)
    expect((await get()).version).toBe(version)
    expect((await put(undefined, bases.default, { yaml: changed })).version).toBeGreaterThan(version)
    const bad = await refusal(put(undefined, 0, { yaml: 'a: [' }))
    expect(bad).toMatchObject({ code: 'INPUT_INVALID', fields: [{ path: 'yaml', code: 'YAML' }] })
    const bomb = `a: &a [x]\n${Array.from({ length: 200 }, (_, i) => `b${i}: *a`).join('\n')}`
    expect((await refusal(put(undefined, 0, { yaml: bomb }))).code).toBe('INPUT_INVALID')
  })

  it('of the configuration file hold from the start, once, and are edited there alone', async () => {
    const before = await get()
    const config = { ...ctx().config, policies: { default: withPartitions(31), clusters: {} } }
    const apply = () => applyFilePolicies({ config, store, clock: ctx().clock, log: silentLogger })
    await apply()
    const after = await getPolicy(ctx({ config }), { cluster: 'c' })
    expect(after).toMatchObject({ managed: true, by: 'configuration', scope: 'default' })
    expect(after.version).toBeGreaterThan(before.version)
    await apply()
    expect((await get()).version).toBe(after.version)
    const refused = put(withPartitions(32), after.bases.default, {}, { config })
    expect((await refusal(refused)).code).toBe('POLICY_MANAGED')
    // A file that does not name it any more leaves it as it is, to be edited again.
    expect(await get()).toMatchObject({ managed: false, version: after.version })
  })

  it.each([
    ['a pattern that backtracks by need', { kind: 'pattern', pattern: '(a)\\1' }, 'POLICY_PATTERN'],
    ['a pattern that nothing matches', { kind: 'pattern', pattern: 'a^b' }, 'POLICY_LOCKS_OUT'],
    ['an empty list', { kind: 'enum', values: [], catalogue: null }, 'POLICY_LOCKS_OUT'],
  ])('with %s are refused with the reason', async (_what, segment, code) => {
    const draft = spec()
    Object.assign(draft.naming.segments[1] ?? {}, segment, { examples: [] })
    const error = await refusal(put(draft, (await get()).bases.default))
    expect(error).toMatchObject({ code: 'POLICY_INVALID', fields: [{ code }] })
    expect(error.fields?.[0]?.path).toContain('naming.segments[1]')
  })

  it('are written by admins alone, the default only by those of all clusters', async () => {
    for (const role of ['viewer', 'developer', 'operator', 'approver', 'auditor'] as const)
      expect((await refusal(put(spec(), 0, {}, { roles: [role] }))).code).toBe('DENIED')
    const grants = [{ role: 'admin' as const, clusters: ['c'] }]
    expect((await refusal(put(spec(), 0, {}, { grants }))).code).toBe('DENIED')
    const own = await put(withPartitions(9), (await get()).bases.cluster, { scope: 'cluster' }, { grants })
    expect((await policyFor(ctx(), 'c', { fresh: true })).version).toBe(own.version)
  })

  it('decide at once what may be created, and the preview names what a draft would break', async () => {
    const name = `order.${uniqueName('policy')}.created`
    made.push(name)
    await makeTopic(world.cluster, { name, partitions: 3 })
    const draft = withPartitions(2)
    const preview = await previewPolicy(ctx(), { cluster: 'c', policy: draft })
    expect(contracts.preview.output.parse(preview)).toEqual(preview)
    expect(preview.impact.items).toContainEqual(
      expect.objectContaining({
        topic: name,
        isNew: true,
        violations: [expect.objectContaining({ code: 'partitions-range' })],
      }),
    )
    const limited = ctx({ grants: [{ role: 'viewer', topics: ['payment.*'] }] })
    const seen = await previewPolicy(limited, { cluster: 'c', policy: draft })
    expect(seen.impact.items.map(item => item.topic)).not.toContain(name)

    await put(draft, (await get()).bases.cluster, { scope: 'cluster' })
    const wanted = { cluster: 'c', name: `${name}-2`, partitions: 3, replicationFactor: 1 }
    const refused = await refusal(createTopic(ctx(), topicContracts.create.input.parse(wanted)))
    expect(refused).toMatchObject({ code: 'LIMIT_POLICY_VIOLATION', fields: [{ path: 'partitions' }] })
    const check = await checkName(ctx(), names.check.input.parse({ ...wanted }))
    expect(check).toMatchObject({ valid: false, policyVersion: (await get()).version })
    const failing = names.check.input.parse({ ...wanted, fail: true })
    expect((await refusal(checkName(ctx(), failing))).code).toBe('LIMIT_POLICY_VIOLATION')
    // To whom the topic is hidden, its name is free.
    const hidden = await checkName(limited, names.check.input.parse({ cluster: 'c', name }))
    expect(hidden.violations).toEqual([])
    expect(hidden.segments.flatMap(segment => segment.suggestions)).not.toContain(name.split('.')[1])
  })
})

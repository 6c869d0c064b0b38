import type { LimitsSpec, PolicySpec } from '../contracts/policy-spec'
import type { FieldError } from '../errors'
import type { Catalogue } from './catalogue'
import { keepsConvention } from './check-name'
import { compileLinear } from './linear-regex'
import { compilePolicy, type NamingPolicy, type Segment } from './policy'

const CHARSET = /^[A-Za-z0-9._-]*$/
const ENVIRONMENTS = ['prod', 'stg', 'dev'] as const

export type SpecContext = {
  catalogue: Catalogue
  /** People who may approve; null: not known. */
  approvers: number | null
}

/**
 * What is wrong with a policy beyond its shape: patterns that do not compile, bounds the wrong way round, and
 * above all a policy under which nothing could be created any more, with the reason. Fields are paths into
 * the policy.
 */
export function checkSpec(spec: PolicySpec, context: SpecContext): FieldError[] {
  const found: FieldError[] = []
  const add = (path: string, code: string, message: string, params: FieldError['params'] = {}) =>
    found.push({ path, code, message, params })
  checkSegmentSpecs(spec, add)
  if (spec.naming.minLength > spec.naming.maxLength)
    add('naming.maxLength', 'POLICY_RANGE', 'must not be below the minimum')
  for (const environment of ENVIRONMENTS) {
    const prefix = spec.naming.prefixes[environment]
    if (!CHARSET.test(prefix) || prefix.startsWith('__'))
      add(`naming.prefixes.${environment}`, 'POLICY_CHARSET', 'holds what no topic name may hold')
  }
  for (const [i, suffix] of spec.naming.derivedSuffixes.entries())
    if (!CHARSET.test(suffix.replace(/\*$/, '')))
      add(`naming.derivedSuffixes[${i}]`, 'POLICY_CHARSET', 'holds what no topic name may hold')
  checkLimitSpecs(spec.limits, 'limits', add)
  for (const [i, domain] of spec.domains.entries())
    checkLimitSpecs({ ...spec.limits, ...domain.limits }, `domains[${i}].limits`, add)
  const required = [spec.required, ...spec.domains.map(one => one.required)]
  if (spec.classifications.length === 0 && required.some(one => one?.classification))
    lock(add, 'classifications', 'classification')
  checkApprovals(spec, context, add)
  if (found.length === 0) checkReachable(spec, context.catalogue, add)
  return found
}

function lock(add: Add, path: string, reason: keyof typeof LOCKS, params: FieldError['params'] = {}): void {
  add(path, 'POLICY_LOCKS_OUT', LOCKS[reason], { ...params, reason })
}

/** Why nothing could be created any more: English for API clients, screens have words by `reason`. */
const LOCKS = {
  partitions: 'no number of partitions would pass',
  replication: 'no replication factor would pass',
  retention: 'no retention would pass',
  minInsync: 'no min.insync.replicas would fit the replication factor',
  cleanup: 'no cleanup policy would pass',
  values: 'nothing could stand here: neither values nor a catalogue',
  optional: 'at least one segment must not be optional',
  approvals: 'more approvals than there are people who may approve',
  classification: 'a classification is required, but there is none to choose',
  name: 'not even a name made of its own examples passes',
  witness:
    'no value was found that passes case, length, reserved words and the rule itself; give an example that does',
} as const

type Add = (path: string, code: string, message: string, params?: FieldError['params']) => void

function checkSegmentSpecs(spec: PolicySpec, add: Add): void {
  const names = new Set<string>()
  for (const [i, segment] of spec.naming.segments.entries()) {
    const at = `naming.segments[${i}]`
    if (names.has(segment.name)) add(`${at}.name`, 'POLICY_TWICE', 'is the name of another segment')
    names.add(segment.name)
    if (segment.minLength > segment.maxLength)
      add(`${at}.maxLength`, 'POLICY_RANGE', 'must not be below the minimum')
    if (segment.kind === 'pattern') {
      if (segment.pattern === null) add(`${at}.pattern`, 'POLICY_PATTERN_MISSING', 'a pattern is needed')
      else if (compileLinear(segment.pattern) === null)
        add(
          `${at}.pattern`,
          'POLICY_PATTERN',
          'is no pattern of the linear-time engine (RE2: no backreferences, no lookaround, repeats up to 1000)',
        )
    }
    if (segment.kind === 'enum' && segment.values.length === 0 && segment.catalogue === null)
      lock(add, `${at}.values`, 'values')
    for (const [j, value] of segment.values.entries())
      if (!CHARSET.test(value) || value.includes(spec.naming.separator))
        add(`${at}.values[${j}]`, 'POLICY_CHARSET', 'holds the separator, or what no topic name may hold', {
          value,
        })
  }
  if (spec.naming.segments.every(segment => segment.optional)) lock(add, 'naming.segments', 'optional')
}

function checkLimitSpecs(limits: LimitsSpec, at: string, add: Add): void {
  const { partitions, replicationFactor, retentionMs, minInsyncReplicas, cleanupPolicies } = limits
  const locks = (path: string, reason: keyof typeof LOCKS) => lock(add, `${at}.${path}`, reason)
  if (partitions.min > partitions.max || partitions.max < 1) locks('partitions', 'partitions')
  if (replicationFactor.min > replicationFactor.max || replicationFactor.max < 1)
    locks('replicationFactor', 'replication')
  if (retentionMs.min > retentionMs.max) locks('retentionMs', 'retention')
  if (minInsyncReplicas.min > Math.max(1, replicationFactor.max - minInsyncReplicas.spare))
    locks('minInsyncReplicas', 'minInsync')
  if (cleanupPolicies.length === 0) locks('cleanupPolicies', 'cleanup')
}

function checkApprovals(spec: PolicySpec, { approvers }: SpecContext, add: Add): void {
  if (approvers === null) return
  const most = Math.max(spec.approvals.count, ...spec.domains.map(one => one.approvals?.count ?? 0))
  if (most > Math.max(1, approvers))
    lock(add, 'approvals.count', 'approvals', {
      count: most,
      approvers,
    })
}

/** One name that passes proves that the policy can be kept; without one it locks everybody out. */
function checkReachable(spec: PolicySpec, catalogue: Catalogue, add: Add): void {
  for (const environment of ENVIRONMENTS) {
    const policy = compilePolicy(spec, { environment, catalogue })
    const parts: string[] = []
    for (const [i, segment] of policy.segments.entries()) {
      if (segment.optional) continue
      const value = witness(policy, segment)
      if (value === null) {
        lock(add, `naming.segments[${i}]`, 'witness', { segment: segment.name })
        return
      }
      parts.push(value)
    }
    const name = policy.prefix + parts.join(policy.separator)
    if (!keepsConvention(policy, name) && !keepsConvention(policy, padded(policy, parts))) {
      lock(add, 'naming', 'name', {
        name,
        environment,
      })
      return
    }
  }
}

/** Words that most patterns of the world let pass, short and long, in every case. */
const GUESSES = [
  ...['a', 'x', 'v1', 'ab', 'abc', 'created', 'events', 'order', 'order-service', 'order_created', 'a1'],
  ...['aaaaaaaa', '1', '01', '001', '2024', '20240101', 'kr', 'data', 'cmd', 'fct', 'evt', 'public', 'json'],
]

function witness(policy: NamingPolicy, segment: Segment): string | null {
  const guesses =
    segment.kind === 'enum' ? [] : GUESSES.flatMap(one => [one, one.toUpperCase(), capital(one)])
  const padding = 'a'.repeat(segment.minLength)
  return (
    [...segment.examples, ...segment.known, ...guesses, padding, padding.toUpperCase()].find(
      value =>
        value.length >= segment.minLength &&
        value.length <= segment.maxLength &&
        !value.includes(policy.separator) &&
        !policy.reserved.has(value.toLowerCase()) &&
        (policy.case !== 'lower' || value === value.toLowerCase()) &&
        (policy.case !== 'upper' || value === value.toUpperCase()) &&
        CHARSET.test(value) &&
        segment.accepts(value),
    ) ?? null
  )
}

const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1)

/** The last segment drawn out to the least length that the whole name must have. */
function padded(policy: NamingPolicy, parts: readonly string[]): string {
  const name = policy.prefix + parts.join(policy.separator)
  const missing = policy.spec.naming.minLength - name.length
  return missing > 0 ? name + (policy.case === 'upper' ? 'A' : 'a').repeat(missing) : name
}

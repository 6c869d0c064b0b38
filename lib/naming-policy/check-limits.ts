import type { NameViolation } from '../contracts/topics'
import { matchesAny } from '../permissions'
import { limitsFor, type NamingPolicy } from './policy'
import { violation } from './violation'

export type LimitRequest = {
  /**
   * As the broker would set it. -1 (the broker's default) is out of range: whoever asks resolves it by
   * validateOnly first. null: not said yet, nothing is said about it.
   */
  partitions: number | null
  replicationFactor: number | null
  /** What is chosen. */
  configs: Readonly<Record<string, string>>
  /** What holds where nothing is chosen (the broker's defaults). */
  defaults?: Readonly<Record<string, string>> | undefined
  /** Brokers in the cluster; null: not known, the policy's numbers hold as they are. */
  brokers: number | null
  /** For limits that differ by domain. */
  domain?: string | null | undefined
}

/**
 * Checks the size and settings of a topic against the policy; fields are `partitions`, `replicationFactor`
 * and `configs.<name>`.
 */
export function checkLimits(policy: NamingPolicy, request: LimitRequest): NameViolation[] {
  const { partitions, replicationFactor, configs, defaults = {} } = request
  const limits = limitsFor(policy, request.domain ?? null)
  const found: NameViolation[] = []

  if (partitions !== null)
    range(found, 'partitions-range', 'partitions', partitions, limits.partitions.min, limits.partitions.max)
  // A cluster smaller than the policy's minimum can only keep as many replicas as it has brokers.
  const brokers = request.brokers ?? limits.replicationFactor.max
  const fewest = Math.max(1, Math.min(limits.replicationFactor.min, brokers))
  const most = Math.max(fewest, Math.min(limits.replicationFactor.max, Math.max(brokers, 1)))
  if (replicationFactor !== null)
    range(found, 'replication-range', 'replicationFactor', replicationFactor, fewest, most)

  const effective = (name: string) => own(configs, name) ?? own(defaults, name)
  const minInSync = effective('min.insync.replicas')
  if (minInSync !== undefined) {
    const value = integer(found, 'min.insync.replicas', minInSync)
    const replicas = replicationFactor ?? most
    const { min, spare } = limits.minInsyncReplicas
    // With as many required as there are, one broker that restarts stops every write.
    const highest = Math.max(1, replicas - spare)
    if (value !== null)
      range(
        found,
        'min-insync-range',
        'configs.min.insync.replicas',
        value,
        Math.min(min, highest),
        highest,
        { replicas },
      )
  }
  checkCleanup(found, limits.cleanupPolicies, own(configs, 'cleanup.policy'))
  // Retention has no meaning where nothing is deleted.
  if ((effective('cleanup.policy') ?? 'delete').includes('delete')) checkRetention(found, limits, configs)
  for (const name of Object.keys(configs)) {
    const { allowed, denied } = limits.configs
    if (matchesAny(denied, name) || (allowed !== null && !matchesAny(allowed, name)))
      found.push(violation('config-not-allowed', `configs.${name}`, { name }))
  }
  return found
}

const own = (record: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined

/** `compact,delete` and ` delete , compact` are one: what Kafka makes of the list. */
function normalCleanup(text: string): string {
  return [...new Set(text.split(',').map(part => part.trim().toLowerCase()))].sort().join(',')
}

function checkCleanup(found: NameViolation[], allowed: readonly string[], chosen: string | undefined): void {
  if (chosen === undefined || allowed.includes(normalCleanup(chosen))) return
  found.push(
    violation(
      'cleanup-policy',
      'configs.cleanup.policy',
      { value: chosen.slice(0, 50), allowed: allowed.join(' | ') },
      allowed[0] ?? null,
    ),
  )
}

function checkRetention(
  found: NameViolation[],
  limits: ReturnType<typeof limitsFor>,
  configs: Readonly<Record<string, string>>,
): void {
  const { min, max, infinite } = limits.retentionMs
  const retention = own(configs, 'retention.ms')
  if (retention !== undefined) {
    const value = integer(found, 'retention.ms', retention)
    // Kafka keeps for ever with -1.
    if (value === -1) {
      if (!infinite)
        found.push(violation('retention-infinite', 'configs.retention.ms', { value, min, max }, String(max)))
    } else if (value !== null) range(found, 'retention-range', 'configs.retention.ms', value, min, max)
  }
  const bytes = own(configs, 'retention.bytes')
  // A limit in bytes that holds nothing is a retention of zero by another name.
  if (bytes !== undefined && min > 0) {
    const value = integer(found, 'retention.bytes', bytes)
    if (value !== null && value !== -1 && value < 1)
      found.push(violation('retention-bytes', 'configs.retention.bytes', { value }, '-1'))
  }
}

function range(
  found: NameViolation[],
  code: string,
  field: string,
  value: number,
  min: number,
  max: number,
  more: Record<string, number> = {},
): void {
  if (Number.isInteger(value) && value >= min && value <= max) return
  const nearest = Math.min(max, Math.max(min, Number.isFinite(value) ? Math.trunc(value) : min))
  found.push(violation(code, field, { value, min, max, ...more }, String(nearest)))
}

function integer(found: NameViolation[], name: string, text: string): number | null {
  const trimmed = text.trim()
  if (/^-?\d{1,18}$/.test(trimmed)) return Number(trimmed)
  found.push(violation('not-a-number', `configs.${name}`, { name, value: text.slice(0, 50) }))
  return null
}

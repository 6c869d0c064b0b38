import type { NameViolation } from '../contracts/topics'
import type { NamingPolicy } from './policy'
import { violation } from './violation'

export type LimitRequest = {
  /** As the broker would set it: -1 (the broker's default) is resolved by validateOnly first; -1 here is not checked. */
  partitions: number
  replicationFactor: number
  configs: Readonly<Record<string, string>>
  /** Brokers in the cluster. */
  brokers: number
}

/** Checks the size of a new topic against the policy's limits; fields are `partitions`, `replicationFactor` and `configs.<name>`. */
export function checkLimits(policy: NamingPolicy, request: LimitRequest): NameViolation[] {
  const { partitions, replicationFactor, configs, brokers } = request
  const { limits } = policy
  const found: NameViolation[] = []

  if (partitions !== -1)
    range(found, 'partitions-range', 'partitions', partitions, limits.partitions.min, limits.partitions.max)
  // A cluster smaller than the policy's minimum can only keep as many replicas as it has brokers.
  const fewest = Math.max(1, Math.min(limits.replicationFactor.min, brokers))
  const most = Math.max(fewest, Math.min(limits.replicationFactor.max, Math.max(brokers, 1)))
  if (replicationFactor !== -1)
    range(found, 'replication-range', 'replicationFactor', replicationFactor, fewest, most)

  const minInSync = configs['min.insync.replicas']
  if (minInSync !== undefined) {
    const value = integer(found, 'min.insync.replicas', minInSync)
    const replicas = replicationFactor === -1 ? most : replicationFactor
    // With as many required as there are, one broker that restarts stops every write.
    if (value !== null)
      range(found, 'min-insync-range', 'configs.min.insync.replicas', value, 1, Math.max(1, replicas - 1), {
        replicas,
      })
  }

  const retention = configs['retention.ms']
  // Retention has no meaning where nothing is deleted.
  if (retention !== undefined && (configs['cleanup.policy'] ?? 'delete').includes('delete')) {
    const value = integer(found, 'retention.ms', retention)
    if (value !== null)
      range(
        found,
        'retention-range',
        'configs.retention.ms',
        value,
        limits.retentionMs.min,
        limits.retentionMs.max,
      )
  }
  return found
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

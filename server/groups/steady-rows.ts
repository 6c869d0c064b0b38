import { isDeepStrictEqual } from 'node:util'
import type { PartitionLag } from '@/lib/contracts/groups'
import { partitionKey } from '@/lib/partition-key'
import { toPartitionLags } from './group-rows'
import type { GroupState } from './group-state'

/** Groups that somebody looks at; whoever is looked at less often is made anew. */
const MOST_GROUPS = 200

type Kept = { state: GroupState; revision: number; rows: readonly PartitionLag[] }

/**
 * Rows by partition of the groups that people look at, made once a sample however many look. A row that is as
 * it was before is the same object: what changed since shows without comparing again.
 */
export class SteadyRows {
  readonly #kept = new Map<string, Kept>()

  of(state: GroupState, nowMs: number): readonly PartitionLag[] {
    const { group } = state.listing
    const before = this.#kept.get(group)
    if (before && before.state === state && before.revision === state.revision) return before.rows
    const known = new Map(before?.rows.map(row => [partitionKey(row), row]))
    const rows = toPartitionLags(state, nowMs).map(row => {
      const old = known.get(partitionKey(row))
      return old && isDeepStrictEqual(old, row) ? old : row
    })
    this.#kept.delete(group)
    this.#kept.set(group, { state, revision: state.revision, rows })
    const [oldest] = this.#kept.keys()
    if (oldest !== undefined && this.#kept.size > MOST_GROUPS) this.#kept.delete(oldest)
    return rows
  }
}

/** Rows that `before` did not have as they are, and the places of those that are no more. */
export function changesBetween(before: readonly PartitionLag[], after: readonly PartitionLag[]) {
  const was = new Set(before)
  const changed = after.filter(row => !was.has(row))
  if (changed.length === 0 && before.length === after.length) return { changed, gone: [] }
  const is = new Set(after.map(partitionKey))
  const gone = before
    .filter(row => !is.has(partitionKey(row)))
    .map(({ topic, partition }) => ({ topic, partition }))
  return { changed, gone }
}

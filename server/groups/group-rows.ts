import type { GroupRow, GroupStatus, PartitionLag } from '@/lib/contracts/groups'
import { partitionKey } from '@/lib/partition-key'
import { type GroupState, isIdle, type Owner, rowsOf } from './group-state'
import type { RowState } from './lag-row'
import { UNKNOWN_ENDS } from './take-snapshot'
import type { Ends } from './uncommitted-ends'

/** The row of a list, from memory. */
export function toGroupRow(state: GroupState, nowMs: number): GroupRow {
  const { listing, description } = state
  const status: GroupStatus = state.problem || state.sampledAtMs === null ? 'unknown' : state.status
  return {
    group: listing.group,
    type: listing.type,
    protocolType: listing.protocolType,
    state: listing.state,
    status,
    members: isIdle(listing) ? 0 : (description?.members.length ?? null),
    topics: topicsOf(state),
    lag: textOf(state.lag),
    timeLagMs: state.timeLagMs,
    ...state.memory.rates.rates(state.rates),
    spark: state.memory.series.spark(state.series, nowMs),
    coordinator: listing.coordinator,
    sampledAt: isoOf(state.sampledAtMs),
    // A partition's problem is the group's only where nothing else is to be said of it.
    problem: state.problem ?? (status === 'unknown' ? firstProblem(state) : null),
  }
}

function firstProblem(state: GroupState) {
  for (const { ends, deleted } of rowsOf(state)) if (ends.problem && !deleted) return ends.problem
  return null
}

/** Topics that it committed on or has assigned. */
function topicsOf(state: GroupState): string[] {
  return [...new Set([...state.rows.keys(), ...state.owners.keys()])].sort()
}

/** Lag by partition, by topic then partition. Partitions that a member owns without a commit are rows too. */
export function toPartitionLags(state: GroupState, nowMs: number): PartitionLag[] {
  const rows: PartitionLag[] = []
  for (const row of rowsOf(state)) {
    rows.push(toPartitionLag(state, row, nowMs))
  }
  for (const [topic, owners] of state.owners) {
    const committed = state.rows.get(topic)
    for (const [partition, owner] of owners) {
      if (!committed?.has(partition)) rows.push(uncommitted(topic, partition, owner, state.unread))
    }
  }
  return rows.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
}

function toPartitionLag(
  { owners, memory, appliedSeq }: GroupState,
  row: RowState,
  nowMs: number,
): PartitionLag {
  const owner = owners.get(row.topic)?.get(row.partition)
  const { topic, partition, committed, ends } = row
  return {
    topic,
    partition,
    committed: row.exact === null ? textOf(committed) : String(row.exact),
    logStart: textOf(ends.start),
    lastStable: textOf(ends.lso),
    highWatermark: textOf(ends.hw),
    lag: textOf(row.lag),
    lagHighWatermark:
      committed === null || ends.hw === null ? null : String(Math.max(0, ends.hw - committed)),
    timeLagMs: row.timeLagMs,
    status: row.status,
    notes: [...row.notes],
    memberId: owner?.memberId ?? null,
    host: owner?.host ?? null,
    spark: row.series >= 0 ? memory.series.spark(row.series, nowMs) : [],
    sampledAt: row.seq === appliedSeq ? null : isoOf(row.sampledAtMs),
    problem: ends.problem,
  }
}

function uncommitted(
  topic: string,
  partition: number,
  { memberId, host }: Owner,
  unread: Ends,
): PartitionLag {
  const ends = unread.get(partitionKey({ topic, partition })) ?? UNKNOWN_ENDS
  return {
    topic,
    partition,
    committed: null,
    logStart: textOf(ends.start),
    lastStable: textOf(ends.lso),
    highWatermark: textOf(ends.hw),
    lag: null,
    lagHighWatermark: null,
    timeLagMs: null,
    status: 'unknown',
    notes: ['noCommit'],
    memberId,
    host,
    spark: [],
    sampledAt: null,
    problem: null,
  }
}

/** The largest double that Kafka's 64 bits hold. */
const LARGEST = 2 ** 63 - 1024

/** Exact to 2^53; a hostile commit near 2^63 still is a whole number of Kafka's. */
function textOf(value: number | null): string | null {
  if (value === null) return null
  return Number.isSafeInteger(value) ? String(value) : String(BigInt(Math.min(value, LARGEST)))
}

/** ISO 8601 UTC with milliseconds; null stays null. */
export function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

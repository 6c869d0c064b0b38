import type { GroupRow, GroupStatus, PartitionLag } from '@/lib/contracts/groups'
import { ratesOf } from '@/lib/lag/rates'
import { worstStatus } from '@/lib/lag/status'
import type { GroupState, RowState } from './lag-book'
import { sparkOf } from './lag-series'

const SPARK_MS = 30 * 60_000

/** The row of a list, from memory. */
export function toGroupRow(state: GroupState, nowMs: number): GroupRow {
  const { listing, description } = state
  const rates = ratesOf(state.points)
  return {
    group: listing.group,
    type: listing.type,
    protocolType: listing.protocolType,
    state: listing.state,
    status: statusOf(state),
    members: description ? description.members.length : null,
    topics: topicsOf(state),
    lag: state.lag === null ? null : String(state.lag),
    timeLagMs: state.timeLagMs,
    ...rates,
    spark: sparkOf(state.series.read(nowMs, SPARK_MS)),
    coordinator: listing.coordinator,
    sampledAt: isoOf(state.sampledAtMs),
    problem: state.problem,
  }
}

function statusOf(state: GroupState): GroupStatus {
  if (state.problem || state.sampledAtMs === null) return 'unknown'
  const committed = [...state.rows.values()].filter(r => r.committed !== null)
  // A group that never committed is behind nothing that we could measure; its state says whether it lives.
  return committed.length === 0 ? 'unknown' : worstStatus(committed.map(r => r.status))
}

function topicsOf(state: GroupState): string[] {
  const topics = new Set<string>()
  for (const row of state.rows.values()) topics.add(row.topic)
  for (const member of state.description?.members ?? []) for (const a of member.assigned) topics.add(a.topic)
  return [...topics].sort()
}

/** Lag by partition, by topic then partition. Partitions that a member owns without a commit are rows too. */
export function toPartitionLags(state: GroupState, nowMs: number): PartitionLag[] {
  const owners = ownersOf(state)
  const rows = [...state.rows.values()].map(row => toPartitionLag(row, owners, nowMs))
  const known = new Set(rows.map(r => `${r.topic} ${r.partition}`))
  for (const [key, owner] of owners) {
    if (!known.has(key)) rows.push(uncommitted(owner))
  }
  return rows.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
}

type Owner = { topic: string; partition: number; memberId: string; host: string }

function ownersOf(state: GroupState): Map<string, Owner> {
  const owners = new Map<string, Owner>()
  for (const { memberId, host, assigned } of state.description?.members ?? []) {
    for (const { topic, partitions } of assigned) {
      for (const partition of partitions)
        owners.set(`${topic} ${partition}`, { topic, partition, memberId, host })
    }
  }
  return owners
}

function toPartitionLag(row: RowState, owners: ReadonlyMap<string, Owner>, nowMs: number): PartitionLag {
  const { topic, partition, committed, ends } = row
  const owner = owners.get(`${topic} ${partition}`)
  return {
    topic,
    partition,
    committed: textOf(committed),
    logStart: textOf(ends.start),
    lastStable: textOf(ends.lso),
    highWatermark: textOf(ends.hw),
    lag: textOf(row.lag),
    lagHighWatermark:
      committed === null || ends.hw === null ? null : String(Math.max(0, ends.hw - committed)),
    timeLagMs: row.timeLagMs,
    status: row.status,
    notes: row.notes,
    memberId: owner?.memberId ?? null,
    host: owner?.host ?? null,
    spark: row.series ? sparkOf(row.series.read(nowMs, SPARK_MS)) : [],
    problem: ends.problem,
  }
}

function uncommitted({ topic, partition, memberId, host }: Owner): PartitionLag {
  return {
    topic,
    partition,
    committed: null,
    logStart: null,
    lastStable: null,
    highWatermark: null,
    lag: null,
    lagHighWatermark: null,
    timeLagMs: null,
    status: 'unknown',
    notes: ['noCommit'],
    memberId,
    host,
    spark: [],
    problem: null,
  }
}

function textOf(value: number | null): string | null {
  return value === null ? null : String(value)
}

/** ISO 8601 UTC with milliseconds; null stays null. */
export function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

import type { Problem } from '@/lib/contracts/common'
import type { GroupStatus } from '@/lib/contracts/groups'
import { compareStatus } from '@/lib/lag/status'
import { LongestTimeLag } from '@/lib/lag/time-lag'
import type { GroupDescription, GroupListing } from '@/server/kafka/port'
import type { SeriesName } from './history/pending-points'
import type { LagGrid } from './lag-grid'
import type { RowState } from './lag-row'
import type { LagSeries } from './lag-series'
import type { RateRings } from './rate-rings'
import { storedName } from './stored-name'
import { type Ends, NO_ENDS } from './uncommitted-ends'

export type Owner = { memberId: string; host: string }

/** Rows of one group on one topic, by partition. */
export class TopicRows extends Map<number, RowState> {
  /** Of their sum in the history, once it was kept there. */
  name: SeriesName | null = null
}

/** Numbers of some minutes, of all groups and of those partitions that are behind. */
export type LagMemory = { grid: LagGrid; series: LagSeries; rates: RateRings }

/** What is remembered of one group between samples. */
export type GroupState = {
  listing: GroupListing
  /** Its name in the store. */
  stored: string
  /** Of its lag in the history, once it was kept there. */
  name: SeriesName | null
  description: GroupDescription | null
  describedAtMs: number
  /** By topic and partition, from the description. */
  owners: Map<string, Map<number, Owner>>
  rows: Map<string, TopicRows>
  /** Of what members own and never committed on, while somebody looks. */
  unread: Ends
  /** When these were asked for. */
  unreadAtMs: number
  /** Counters for rates: they only ever grow. */
  consumed: number
  produced: number
  /** Where its numbers of some minutes lie, and its places there. */
  memory: LagMemory
  rates: number
  series: number
  lag: number | null
  timeLagMs: number | null
  status: GroupStatus
  sampledAtMs: number | null
  listedAtMs: number
  problem: Problem | null
  /** When members or assignments changed, the last twenty times. */
  changes: number[]
  /** Since when it was seen without members, by listings; null: it has some. */
  emptySinceMs: number | null
  /** The snapshot that told of it last, and how many of its rows that told of. */
  seq: number
  told: number
  /** Some row is another than when they were summed up. */
  moved: boolean
  /** The snapshot, and its turn, whose commits were looked at last; the version of what they said, 0: unknown. */
  appliedSeq: number
  appliedTurn: number
  version: number
  /** All its rows were at the end then, as they had been before. */
  isStill: boolean
  /** The snapshot that last told of no change. */
  quietSeq: number
  /** Grows with everything that is learned of it. */
  revision: number
}

export function newGroup(listing: GroupListing, atMs: number, memory: LagMemory): GroupState {
  return {
    listing,
    stored: storedName(listing.group),
    name: null,
    description: null,
    describedAtMs: Number.NEGATIVE_INFINITY,
    owners: new Map(),
    rows: new Map(),
    unread: NO_ENDS,
    unreadAtMs: Number.NEGATIVE_INFINITY,
    consumed: 0,
    produced: 0,
    memory,
    rates: memory.rates.take(),
    series: memory.series.take(),
    lag: null,
    timeLagMs: null,
    status: 'unknown',
    sampledAtMs: null,
    listedAtMs: atMs,
    problem: null,
    changes: [],
    emptySinceMs: null,
    seq: 0,
    told: 0,
    moved: true,
    appliedSeq: 0,
    appliedTurn: 0,
    version: 0,
    isStill: false,
    quietSeq: 0,
    revision: 0,
  }
}

/** Has no members, by Kafka's own word. */
export function isIdle({ state }: GroupListing): boolean {
  return state === 'Empty' || state === 'Dead'
}

/**
 * Kafka forgets each offset so long after its own commit, not after the last member left: of programs that
 * commit and never join, and of the consumer protocol (`offsetExpirationCondition` of Kafka's group types).
 */
export function expiresByCommit({ type, protocolType }: GroupListing): boolean {
  return type === 'consumer' || protocolType === ''
}

export function* rowsOf(state: GroupState): Generator<RowState> {
  for (const rows of state.rows.values()) yield* rows.values()
}

/** Members as of `description`, whose word on the group's state holds too: it is newer than the listing's. */
export function takeDescription(state: GroupState, description: GroupDescription): void {
  state.revision++
  state.description = description
  state.listing = { ...state.listing, state: description.state }
  state.owners = new Map()
  for (const { memberId, host, assigned } of description.members) {
    for (const { topic, partitions } of assigned) {
      if (partitions.length === 0) continue
      const owners = state.owners.get(topic) ?? new Map<number, Owner>()
      state.owners.set(topic, owners)
      // Members of a share group share partitions: one of them stands for all.
      for (const partition of partitions)
        if (!owners.has(partition)) owners.set(partition, { memberId, host })
    }
  }
}

/**
 * Does somebody read this partition? A member owns it; or there are members of which it isn't known who owns what
 * (not described yet, or in the middle of a rebalance).
 */
export function isActive(state: GroupState, topic: string, partition: number): boolean {
  if (isIdle(state.listing)) return false
  if (state.owners.size === 0) return state.description === null || state.description.members.length > 0
  return state.owners.get(topic)?.has(partition) ?? false
}

/** Takes in what a sample made of the rows. Most groups stand at the end: of those the sums before hold. */
export function settleGroup(state: GroupState, atMs: number): void {
  if (state.moved) sumUp(state)
  state.moved = false
  state.revision++
  state.sampledAtMs = atMs
  const { memory, consumed, produced, lag } = state
  memory.rates.add(state.rates, { atMs, consumed, produced, lag })
  memory.series.add(state.series, atMs, lag)
}

function sumUp(state: GroupState): void {
  let lag: number | null = null
  const slowest = new LongestTimeLag()
  let worst: GroupStatus | null = null
  for (const rows of state.rows.values())
    for (const row of rows.values()) {
      if (row.lag !== null) lag = (lag ?? 0) + row.lag
      slowest.add(row.lag, row.timeLagMs)
      // What it once read on a topic that is no more says nothing about how it does.
      if (row.committed === null || row.deleted || row.status === worst) continue
      if (worst === null || compareStatus(row.status, worst) < 0) worst = row.status
    }
  state.lag = lag
  state.timeLagMs = slowest.ms
  // A group that never committed is behind nothing that could be measured; its state says whether it lives.
  state.status = worst ?? 'unknown'
}

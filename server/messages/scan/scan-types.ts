import type { Problem } from '@/lib/contracts/common'
import type { EvaluationErrors, Histogram } from '@/lib/contracts/message-search'
import type { BatchInfo, Isolation, LogRecord } from '@/server/kafka/port'
import type { FilterSpec } from '../match/filter-spec'
import type { Position } from '../positions'

/** One partition's part of a scan: `low` inclusive, `high` exclusive, `position` the boundary to read away from. */
export type ScanRange = {
  topic: string
  partition: number
  low: bigint
  high: bigint
  position: bigint
  /** Of a live tail: nobody can say yet where its log lies. It joins at `from` when somebody can. */
  joins?: { from: Position; problem: Problem }
}

/**
 * How hits come out: merged by time towards older (`desc`) or newer ones (`asc`), partition after partition
 * (`partition`: exports), or as they are written, without an end (`follow`).
 */
export type ScanOrder = 'asc' | 'desc' | 'partition' | 'follow'

/** What one scan may cost; whatever ends first ends it, with a place to go on. */
export type ScanBudget = { bytes: number; records: number; timeMs: number }

/** Everything a scan needs to know, as plain data. */
export type ScanPlan = {
  ranges: ScanRange[]
  order: ScanOrder
  isolation: Isolation
  aborted: boolean
  /** null: every record is a hit. */
  filter: FilterSpec | null
  limit: number
  budget: ScanBudget
  /** Of hits that are answered all at once: so many bytes, each part of a record counted up to `partBytes`. */
  answer?: { bytes: number; partBytes: number }
}

/** A record that was found, cut out of its batch: it can cross to another thread. */
export type Hit = {
  topic: string
  partition: number
  offset: bigint
  timestampMs: number
  timestampType: LogRecord['timestampType']
  key: Uint8Array | null
  value: Uint8Array | null
  headers: { name: Uint8Array; value: Uint8Array | null }[]
  batch: BatchInfo
}

export type ScanCounters = {
  records: number
  bytes: number
  hits: number
  percent: number
  atMs: number | null
}

/** How far a scan partition after partition has come (`until` exclusive), and what befell it so far. */
export type ReachedEdge = { partition: number; until: bigint; errors: number; problems: Problem[] }

export type ScanEnd = ScanCounters & {
  reason: 'end' | 'limit' | 'budget'
  detail: 'bytes' | 'time' | 'records' | 'denied' | null
  /** Where reading came to, by topic and partition. */
  edges: { topic: string; partition: number; offset: bigint }[]
  /** Something may lie beyond the edges. */
  more: boolean
  histogram: Histogram | null
  evaluationErrors: EvaluationErrors
  problems: Problem[]
}

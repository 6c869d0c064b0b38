import type { Problem } from '@/lib/contracts/common'
import type { Histogram, RecoveredPart } from '@/lib/contracts/message-search'
import type { ClusterConfig } from '@/server/config/types'
import type { SchemaAnswer, SchemaRef } from '@/server/serde/schema/schema-ref'
import type { SerdePlan } from '@/server/serde/serde-plan'
import type { Hit, ReachedEdge, ScanCounters, ScanEnd, ScanPlan } from './scan-types'

/** What a worker gets to do: one scan at a time, with a way to the cluster of its own. */
export type ScanJob = {
  cluster: ClusterConfig
  plan: ScanPlan
  /** By topic. */
  serdes: SerdePlan[]
  /** Of a live tail: most hits a second; null hands out every hit and waits for whoever reads them. */
  rate: number | null
}

export type ToWorker =
  | { type: 'start'; job: ScanJob }
  /** A chunk of hits was taken. */
  | { type: 'taken' }
  | { type: 'schema'; topic: string; answer: SchemaAnswer }
  /** Others have read what was left: ends with the budget of bytes. */
  | { type: 'spent' }
  | { type: 'cancel' }

export type ScanProgress = ScanCounters & { histogram: Histogram | null; errors: number }

export type FromWorker =
  /** It has begun, and has nothing to tell yet. */
  | { type: 'alive' }
  | { type: 'hits'; hits: Hit[] }
  | { type: 'progress'; progress: ScanProgress }
  /** After the hits before it. */
  | { type: 'reached'; edge: ReachedEdge }
  | { type: 'wanted'; topic: string; ref: SchemaRef }
  /** Of a live tail: partitions that are not read on and batches that were left out, each once. */
  | { type: 'problems'; problems: Problem[] }
  /** Of a live tail: partitions that were told as a problem and are read again. */
  | { type: 'recovered'; parts: RecoveredPart[] }
  /** Hits of a live tail that were left out. */
  | { type: 'skipped'; records: number }
  | { type: 'end'; end: ScanEnd }
  | { type: 'failed'; problem: Problem }
  /** Its connections are closed: it can be given another scan. */
  | { type: 'free' }

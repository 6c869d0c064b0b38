import type { Problem } from '@/lib/contracts/common'
import type { RecoveredPart } from '@/lib/contracts/message-search'
import type { ClusterConfig } from '@/server/config/types'
import type { SchemaAnswer, SchemaRef } from '@/server/serde/schema/schema-ref'
import type { SerdePlan } from '@/server/serde/serde-plan'
import type { Service } from '@/server/services'
import type { Hit, ReachedEdge, ScanEnd, ScanPlan } from './scan/scan-types'
import type { ScanProgress } from './scan/worker-talk'

export type SearchRequest = {
  actor: string
  cluster: ClusterConfig
  plan: ScanPlan
  serdes: SerdePlan[]
  /**
   * Bytes of a search and of an export count towards the hour of whoever asks and of the cluster; only a
   * search is ended by them.
   */
  kind: 'search' | 'export' | 'tail'
  /** Of a live tail: most hits a second. */
  rate: number | null
  /** Asks the registry for what a worker needs to read a record. Never throws: a failure is an answer. */
  schemasOf(topic: string, refs: readonly SchemaRef[]): Promise<SchemaAnswer[]>
}

export type SearchEvent =
  | { type: 'queued'; place: number; running: number }
  | { type: 'started' }
  | { type: 'hits'; hits: Hit[] }
  | { type: 'progress'; progress: ScanProgress }
  | { type: 'skipped'; records: number }
  /** Of a live tail, which has no end that could tell them. */
  | { type: 'problems'; problems: Problem[] }
  | { type: 'recovered'; parts: RecoveredPart[] }
  /** Of an export: everything up to there came before this. */
  | { type: 'reached'; edge: ReachedEdge }

/** Whose bytes were used up; `freeInMs`: until going on is worth it. */
export type SpentBudget = { of: 'search' | 'user' | 'cluster'; freeInMs: number }

/** `budget` where `detail` is `bytes`. */
export type SearchEnd = ScanEnd & { budget: SpentBudget | null }

export type SearchStats = { running: number; waiting: number; threads: number }

/** Searches on threads of their own, as many at once as the configuration lets. */
export interface SearchService extends Service {
  /**
   * Runs one search; the caller's pace is the search's. Ends its thread's work and connections when the
   * signal aborts or the generator is returned. Throws RATE_LIMITED when the line is full, READ_BUDGET_SPENT
   * when the hour's bytes were read before it began, FILTER_TOO_COSTLY, CANCELLED, SHUTTING_DOWN and what
   * befell the cluster.
   */
  run(request: SearchRequest, signal: AbortSignal): AsyncGenerator<SearchEvent, SearchEnd, void>
  stats(): SearchStats
}

import type { Service } from '@/server/services'

export type OutboxCounts = { pending: number; dead: number; oldestPendingAtMs: number | null }

/** Sends what stands in the outbox. One a process; rows are leased, so replicas share the work. */
export interface OutboxDispatcher extends Service {
  /** Something was committed: send it now and not at the next look. */
  wake(): void
  /** As of the last look; null before the first. */
  counts(): OutboxCounts | null
}

/**
 * What background services let verbs ask. Each feature adds its own line here by interface; boot.ts makes them.
 * Services live once a process (globalThis), verbs reach them through `ctx.services`.
 */
import type { RevokedSessions } from './auth/revoked-sessions'
import type { Config } from './config/types'
import type { Clock } from './context'
import type { DeadLetterIndexes } from './dead-letters/service'
import type { DriftWatches } from './drift/service'
import type { LagSamplers } from './groups/service'
import type { KafkaClusters } from './kafka/port'
import type { Logger } from './log'
import type { SearchService } from './messages/service'
import type { OutboxDispatcher } from './outbox/service'
import type { ReplayRunners } from './replays/service'
import type { RequestRunner } from './requests/service'
import type { Schemas } from './schemas/service'
import type { Store } from './store/types'
import type { TopicSamplers } from './topics/service'

export type Services = {
  lag: LagSamplers
  topics: TopicSamplers
  deadLetters: DeadLetterIndexes
  /** Nobody asks them anything: they reopen, and tell by rule. */
  deadLetterWatches: { of(cluster: string): Service }
  drift: DriftWatches
  replays: ReplayRunners
  /** Nobody asks them anything: they replay at a time and by rule. */
  replaySchedules: { of(cluster: string): Service }
  schemas: Schemas
  search: SearchService
  outbox: OutboxDispatcher
  /** Which sessions were signed out of. */
  sessions: RevokedSessions
  /** Nobody asks it anything: it lets old rows go. */
  janitor: Service
  requests: RequestRunner
}

/** What a background service is made of; `create-service.ts` of each feature takes this. */
export type ServiceDeps = {
  config: Config
  clusters: KafkaClusters
  store: Store
  clock: Clock
  log: Logger
}

/** A background service: owns one loop; `stop` ends it within seconds and is safe to call twice. */
export interface Service {
  readonly name: string
  start(): void
  stop(): Promise<void>
}

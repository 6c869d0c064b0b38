/**
 * What background services let verbs ask. Each feature adds its own line here by interface; boot.ts makes them.
 * Services live once a process (globalThis), verbs reach them through `ctx.services`.
 */
import type { DeadLetterIndexes } from './dead-letters/service'
import type { LagSamplers } from './groups/service'
import type { ReplayRunners } from './replays/service'
import type { TopicSamplers } from './topics/service'

export type Services = {
  lag: LagSamplers
  topics: TopicSamplers
  deadLetters: DeadLetterIndexes
  replays: ReplayRunners
}

/** A background service: owns one loop; `stop` ends it within seconds and is safe to call twice. */
export interface Service {
  readonly name: string
  start(): void
  stop(): Promise<void>
}

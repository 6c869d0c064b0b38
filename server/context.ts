import type { RoleGrant } from '@/lib/permissions'
import type { Config } from './config/types'
import type { KafkaClusters } from './kafka/port'
import type { Logger } from './log'
import type { Services } from './services'
import type { Store } from './store/types'

export type Actor = {
  kind: 'user' | 'token' | 'system'
  /** Username or token name: what audit rows and `by` carry. */
  name: string
  grants: readonly RoleGrant[]
  /** The user behind a token, where it is known: nobody approves their own by another door. */
  person?: string
}

export type Clock = { now(): number }

/** What a verb gets: who asks, how to stop, and every way out of the process. */
export type Context = {
  actor: Actor
  requestId: string
  signal: AbortSignal
  clock: Clock
  config: Config
  store: Store
  clusters: KafkaClusters
  services: Services
  log: Logger
}

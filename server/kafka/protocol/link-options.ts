import type { Clock } from '@/server/context'
import type { RequestCounts } from '../request-counts'

/** pino's logger is one. */
type KafkaLog = { warn(fields: object, message: string): void }

export type LinkOptions = {
  clock: Clock
  log?: KafkaLog
  /** Where what the brokers are asked is counted. */
  requests?: RequestCounts
  /** Tests speak as to an older broker: no version of a key above this. */
  versionCap?: ReadonlyMap<number, number>
}

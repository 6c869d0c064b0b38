import type { Service } from '@/server/services'

/**
 * Looks at a cluster's topics every quarter of an hour: when each was last written to, and a point of the
 * drift's trend.
 */
export interface DriftWatch extends Service {
  /** undefined: not looked up yet; null: it holds no record. */
  lastRecordMs(topic: string): number | null | undefined
  /** When this process first saw the topic without a record; null: it has some, or was not seen. */
  emptySinceMs(topic: string): number | null
  /** Of the last look; null before the first. */
  lookedAtMs(): number | null
}

export interface DriftWatches {
  of(cluster: string): DriftWatch
}

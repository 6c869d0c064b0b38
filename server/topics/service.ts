import type { Service } from '@/server/services'

export type TopicSample = {
  /** Sum over partitions of end - start; null where a leader did not answer. */
  messages: bigint | null
  bytes: bigint | null
  ratePerSecond: number | null
}

/** Sizes, spans and rates of all topics of one cluster, sampled every 5 s (disk every 30 s). */
export interface TopicSampler extends Service {
  sample(topic: string): TopicSample | null
  sampledAtMs(): number | null
  /** Produced records a second over the cluster, for the overview's chart: oldest first. */
  rateSeries(windowMs: number): readonly { atMs: number; perSecond: number | null }[]
}

export interface TopicSamplers {
  of(cluster: string): TopicSampler
}

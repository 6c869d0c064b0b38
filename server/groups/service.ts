import type { Problem } from '@/lib/contracts/common'
import type { GroupRow, GroupStatus, PartitionLag } from '@/lib/contracts/groups'
import type { SignalFacts } from '@/lib/lag/signals'
import type { GroupDescription } from '@/server/kafka/port'
import type { Service } from '@/server/services'
import type { LagHistory } from './history/lag-history'

/** One group's lag on one topic. */
export type TopicLag = {
  row: GroupRow
  lag: number | null
  timeLagMs: number | null
  status: GroupStatus
}

/**
 * Live lag of one cluster, sampled every 5 s (a watched group every second). Answers come from memory and
 * carry `sampledAt`.
 */
export interface LagSampler extends Service {
  /** Lag over time, in the store; null where nothing is kept. */
  readonly history: LagHistory | null
  /**
   * What is known of a group beside its numbers: when it changed, since when it is empty, how long Kafka
   * keeps its offsets.
   */
  facts(group: string): Omit<SignalFacts, 'nowMs'>
  /** null before the first snapshot. */
  snapshot(): { rows: readonly GroupRow[]; sampledAtMs: number } | null
  /** What the last round could not read. */
  problems(): readonly Problem[]
  /**
   * Resolves at the first snapshot or its failure, so that a page asked in the first second is not empty;
   * after 2.5 s at the latest, when `problems()` says that there is no answer yet.
   */
  ready(signal: AbortSignal): Promise<void>
  /** Members, assignor, epoch, as last described; null when not described yet. */
  description(group: string): GroupDescription | null
  /**
   * Looks for a group that the last snapshot did not have, samples and describes it; false: there is none. Of one
   * whose members have what it never committed on, the ends of that are read, too.
   * Throws AppError when the cluster, or the broker that may hold it, is away.
   */
  find(group: string, signal: AbortSignal): Promise<boolean>
  row(group: string): GroupRow | null
  partitions(group: string): readonly PartitionLag[] | null
  /** Groups that committed on a topic, as of the last snapshot. */
  onTopic(topic: string): readonly TopicLag[]
  /** Its offsets were set by a person: sampled at once, so that the next look shows it. */
  noteReset(group: string, detail: { plan: string; to: string }): void
  /** Sample this group every second until released; `onSample` after each, and once when the group is gone. */
  watch(group: string, onSample: () => void): () => void
  onSnapshot(listener: () => void): () => void
}

export interface LagSamplers {
  of(cluster: string): LagSampler
}

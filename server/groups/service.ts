import type { Problem } from '@/lib/contracts/common'
import type { GroupRow, PartitionLag } from '@/lib/contracts/groups'
import type { GroupDescription } from '@/server/kafka/port'
import type { Service } from '@/server/services'

export type LagPoint = { atMs: number; lag: number | null; timeLagMs: number | null }

/** Live lag of one cluster, sampled every 5 s (a watched group every second). Answers come from memory and carry `sampledAt`. */
export interface LagSampler extends Service {
  /** null before the first snapshot. */
  snapshot(): { rows: readonly GroupRow[]; sampledAtMs: number } | null
  /** What the last round could not read. */
  problems(): readonly Problem[]
  /** Resolves at the first snapshot (or its failure), so that a page asked in the first second is not empty. */
  ready(signal: AbortSignal): Promise<void>
  /** Members, assignor, epoch, as last described; null when not described yet. */
  description(group: string): GroupDescription | null
  /** Looks for a group that the last snapshot did not have and samples it; false: there is none. Throws AppError when the cluster is away. */
  find(group: string, signal: AbortSignal): Promise<boolean>
  row(group: string): GroupRow | null
  partitions(group: string): readonly PartitionLag[] | null
  /** In-memory series of a group over the window, oldest first, gaps as null. */
  series(group: string, windowMs: number): readonly LagPoint[]
  totalSeries(windowMs: number): readonly LagPoint[]
  /** Sample this group every second until released; `onSample` after each. */
  watch(group: string, onSample: () => void): () => void
  onSnapshot(listener: () => void): () => void
}

export interface LagSamplers {
  of(cluster: string): LagSampler
}

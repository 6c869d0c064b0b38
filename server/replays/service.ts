import type { Replay } from '@/lib/contracts/replays'
import type { Service } from '@/server/services'
import type { ReplayItem } from './replay-item'

/** Runs replays of one cluster, one transaction a batch; a restart takes up what was running. */
export interface ReplayRunner extends Service {
  /** Take up a replay that the store holds as `running`; `fresh` are the items of one that was stored just now. */
  wake(replay: string, fresh?: ReplayItem[]): void
  pause(replay: string): Promise<void>
  cancel(replay: string): Promise<void>
  /** Live view of one replay; null when this process doesn't run it. */
  progress(replay: string): Replay | null
  /** Records a second over the last ten seconds; null when this process doesn't run it. */
  pace(replay: string): number | null
  onProgress(replay: string, listener: () => void): () => void
}

export interface ReplayRunners {
  of(cluster: string): ReplayRunner
}

import type { PartitionLag } from '@/lib/contracts/groups'
import { LongestTimeLag } from '@/lib/lag/time-lag'

export type TopicSum = {
  partitions: number
  /** Of the partitions whose lag is known; null when none is. */
  lag: bigint | null
  /** The longest; null while it is known of none that is behind. */
  timeLagMs: number | null
}

/** What stands in the line above a topic's partitions. */
export function sumByTopic(
  rows: readonly Pick<PartitionLag, 'topic' | 'lag' | 'timeLagMs'>[],
): Map<string, TopicSum> {
  const sums = new Map<string, TopicSum>()
  const slowest = new Map<string, LongestTimeLag>()
  for (const { topic, lag, timeLagMs } of rows) {
    const sum = sums.get(topic) ?? { partitions: 0, lag: null, timeLagMs: null }
    sum.partitions++
    if (lag !== null) sum.lag = (sum.lag ?? 0n) + BigInt(lag)
    const longest = slowest.get(topic) ?? new LongestTimeLag()
    longest.add(lag, timeLagMs)
    slowest.set(topic, longest)
    sum.timeLagMs = longest.ms
    sums.set(topic, sum)
  }
  return sums
}

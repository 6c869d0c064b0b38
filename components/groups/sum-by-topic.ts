import type { PartitionLag } from '@/lib/contracts/groups'

export type TopicSum = {
  partitions: number
  /** Of the partitions whose lag is known; null when none is. */
  lag: bigint | null
  /** The longest. */
  timeLagMs: number | null
}

/** What stands in the line above a topic's partitions. */
export function sumByTopic(
  rows: readonly Pick<PartitionLag, 'topic' | 'lag' | 'timeLagMs'>[],
): Map<string, TopicSum> {
  const sums = new Map<string, TopicSum>()
  for (const { topic, lag, timeLagMs } of rows) {
    const sum = sums.get(topic) ?? { partitions: 0, lag: null, timeLagMs: null }
    sum.partitions++
    if (lag !== null) sum.lag = (sum.lag ?? 0n) + BigInt(lag)
    if (timeLagMs !== null) sum.timeLagMs = Math.max(sum.timeLagMs ?? 0, timeLagMs)
    sums.set(topic, sum)
  }
  return sums
}

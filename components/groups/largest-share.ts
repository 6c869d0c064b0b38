import type { PartitionLag } from '@/lib/contracts/groups'

/** The partition that holds at least half of a group's lag, of three or more; null when lag is spread, small or unknown. */
export function largestShare(
  partitions: readonly Pick<PartitionLag, 'topic' | 'partition' | 'lag'>[],
): { topic: string; partition: number; share: number } | null {
  if (partitions.length < 3) return null
  let total = 0n
  let most: { topic: string; partition: number; lag: bigint } | null = null
  for (const { topic, partition, lag: text } of partitions) {
    if (text === null) continue
    const lag = BigInt(text)
    total += lag
    if (most === null || lag > most.lag) most = { topic, partition, lag }
  }
  if (most === null || total < 100n || most.lag * 2n < total) return null
  return {
    topic: most.topic,
    partition: most.partition,
    // Six digits are plenty, and the division stays exact for 64-bit lags.
    share: Number((most.lag * 1_000_000n) / total) / 1_000_000,
  }
}

import type { TopicProducer } from '@/lib/contracts/topics'
import type { Context } from '@/server/context'
import type { TopicMetadata } from '@/server/kafka/port'
import { PART_MS } from './read-topic'

const MOST_PRODUCERS = 200
/** The last millisecond of the year 9999: a broker tells what its producer said, to the year 292,278,994. */
const LATEST_MS = 253_402_300_799_999

/** Who wrote to a topic, last writer first; `isWhole` is false where a leader did not say or they are too many. */
export async function topicProducers(
  ctx: Pick<Context, 'clusters' | 'signal'>,
  clusterId: string,
  topic: TopicMetadata,
): Promise<{ producers: TopicProducer[]; isWhole: boolean }> {
  const partitions = topic.partitions.map(({ partition }) => ({ topic: topic.name, partition }))
  const { producers, isWhole } = await ctx.clusters
    .get(clusterId)
    .activeProducers(partitions, { signal: ctx.signal, timeoutMs: PART_MS, withIds: true })
  const byId = new Map<
    bigint,
    { transactionalId: string | null; partitions: number[]; lastWriteMs: number }
  >()
  for (const { producerId, transactionalId, partition, lastWriteMs } of producers) {
    const one = byId.get(producerId) ?? { transactionalId, partitions: [], lastWriteMs: 0 }
    one.partitions.push(partition)
    one.lastWriteMs = Math.max(one.lastWriteMs, lastWriteMs)
    byId.set(producerId, one)
  }
  const rows = [...byId]
    .sort(([, a], [, b]) => b.lastWriteMs - a.lastWriteMs)
    .map(([producerId, one]) => ({
      producerId: String(producerId),
      transactionalId: one.transactionalId,
      partitions: one.partitions.sort((a, b) => a - b),
      lastWriteAt: timeOf(one.lastWriteMs),
    }))
  return { producers: rows.slice(0, MOST_PRODUCERS), isWhole: isWhole && rows.length <= MOST_PRODUCERS }
}

const timeOf = (ms: number) => (ms > 0 && ms <= LATEST_MS ? new Date(ms).toISOString() : null)

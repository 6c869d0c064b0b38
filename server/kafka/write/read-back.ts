import { fetchV17 } from '@platformatic/kafka'
import type { RecordHeader } from '../port'
import type { Connections } from '../protocol/connections'

export type ReadBack = {
  partition: number
  offset: bigint
  key: Buffer | null
  value: Buffer | null
  headers: RecordHeader[]
  timestampMs: number
}

/**
 * For tests: a partition as its log stands, by the library's parser, which shares no code with ours. Up to 8
 * MiB; markers left out, aborted records not.
 */
export async function readBack(
  connections: Connections,
  topic: string,
  partition: number,
): Promise<ReadBack[]> {
  const found: ReadBack[] = []
  const limit = 8 * 1024 * 1024
  const { brokerId, topicId } = await connections.leaderOf(topic, partition, { maxAgeMs: 0 })
  for (let fetchOffset = 0n; ; ) {
    const asked = {
      partition,
      currentLeaderEpoch: -1,
      fetchOffset,
      lastFetchedEpoch: -1,
      partitionMaxBytes: limit,
    }
    const connection = await connections.control(brokerId)
    const topics = [{ topicId, partitions: [asked] }]
    const answer = await fetchV17.api.async(connection, 0, 0, limit, 0, 0, -1, topics, [], '')
    const batches = answer.responses[0]?.partitions[0]?.records ?? []
    if (batches.length === 0) return found
    for (const batch of batches) {
      fetchOffset = batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n
      if (batch.attributes & 32) continue
      for (const one of batch.records) {
        found.push({
          partition,
          offset: batch.firstOffset + BigInt(one.offsetDelta),
          key: one.key,
          value: one.value,
          headers: one.headers.map(([name, value]) => ({ name: name ?? Buffer.alloc(0), value })),
          timestampMs: Number(batch.firstTimestamp + one.timestampDelta),
        })
      }
    }
  }
}

import type { Problem } from '@/lib/contracts/common'
import { AppError, isErrorCode } from '@/lib/errors'
import type { Isolation, KafkaCluster, OffsetAnswer, OffsetAt } from '@/server/kafka/port'

export type PartitionRange = { firstOffset: bigint; lastStableOffset: bigint; highWatermark: bigint }

export type LocatedLog = {
  topicId: string
  /** The selected partitions, ascending. */
  partitions: number[]
  /** Of the topic, selected or not. */
  partitionCount: number
  ranges: Map<number, PartitionRange>
  /** By asked time and partition: the first offset at or after it; null when there is none. */
  byTime: Map<number, Map<number, bigint | null>>
  /** By partition why its log could not be asked about; `problems` are the same. */
  missing: Map<number, Problem>
  problems: Problem[]
}

/** A problem as an error, when it is the whole answer. */
export function toError({ code, params }: Problem): AppError {
  return new AppError(isErrorCode(code) ? code : 'KAFKA_ERROR', params ? { params } : {})
}

/**
 * Which partitions a topic has and where their logs lie now; `times` are looked up in the same breath. A
 * partition that does not answer is a problem. Throws TOPIC_UNKNOWN, PARTITION_UNKNOWN, and what befell the
 * whole cluster.
 */
export async function locateLog(
  cluster: KafkaCluster,
  request: {
    topic: string
    /** null: all. */
    partitions: readonly number[] | null
    isolation: Isolation
    times: readonly number[]
    signal: AbortSignal
  },
): Promise<LocatedLog> {
  const { topic, isolation, signal } = request
  const { topicId, partitions, partitionCount } = await selectPartitions(cluster, request)
  const where = partitions.map(partition => ({ topic, partition }))
  const ask = (at: OffsetAt, level: Isolation) => cluster.listOffsets(where, at, { isolation: level, signal })
  const [starts, stables, ends, ...times] = await Promise.all([
    ask('earliest', 'read_uncommitted'),
    ask('latest', 'read_committed'),
    ask('latest', 'read_uncommitted'),
    ...request.times.map(timestampMs => ask({ timestampMs }, isolation)),
  ])
  const ranges = new Map<number, PartitionRange>()
  const missing = new Map<number, Problem>()
  for (const [i, partition] of partitions.entries()) {
    const answers = [starts[i], stables[i], ends[i], ...times.map(one => one[i])]
    const failed = answers.find(one => one !== undefined && !one.answer.ok)
    if (failed && !failed.answer.ok) missing.set(partition, failed.answer.problem)
    else
      ranges.set(partition, {
        firstOffset: offsetOf(starts[i]) ?? 0n,
        lastStableOffset: offsetOf(stables[i]) ?? 0n,
        highWatermark: offsetOf(ends[i]) ?? 0n,
      })
  }
  const byTime = new Map(
    request.times.map((timestampMs, t) => [
      timestampMs,
      new Map(partitions.map((partition, i) => [partition, offsetOf(times[t]?.[i])])),
    ]),
  )
  return { topicId, partitions, partitionCount, ranges, byTime, missing, problems: [...missing.values()] }
}

/** null also for "no record at or after that time", which Kafka says by -1. */
function offsetOf(found: OffsetAnswer | undefined): bigint | null {
  return found?.answer.ok && found.answer.value.offset >= 0n ? found.answer.value.offset : null
}

async function selectPartitions(
  cluster: KafkaCluster,
  { topic, partitions, signal }: { topic: string; partitions: readonly number[] | null; signal: AbortSignal },
): Promise<{ topicId: string; partitions: number[]; partitionCount: number }> {
  const metadata = await cluster.metadata({ topics: [topic], signal })
  const found = metadata.topics.get(topic)
  if (found === undefined) throw new AppError('TOPIC_UNKNOWN', { params: { topic } })
  if (!found.ok) throw toError(found.problem)
  const existing = found.value.partitions.map(one => one.partition).sort((a, b) => a - b)
  const known = new Set(existing)
  const stranger = partitions?.find(partition => !known.has(partition))
  if (stranger !== undefined)
    throw new AppError('PARTITION_UNKNOWN', { params: { topic, partition: stranger } })
  const selected = partitions === null ? existing : [...new Set(partitions)].sort((a, b) => a - b)
  return { topicId: found.value.topicId, partitions: selected, partitionCount: existing.length }
}

import { AppError, isErrorCode } from '@/lib/errors'
import type { KafkaCluster, LogRecord } from '@/server/kafka/port'

const BYTES = 64 * 1024

/**
 * One committed record by its place. Throws TOPIC_UNKNOWN, PARTITION_UNKNOWN, RECORD_EXPIRED (params: where
 * the log starts now), RECORD_UNKNOWN (behind the end, compacted away, a transaction marker, aborted) or what
 * the cluster answers.
 */
export async function readLetter(
  cluster: KafkaCluster,
  { topic, partition, offset }: { topic: string; partition: number; offset: bigint },
  signal: AbortSignal,
): Promise<LogRecord> {
  const at = [{ topic, partition }]
  const metadata = await cluster.metadata({ signal, topics: [topic], maxAgeMs: 5000 })
  const found = metadata.topics.get(topic)
  if (!found) throw new AppError('TOPIC_UNKNOWN', { params: { topic } })
  if (!found.ok) throw new AppError(codeOf(found.problem.code), { params: { topic } })
  if (!found.value.partitions.some(p => p.partition === partition))
    throw new AppError('PARTITION_UNKNOWN', { params: { topic, partition } })
  const [starts, ends] = await Promise.all([
    cluster.listOffsets(at, 'earliest', { signal }),
    cluster.listOffsets(at, 'latest', { signal, isolation: 'read_committed' }),
  ])
  for (const one of [...starts, ...ends])
    if (!one.answer.ok) throw new AppError(codeOf(one.answer.problem.code), { params: { topic, partition } })
  const start = starts[0]?.answer.ok ? starts[0].answer.value.offset : 0n
  const end = ends[0]?.answer.ok ? ends[0].answer.value.offset : 0n
  const params = { topic, partition, offset: String(offset), start: String(start) }
  if (offset < start) throw new AppError('RECORD_EXPIRED', { params })
  if (offset >= end) throw new AppError('RECORD_UNKNOWN', { params })

  const fetcher = cluster.openFetcher({ signal })
  try {
    const [answer] = await fetcher.fetch({
      topic,
      positions: [{ partition, offset, maxBytes: BYTES }],
      isolation: 'read_committed',
      maxWaitMs: 500,
      maxBytes: BYTES,
    })
    if (answer && !answer.answer.ok) throw new AppError(codeOf(answer.answer.problem.code), { params })
    const record = answer?.answer.ok ? answer.answer.value.records.find(r => r.offset === offset) : undefined
    if (!record) throw new AppError('RECORD_UNKNOWN', { params })
    return record
  } finally {
    fetcher.close()
  }
}

/** A part's problem, where it is the whole answer. */
function codeOf(code: string) {
  return isErrorCode(code) ? code : 'KAFKA_ERROR'
}

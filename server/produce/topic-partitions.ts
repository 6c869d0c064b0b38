import { AppError } from '@/lib/errors'
import type { KafkaCluster } from '@/server/kafka/port'

/** How many partitions a topic has, asked now. Throws TOPIC_UNKNOWN or what the cluster says about it. */
export async function partitionsOf(
  cluster: KafkaCluster,
  topic: string,
  signal: AbortSignal,
): Promise<number> {
  const { topics } = await cluster.metadata({ topics: [topic], maxAgeMs: 0, signal })
  const answer = topics.get(topic)
  if (!answer) throw new AppError('TOPIC_UNKNOWN', { params: { topic } })
  if (answer.ok) return answer.value.partitions.length
  const { code, params } = answer.problem
  throw new AppError(isKnown(code) ? code : 'TOPIC_UNKNOWN', { params: params ?? { topic } })
}

function isKnown(code: string): code is 'TOPIC_UNKNOWN' | 'CLUSTER_DENIED' {
  return code === 'TOPIC_UNKNOWN' || code === 'CLUSTER_DENIED'
}

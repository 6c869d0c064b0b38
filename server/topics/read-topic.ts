import { AppError, isErrorCode } from '@/lib/errors'
import type { Context } from '@/server/context'
import type { KafkaCluster, TopicMetadata } from '@/server/kafka/port'

/** One topic's metadata, fresh. Throws TOPIC_UNKNOWN, CLUSTER_DENIED, or what the cluster says of it. */
export async function readTopic(ctx: Context, cluster: KafkaCluster, topic: string): Promise<TopicMetadata> {
  const metadata = await cluster.metadata({ signal: ctx.signal, topics: [topic] })
  const answer = metadata.topics.get(topic)
  if (answer?.ok) return answer.value
  const code = answer?.problem.code
  throw new AppError(isErrorCode(code) ? code : 'TOPIC_UNKNOWN', { params: { topic } })
}

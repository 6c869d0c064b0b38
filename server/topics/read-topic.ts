import type { Problem } from '@/lib/contracts/common'
import { AppError, isErrorCode } from '@/lib/errors'
import type { Context } from '@/server/context'
import type { KafkaCluster, TopicMetadata } from '@/server/kafka/port'

/** A page must not wait longer for a part of the cluster that hangs. */
export const PART_MS = 4000

/** One topic's metadata, fresh. Throws TOPIC_UNKNOWN, CLUSTER_DENIED, or what the cluster says of it. */
export async function readTopic(ctx: Context, cluster: KafkaCluster, topic: string): Promise<TopicMetadata> {
  const metadata = await cluster.metadata({
    signal: ctx.signal,
    timeoutMs: PART_MS,
    topics: [topic],
    maxAgeMs: 500,
  })
  const answer = metadata.topics.get(topic)
  if (answer?.ok) return answer.value
  throw topicError(topic, answer?.problem ?? null)
}

/** The problem with a topic as the error of whoever asked for that topic alone; none told: it is not there. */
export function topicError(topic: string, problem: Problem | null): AppError {
  const code = problem?.code
  return new AppError(isErrorCode(code) ? code : 'TOPIC_UNKNOWN', { params: { ...problem?.params, topic } })
}

import { topics } from '@/lib/contracts/topics'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { readTopic } from './read-topic'

/**
 * Deletes a topic; `confirm` repeats its name. System topics (`__*`) are never deleted from here. Throws TOPIC_UNKNOWN, INPUT_INVALID
 * (CONFIRM_MISMATCH), STATE_CONFLICT, OUTCOME_UNKNOWN.
 */
export const deleteTopic = verb(topics.remove, async (ctx, input) => {
  authorise(ctx, 'topic.delete', { cluster: input.cluster, topic: input.topic })
  if (input.topic.startsWith('__')) {
    throw new AppError('STATE_CONFLICT', { detail: 'System topics are not deleted here.' })
  }
  if (input.confirm !== input.topic) {
    const message = 'Repeat the name of the topic to delete it.'
    throw new AppError('INPUT_INVALID', { fields: [{ path: 'confirm', code: 'CONFIRM_MISMATCH', message }] })
  }
  const cluster = ctx.clusters.get(input.cluster)
  const topic = await readTopic(ctx, cluster, input.topic)
  const details = { topicId: topic.topicId, partitions: topic.partitions.length }
  await audited(
    ctx,
    { action: 'topic.delete', cluster: input.cluster, resource: `topic:${input.topic}`, details },
    // Without the caller's signal: once it is sent the topic goes, whether anybody waits for the answer or not.
    () => cluster.deleteTopic(input.topic),
  )
  return { name: input.topic, deleted: true }
})

import { topics } from '@/lib/contracts/topics'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { readTopic } from './read-topic'

/** Deletes a topic; `confirm` repeats its name. System topics (`__*`) are never deleted from here. Throws TOPIC_UNKNOWN. */
export const deleteTopic = verb(topics.remove, async (ctx, input) => {
  authorise(ctx, 'topic.delete', { cluster: input.cluster, topic: input.topic })
  if (input.confirm !== input.topic) {
    const message = 'Repeat the name of the topic to delete it.'
    throw new AppError('INPUT_INVALID', { fields: [{ path: 'confirm', code: 'CONFIRM_MISMATCH', message }] })
  }
  if (input.topic.startsWith('__'))
    throw new AppError('STATE_CONFLICT', { detail: 'System topics are not deleted here.' })
  const cluster = ctx.clusters.get(input.cluster)
  const topic = await readTopic(ctx, cluster, input.topic)
  const details = { topicId: topic.topicId, partitions: topic.partitions.length }
  await audited(
    ctx,
    { action: 'topic.delete', cluster: input.cluster, resource: `topic:${input.topic}`, details },
    () => cluster.deleteTopic(input.topic, { signal: ctx.signal }),
  )
  return { name: input.topic, deleted: true }
})

import { deadLetterTriage } from '@/lib/contracts/dead-letter-triage'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'

/**
 * Forgets what the index holds of a topic, or of all that the caller may triage, and reads it anew; decisions
 * stay. Of this process: another replica keeps its own index. Throws TOPIC_UNKNOWN, DENIED.
 */
export const rebuildIndex = verb(deadLetterTriage.rebuild, async (ctx, { cluster, topic }) => {
  authorise(ctx, 'deadletter.triage', { cluster, ...(topic !== undefined && { topic }) })
  const index = ctx.services.deadLetters.of(cluster)
  if (topic !== undefined && !index.isDeadLetterTopic(topic))
    throw new AppError('TOPIC_UNKNOWN', { params: { topic } })
  const resource = topic === undefined ? 'dead-letters' : `topic:${topic}`
  return audited(ctx, { action: 'deadletter.rebuild', cluster, resource }, async () => ({
    topics: index.rebuild(topic),
  }))
})

import { deadLetterTriage } from '@/lib/contracts/dead-letter-triage'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { writeOrigin } from './origin-store'

/**
 * Remembers where a topic's letters came from whose headers don't say so: the target that a replay offers. A
 * topic that is there and is no dead-letter topic; whoever replays is asked for the right to write it then.
 * Throws TOPIC_UNKNOWN, TARGET_INVALID, DENIED, STORE_*.
 */
export const setOrigin = verb(deadLetterTriage.setOrigin, async (ctx, input) => {
  const { cluster, topic, origin } = input
  authorise(ctx, 'deadletter.triage', { cluster, topic })
  const index = ctx.services.deadLetters.of(cluster)
  if (!index.isDeadLetterTopic(topic)) throw new AppError('TOPIC_UNKNOWN', { params: { topic } })
  if (origin !== null) {
    authorise(ctx, 'topic.read', { cluster, topic: origin })
    const refuse = (message: string) =>
      new AppError('TARGET_INVALID', {
        params: { topic: origin },
        detail: message,
        fields: [{ path: 'origin', code: 'TARGET_INVALID', message }],
      })
    if (origin === topic || index.isDeadLetterTopic(origin))
      throw refuse('The origin is a dead-letter topic itself.')
    const port = ctx.clusters.get(cluster)
    const metadata = await port.metadata({ signal: ctx.signal, topics: [origin], maxAgeMs: 1000 })
    const found = metadata.topics.get(origin)
    if (!found?.ok) throw new AppError('TOPIC_UNKNOWN', { params: { topic: origin } })
    if (found.value.internal) throw refuse('The origin is an internal topic.')
  }
  const subject = { action: 'deadletter.origin', cluster, resource: `topic:${topic}` }
  await audited(ctx, { ...subject, details: { origin } }, async () => {
    try {
      await writeOrigin(ctx.store, { cluster, topic, origin, by: ctx.actor.name, atMs: ctx.clock.now() })
    } catch (error) {
      throw toStoreError(error)
    }
  })
  await index.triageChanged()
  return { topic, originTopic: index.originOf(topic) }
})

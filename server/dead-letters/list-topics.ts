import { deadLetters } from '@/lib/contracts/dead-letters'
import { authorise, mayDo } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { isoOrNull } from './index-answers'

/**
 * Dead-letter topics of a cluster from the index: how each was recognised, how far it is read, when its
 * oldest record goes.
 */
export const listTopics = verb(deadLetters.topics, async (ctx, { cluster }) => {
  authorise(ctx, 'deadletter.read', { cluster })
  const index = ctx.services.deadLetters.of(cluster)
  return {
    items: index
      .topics()
      .filter(({ topic }) => mayDo(ctx, 'deadletter.read', { cluster, topic }))
      .sort((a, b) => (a.topic < b.topic ? -1 : 1)),
    sampledAt: isoOrNull(index.sampledAtMs()),
    problems: [...index.problems()],
  }
})

import { deadLetterDrops } from '@/lib/contracts/dead-letter-drops'
import { authorise, mayDo } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { listStoredDrops } from './drop-store'

/** What was dropped, by whom and why: of topics that the caller may see. Throws DENIED, STORE_*. */
export const listDrops = verb(deadLetterDrops.list, async (ctx, input) => {
  const { cluster, topic } = input
  authorise(ctx, 'deadletter.read', { cluster, ...(topic !== undefined && { topic }) })
  ctx.clusters.get(cluster)
  const drops = await listStoredDrops(ctx.store.db, input).catch(error => {
    throw toStoreError(error)
  })
  return { items: drops.filter(drop => mayDo(ctx, 'deadletter.read', { cluster, topic: drop.topic })) }
})

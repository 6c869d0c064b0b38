import { and, eq } from 'drizzle-orm'
import { groups } from '@/lib/contracts/groups'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { groupPin } from '@/server/store/schema/index'
import { pinsOfCaller } from './pins'
import { storedName } from './stored-name'

/**
 * Takes a group off the top of the caller's own list, whether it was there or not, and whether it still
 * exists or not. Throws STORE_*.
 */
export const unpinGroup = verb(groups.unpin, async (ctx, { cluster, group }) => {
  authorise(ctx, 'group.read', { cluster, group })
  ctx.clusters.get(cluster)
  try {
    await ctx.store.db
      .delete(groupPin)
      .where(and(pinsOfCaller(ctx, cluster), eq(groupPin.group, storedName(group))))
  } catch (error) {
    throw toStoreError(error)
  }
  return { pinned: false as const }
})

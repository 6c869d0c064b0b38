import { count } from 'drizzle-orm'
import { groups } from '@/lib/contracts/groups'
import { AppError } from '@/lib/errors'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { groupPin } from '@/server/store/schema/index'
import { MOST_PINS, pinsOfCaller } from './pins'
import { samplerWith } from './read-group'
import { storedName } from './stored-name'

/**
 * Puts a group on top of the caller's own list; twice is once. It is nobody else's business, so the audit log
 * does not have it. Throws GROUP_UNKNOWN, INPUT_INVALID for the 201st of a cluster, STORE_*.
 */
export const pinGroup = verb(groups.pin, async (ctx, { cluster, group }) => {
  authorise(ctx, 'group.read', { cluster, group })
  await samplerWith(ctx, cluster, group)
  const mine = pinsOfCaller(ctx, cluster)
  try {
    const [kept] = await ctx.store.db.select({ many: count() }).from(groupPin).where(mine)
    if ((kept?.many ?? 0) >= MOST_PINS)
      throw new AppError('INPUT_INVALID', {
        fields: [
          { path: 'group', code: 'TOO_MANY', message: `has no room among ${MOST_PINS} pinned groups` },
        ],
      })
    await ctx.store.db
      .insert(groupPin)
      .values({ actor: ctx.actor.name, cluster, group: storedName(group) })
      .onConflictDoNothing()
  } catch (error) {
    throw toStoreError(error)
  }
  return { pinned: true as const }
})

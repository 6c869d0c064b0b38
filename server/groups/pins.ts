import { and, eq, type SQL } from 'drizzle-orm'
import type { Problem } from '@/lib/contracts/common'
import type { Context } from '@/server/context'
import { toStoreError } from '@/server/store/errors'
import { groupPin } from '@/server/store/schema/index'
import { storedName } from './stored-name'

/** How many groups one person may have on top of one cluster's list. */
export const MOST_PINS = 200

/** The caller's own pins of one cluster. */
export function pinsOfCaller(ctx: Context, cluster: string): SQL | undefined {
  return and(eq(groupPin.actor, ctx.actor.name), eq(groupPin.cluster, cluster))
}

/** Tells which groups the caller has pinned. Throws what the database throws. */
async function readPins(ctx: Context, cluster: string): Promise<(group: string) => boolean> {
  const rows = await ctx.store.db
    .select({ group: groupPin.group })
    .from(groupPin)
    .where(pinsOfCaller(ctx, cluster))
    .limit(MOST_PINS)
  const keys = new Set(rows.map(row => row.group))
  return group => keys.size > 0 && keys.has(storedName(group))
}

const NONE = () => false

/** The same for lists and pages, which stand without it: nothing is pinned then, and the problem says why. */
export async function pinsOf(
  ctx: Context,
  cluster: string,
): Promise<{ isPinned: (group: string) => boolean; problems: Problem[] }> {
  try {
    return { isPinned: await readPins(ctx, cluster), problems: [] }
  } catch (error) {
    return { isPinned: NONE, problems: [{ scope: 'pins', code: toStoreError(error).code }] }
  }
}

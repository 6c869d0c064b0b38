import { and, desc, eq, inArray } from 'drizzle-orm'
import type { CatalogueKind } from '@/lib/contracts/policy-spec'
import { requestChange } from '@/lib/contracts/requests'
import { mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { toStoreError } from '@/server/store/errors'
import { topicRequest } from '@/server/store/schema/index'

/** The newest requests are looked at; the page names what there is, not everything that was ever asked. */
const MOST_REQUESTS = 1000

/**
 * Teams, and domains and services that are proposed, of the requests for new topics that are open and that
 * the caller may see.
 */
export async function entriesAskedFor(
  ctx: Context,
  cluster: string,
): Promise<{ kind: CatalogueKind; name: string }[]> {
  const open = await ctx.store.db
    .select({ topic: topicRequest.topic, owner: topicRequest.owner, change: topicRequest.change })
    .from(topicRequest)
    .where(
      and(
        eq(topicRequest.cluster, cluster),
        eq(topicRequest.kind, 'create'),
        inArray(topicRequest.state, ['pending', 'changes-requested', 'approved', 'applying']),
      ),
    )
    .orderBy(desc(topicRequest.id))
    .limit(MOST_REQUESTS)
    .catch(error => {
      throw toStoreError(error)
    })
  return open.flatMap(({ topic, owner, change }) => {
    if (!mayDo(ctx, 'request.read', { cluster, topic })) return []
    const proposed = requestChange.parse(JSON.parse(change)).propose ?? []
    return [...proposed, ...(owner === null ? [] : [{ kind: 'owner' as const, name: owner }])]
  })
}

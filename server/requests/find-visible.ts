import type { Context } from '@/server/context'
import { seesRequest } from './list-requests'
import { findRequest, type StoredRequest } from './request-store'
import { personOf } from './rights'

/**
 * The request, or null where this actor is not told that there is one: its topic is hidden from them, or it
 * is a draft of another.
 */
export async function findVisible(
  ctx: Context,
  cluster: string | null,
  id: string,
): Promise<StoredRequest | null> {
  const row = await findRequest(ctx, cluster, id)
  if (!row || !seesRequest(ctx, row)) return null
  return row.state === 'draft' && row.by !== personOf(ctx.actor) ? null : row
}

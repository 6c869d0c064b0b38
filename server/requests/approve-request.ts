import { requests } from '@/lib/contracts/requests'
import { verb } from '@/server/http/verb'
import { approve } from './decide'
import { viaOf } from './file-request'
import { findRequest, toRow } from './request-store'

/**
 * Approves, and waits a little for what becomes of it: an answer `approved` or `applying` means that it is
 * under way.
 */
export const approveRequest = verb(requests.approve, async (ctx, input) => {
  const moved = await approve(ctx, { ...input, via: viaOf(ctx) })
  if (moved.state !== 'approved') return toRow(moved)
  await ctx.services.requests.settled(moved.id)
  return toRow((await findRequest(ctx, input.cluster, input.id)) ?? moved)
})

import { requests } from '@/lib/contracts/requests'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { viaOf } from './file-request'
import { findVisible } from './find-visible'
import { moveRequest } from './move-request'
import { findRequest, type StoredRequest, toRow, unknownRequest } from './request-store'
import { filingResource, isOwn, refuse, whyNotDecide } from './rights'

/** The requester and whoever may approve: the approvals that it has are what lets it be applied. */
export const whyNotRetry = (ctx: Context, row: StoredRequest) =>
  isOwn(ctx, row) ? null : whyNotDecide(ctx, row)

/** Applies a failed request again; policy and broker are asked anew. */
export const retryRequest = verb(requests.retry, async (ctx, input) => {
  const row = await findVisible(ctx, input.cluster, input.id)
  authorise(ctx, 'request.file', row ? filingResource(row) : { cluster: input.cluster })
  if (!row) throw unknownRequest(input.id)
  const moved = await audited(
    ctx,
    {
      action: 'request.retry',
      cluster: row.cluster,
      resource: `request:${row.id}`,
      details: { topic: row.topic, kind: row.kind, failure: row.failure },
    },
    async () => {
      refuse(whyNotRetry(ctx, row), row)
      return moveRequest(ctx, row, {
        from: ['failed'],
        to: 'approved',
        version: input.version ?? row.version,
        event: { kind: 'retried', via: viaOf(ctx) },
      })
    },
  )
  ctx.services.requests.wake()
  await ctx.services.requests.settled(moved.id)
  return toRow((await findRequest(ctx, input.cluster, input.id)) ?? moved)
})

import { requests } from '@/lib/contracts/requests'
import { verb } from '@/server/http/verb'
import { turnDown } from './decide'
import { viaOf } from './file-request'
import { toRow } from './request-store'

/** Declines a request, with the reason. */
export const declineRequest = verb(requests.decline, async (ctx, input) =>
  toRow(await turnDown(ctx, { ...input, via: viaOf(ctx), decision: 'declined' })),
)

/** Gives a request back to who filed it, with what to change. */
export const requestChanges = verb(requests.requestChanges, async (ctx, input) =>
  toRow(await turnDown(ctx, { ...input, via: viaOf(ctx), decision: 'changes-requested' })),
)

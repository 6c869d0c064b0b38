import { requests } from '@/lib/contracts/requests'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { viaOf } from './file-request'
import { findVisible } from './find-visible'
import { moveRequest } from './move-request'
import { OWN_STATES, toRow, unknownRequest } from './request-store'
import { filingResource, refuse, whyNotWithdraw } from './rights'

/** Takes an own request back, as long as it is not being applied. */
export const withdrawRequest = verb(requests.withdraw, async (ctx, input) => {
  const row = await findVisible(ctx, input.cluster, input.id)
  authorise(ctx, 'request.file', row ? filingResource(row) : { cluster: input.cluster })
  if (!row) throw unknownRequest(input.id)
  const moved = await audited(
    ctx,
    {
      action: 'request.withdraw',
      cluster: row.cluster,
      resource: `request:${row.id}`,
      details: { topic: row.topic, kind: row.kind },
    },
    async () => {
      refuse(whyNotWithdraw(ctx, row), row, 'settings.write')
      return moveRequest(ctx, row, {
        from: [...OWN_STATES],
        to: 'withdrawn',
        version: input.version ?? row.version,
        silent: row.state === 'draft',
        event: { kind: 'withdrawn', via: viaOf(ctx) },
      })
    },
  )
  return toRow(moved)
})

import { requests } from '@/lib/contracts/requests'
import { AppError } from '@/lib/errors'
import { rolesWith } from '@/lib/permissions'
import { authorise } from '@/server/auth/authorise'
import { asAppError } from '@/server/http/serve'
import { verb } from '@/server/http/verb'
import { approve } from './decide'
import { viaOf } from './file-request'
import { toRow } from './request-store'

/** Approves one after the other, each by its own right and version; what is refused says why and holds up no other. */
export const approveMany = verb(requests.approveMany, async (ctx, input) => {
  authorise(ctx, 'request.read', {})
  // Each is asked for its own right below; who may decide about nothing anywhere is told so at once.
  if (!ctx.actor.grants.some(({ role }) => rolesWith('request.file').includes(role))) {
    const roles = rolesWith('request.approve').join(', ')
    throw new AppError('DENIED', { params: { action: 'request.approve', resource: '*', roles } })
  }
  const items = []
  for (const { cluster, id, version } of input.requests) {
    try {
      const row = await approve(ctx, { cluster, id, version, via: viaOf(ctx) })
      items.push({ id, ok: true, code: null, request: toRow(row) })
    } catch (thrown) {
      const error = asAppError(thrown)
      if (error.status >= 500) throw thrown
      items.push({ id, ok: false, code: error.code, request: null })
    }
  }
  return { items }
})

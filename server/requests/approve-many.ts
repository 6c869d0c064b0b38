import type { OutputOf } from '@/lib/contracts/endpoint'
import { requests } from '@/lib/contracts/requests'
import { rolesWith } from '@/lib/permissions'
import { authorise, denied } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { asAppError } from '@/server/http/serve'
import { verb } from '@/server/http/verb'
import { approve } from './decide'
import { viaOf } from './file-request'
import { findRequest, toRow } from './request-store'

type Item = OutputOf<typeof requests.approveMany>['items'][number]

/**
 * Approves one after the other, each by its own right and version; what is refused says why and holds up no
 * other. Then it waits a little for what becomes of them: an item that is `approved` or `applying` is under
 * way. Once something was approved nothing that fails takes that news away: the rest is told as refused by it.
 */
export const approveMany = verb(requests.approveMany, async (ctx, input) => {
  authorise(ctx, 'request.read', {})
  // Each is asked for its own right below; who may decide about nothing anywhere is told so at once.
  if (!ctx.actor.grants.some(({ role }) => rolesWith('request.file').includes(role)))
    throw denied('request.approve', {})
  const items: Item[] = []
  let broken: Pick<Item, 'code' | 'params'> | null = null
  for (const { cluster, id, version } of input.requests) {
    if (broken !== null) {
      items.push({ id, ok: false, ...broken, request: null })
      continue
    }
    try {
      const row = await approve(ctx, { cluster, id, version, via: viaOf(ctx) })
      items.push({ id, ok: true, code: null, params: {}, request: toRow(row) })
    } catch (thrown) {
      const error = asAppError(thrown)
      if (error.status >= 500 && items.length === 0) throw thrown
      const refusal = { code: error.code, params: error.params ?? {} }
      if (error.status >= 500) broken = refusal
      items.push({ id, ok: false, ...refusal, request: null })
    }
  }
  return { items: await Promise.all(items.map(item => settled(ctx, item))) }
})

/** The item with what came of it by now. */
async function settled(ctx: Context, item: Item): Promise<Item> {
  if (item.request?.state !== 'approved') return item
  await ctx.services.requests.settled(Number(item.id))
  const row = await findRequest(ctx, item.request.cluster, item.id).catch(() => null)
  return row ? { ...item, request: toRow(row) } : item
}

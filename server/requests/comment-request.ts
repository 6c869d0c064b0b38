import { requests } from '@/lib/contracts/requests'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { enqueueNotice } from '@/server/outbox/enqueue'
import { viaOf } from './file-request'
import { findVisible } from './find-visible'
import { addEvent } from './move-request'
import { noticeOf } from './notice-of'
import { toRow, unknownRequest } from './request-store'
import { filingResource, personOf } from './rights'
import { checkRoomForWords } from './room'

/**
 * Adds a comment; the people that it calls by `@name` are told, unless it is a draft. The request stays as it
 * is, its version too.
 */
export const commentRequest = verb(requests.comment, async (ctx, input) => {
  const row = await findVisible(ctx, input.cluster, input.id)
  authorise(ctx, 'request.file', row ? filingResource(row) : { cluster: input.cluster })
  if (!row) throw unknownRequest(input.id)
  await checkRoomForWords(ctx, row, 'text')
  await audited(
    ctx,
    {
      action: 'request.comment',
      cluster: row.cluster,
      resource: `request:${row.id}`,
      details: { topic: row.topic, text: input.text },
    },
    () =>
      ctx.store.db.transaction(async tx => {
        const event = { kind: 'commented' as const, via: viaOf(ctx), text: input.text }
        await addEvent(ctx, tx, row, event)
        // A draft is nobody else's to know of.
        if (row.state === 'draft') return
        const notice = noticeOf(ctx.config, row, { ...event, actor: personOf(ctx.actor) })
        await enqueueNotice(tx, { config: ctx.config, nowMs: ctx.clock.now() }, notice)
      }),
  )
  ctx.services.outbox.wake()
  return toRow(row)
})

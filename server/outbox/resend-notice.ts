import { and, eq, ne } from 'drizzle-orm'
import { notices } from '@/lib/contracts/notices'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { outbox } from '@/server/store/schema/index'
import { LIFE_MS } from './enqueue'
import { toMessage } from './list-notices'

/**
 * Tries a message again now and for another day. Its id stays, so that a receiver that has it already can
 * tell. Throws NOTICE_UNKNOWN, STATE_CONFLICT for one that is through.
 */
export const resendNotice = verb(notices.resend, async (ctx, input) => {
  authorise(ctx, 'outbox.send', {})
  const { db } = ctx.store
  const [known] = await db.select().from(outbox).where(eq(outbox.id, input.notice))
  if (!known) throw new AppError('NOTICE_UNKNOWN')
  const subject = { action: 'notice.resend', cluster: null, resource: `notice:${known.id}` }
  const details = { channel: known.channel, event: known.event, attempts: known.attempts }
  const row = await audited(ctx, { ...subject, details }, async () => {
    const nowMs = ctx.clock.now()
    const [moved] = await db
      .update(outbox)
      .set({ state: 'pending', nextAtMs: nowMs, untilMs: nowMs + LIFE_MS })
      .where(and(eq(outbox.id, known.id), ne(outbox.state, 'sent')))
      .returning()
    if (!moved) throw new AppError('STATE_CONFLICT', { params: { state: 'sent' } })
    return moved
  })
  ctx.services.outbox.wake()
  return toMessage(row)
})

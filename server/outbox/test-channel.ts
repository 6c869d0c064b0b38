import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { notices } from '@/lib/contracts/notices'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { outbox } from '@/server/store/schema/index'
import { enqueueNotice } from './enqueue'
import { toMessage } from './list-notices'

/** Puts a test message into the outbox for one channel, whatever events it wants. Throws CHANNEL_UNKNOWN. */
export const testChannel = verb(notices.test, async (ctx, input) => {
  authorise(ctx, 'outbox.send', {})
  const subject = `test:${randomUUID()}`
  const row = await audited(
    ctx,
    { action: 'notice.test', cluster: null, resource: `channel:${input.channel}` },
    async () => {
      const count = await enqueueNotice(
        ctx.store.db,
        { config: ctx.config, nowMs: ctx.clock.now() },
        {
          event: 'test',
          subject,
          cluster: null,
          path: '/',
          title: { ko: 'Milena 알림 시험', en: 'A test message of Milena' },
          fields: [{ label: { ko: '보낸 사람', en: 'Sent by' }, value: ctx.actor.name }],
          tone: 'info',
          data: {},
        },
        { onlyChannel: input.channel },
      )
      const [made] = await ctx.store.db.select().from(outbox).where(eq(outbox.subject, subject))
      if (count === 0 || !made) throw new AppError('CHANNEL_UNKNOWN', { params: { channel: input.channel } })
      return made
    },
  )
  ctx.services.outbox.wake()
  return toMessage(row)
})

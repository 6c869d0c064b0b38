import { deadLetterDrops } from '@/lib/contracts/dead-letter-drops'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { toStoreError } from '@/server/store/errors'
import { deleteDrop, findDrop } from './drop-store'
import { appendEvent } from './triage-store'

/** Takes a drop back: its letters are open again. Throws DROP_UNKNOWN, DENIED, STORE_*. */
export const restoreDrop = verb(deadLetterDrops.restore, async (ctx, { cluster, drop: id }) => {
  const found = await findDrop(ctx.store.db, cluster, id).catch(error => {
    throw toStoreError(error)
  })
  authorise(ctx, 'deadletter.triage', { cluster, ...(found && { topic: found.topic }) })
  if (!found) throw new AppError('DROP_UNKNOWN', { params: { drop: id } })
  const { topic, count, fingerprint, reason } = found
  const subject = {
    action: 'deadletter.restore',
    cluster,
    resource: `topic:${topic}`,
    details: { drop: id, count },
  }
  await audited(ctx, subject, () =>
    ctx.store.db
      .transaction(async tx => {
        await deleteDrop(tx, cluster, id)
        if (fingerprint === null) return
        const at = { cluster, fingerprint, actor: ctx.actor, atMs: ctx.clock.now() }
        await appendEvent(tx, at, { kind: 'restored', from: String(count), to: null, text: reason })
      })
      .catch(error => {
        throw toStoreError(error)
      }),
  )
  await ctx.services.deadLetters.of(cluster).triageChanged()
  return { id, restored: count }
})

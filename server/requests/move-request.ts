import { and, eq, inArray, sql } from 'drizzle-orm'
import type { RequestEvent, RequestState } from '@/lib/contracts/requests'
import { AppError } from '@/lib/errors'
import { type ChangedLine, keptLines } from '@/lib/request-lines'
import { type AuditSubject, auditWithin } from '@/server/audit/audited'
import type { Context } from '@/server/context'
import { forgetPendingNames } from '@/server/names/pending-names'
import { enqueueNotice } from '@/server/outbox/enqueue'
import { topicRequest, topicRequestEvent } from '@/server/store/schema/index'
import type { Transaction } from '@/server/store/types'
import { changedMeanwhile } from './changed-meanwhile'
import { mentionsIn } from './mentions'
import { noticeOf } from './notice-of'
import { OPEN_STATES, openKeyOf, type StoredRequest, type Via } from './request-store'
import { personOf } from './rights'

export type Move = {
  from: readonly RequestState[]
  to: RequestState
  /** Of what the decision rests on: another one means that somebody was faster. */
  version: number
  set?: Partial<StoredRequest>
  event: {
    kind: RequestEvent['kind']
    via: Via
    text?: string | null
    code?: string | null
    changes?: readonly ChangedLine[]
  }
  /** More of the row that must still be so. */
  applyOwner?: string
  /** Not told to channels: a draft, an attempt. */
  silent?: boolean
  /** What the service itself decides is audited with the move; people and programs are by `audited`, before it. */
  audit?: AuditSubject
}

const isOpen = (state: RequestState) => OPEN_STATES.some(open => open === state)

/**
 * The one function by which a request changes its state: row, event and notices in one transaction. Throws
 * REQUEST_CHANGED (params: as `changedMeanwhile` tells it) when it is not as the caller saw it,
 * REQUEST_OPEN when another one about the topic was opened meanwhile.
 */
export async function moveRequest(
  ctx: Pick<Context, 'store' | 'clock' | 'actor' | 'config' | 'services' | 'requestId'>,
  row: StoredRequest,
  move: Move,
): Promise<StoredRequest> {
  const nowMs = ctx.clock.now()
  const moved = await ctx.store.db
    .transaction(async tx => {
      const [changed] = await tx
        .update(topicRequest)
        .set({
          ...move.set,
          state: move.to,
          version: sql`${topicRequest.version} + 1`,
          updatedAtMs: nowMs,
          openKey: isOpen(move.to) ? openKeyOf({ ...row, ...move.set }) : null,
        })
        .where(
          and(
            eq(topicRequest.id, row.id),
            inArray(topicRequest.state, [...move.from]),
            eq(topicRequest.version, move.version),
            move.applyOwner === undefined ? undefined : eq(topicRequest.applyOwner, move.applyOwner),
          ),
        )
        .returning()
      if (!changed)
        throw await changedMeanwhile(tx, ctx, row.id, { version: move.version, wanted: move.event.kind })
      await addEvent(ctx, tx, changed, move.event)
      if (!move.silent) {
        const notice = noticeOf(ctx.config, changed, { ...move.event, actor: personOf(ctx.actor) })
        await enqueueNotice(tx, { config: ctx.config, nowMs }, notice)
      }
      if (move.audit) await auditWithin(tx, ctx, move.audit)
      return changed
    })
    .catch(error => {
      throw isDuplicate(error) ? openAlready(move.set?.topic ?? row.topic) : error
    })
  forgetPendingNames(ctx.store)
  ctx.services.outbox.wake()
  return moved
}

export const openAlready = (topic: string) => new AppError('REQUEST_OPEN', { params: { topic } })

/** One line of the timeline; with it the people that its text calls. */
export async function addEvent(
  ctx: Pick<Context, 'clock' | 'actor' | 'config'>,
  tx: Transaction,
  row: Pick<StoredRequest, 'id' | 'cluster' | 'topic' | 'by'>,
  event: Move['event'],
): Promise<void> {
  await tx.insert(topicRequestEvent).values({
    request: row.id,
    atMs: ctx.clock.now(),
    actor: personOf(ctx.actor),
    via: event.via,
    kind: event.kind,
    text: event.text ?? null,
    mentions: JSON.stringify(mentionsIn(ctx.config, row, event.text ?? '')),
    code: event.code ?? null,
    changes: event.changes?.length ? JSON.stringify(keptLines(event.changes)) : null,
  })
}

/** SQLSTATE 23505 anywhere among the causes: a unique index refused it. */
export function isDuplicate(error: unknown): boolean {
  let current: unknown = error
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth++) {
    if ('code' in current && current.code === '23505') return true
    current = 'cause' in current ? current.cause : null
  }
  return false
}

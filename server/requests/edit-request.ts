import { requests } from '@/lib/contracts/requests'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { requestFacts, viaOf } from './file-request'
import { moveRequest } from './move-request'
import { findRequest, toRow, unknownRequest } from './request-store'
import { type Asked, reviewChange } from './review-request'
import { isOwn } from './rights'
import { wantedOf } from './wanted'

const DAY_MS = 86_400_000
const EDITABLE = ['draft', 'pending', 'changes-requested'] as const

/**
 * Replaces what an own request asks for; its approvals begin anew, since nobody has seen this. Throws what filing throws, REQUEST_CHANGED
 * when it was decided meanwhile.
 */
export const editRequest = verb(requests.edit, async (ctx, input) => {
  const row = await findRequest(ctx, input.cluster, input.id)
  authorise(ctx, 'request.file', { cluster: input.cluster, ...(row ? { topic: row.topic } : {}) })
  if (!row) throw unknownRequest(input.id)
  if (!isOwn(ctx, row))
    throw new AppError('DENIED', { params: { action: 'request.file', resource: `request:${row.id}` } })
  const change = wantedOf(row.kind, input)
  const asked: Asked = { cluster: row.cluster, topic: row.topic, kind: row.kind, change, id: String(row.id) }
  const reviewed = input.draft ? null : await reviewChange(ctx, asked)
  if (reviewed?.refusal) throw reviewed.refusal
  const facts = await requestFacts(ctx, asked)
  const toDraft = input.draft && row.state === 'draft'
  const nowMs = ctx.clock.now()
  const details = { topic: row.topic, kind: row.kind, before: row.change, ...change }
  const moved = await audited(
    ctx,
    { action: 'request.edit', cluster: row.cluster, resource: `request:${row.id}`, details },
    () =>
      moveRequest(ctx, row, {
        from: EDITABLE,
        to: toDraft ? 'draft' : 'pending',
        version: input.version ?? row.version,
        silent: toDraft,
        set: {
          ...facts,
          change: JSON.stringify(change),
          approvals: '[]',
          ...(input.purpose === undefined ? {} : { purpose: input.purpose }),
          ...(input.links === undefined ? {} : { links: JSON.stringify(input.links) }),
          ...(reviewed?.topicId ? { topicId: reviewed.topicId } : {}),
          ...(toDraft
            ? {}
            : {
                submittedAtMs: row.submittedAtMs ?? nowMs,
                expiresAtMs: nowMs + ctx.config.requests.expireAfterDays * DAY_MS,
              }),
        },
        event: {
          kind: row.submittedAtMs === null && !toDraft ? 'submitted' : 'edited',
          via: viaOf(ctx),
          text: input.purpose ?? null,
        },
      }),
  )
  return toRow(moved)
})

import { requests } from '@/lib/contracts/requests'
import { AppError } from '@/lib/errors'
import { domainOf } from '@/lib/naming-policy/check-name'
import { approvalsFor } from '@/lib/naming-policy/policy'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { policyFor } from '@/server/policies/policy-for'
import { requireConfirm } from '@/server/topic-changes/refuse-system-topic'
import { viaOf } from './file-request'
import { findVisible } from './find-visible'
import { type Move, moveRequest } from './move-request'
import {
  changeOf,
  expiryOf,
  failureOf,
  findRequest,
  type StoredRequest,
  toRow,
  unknownRequest,
} from './request-store'
import { filingResource, isOwn, personOf, refuse, whyNotDecide } from './rights'

/** The requester and whoever may approve: the approvals that it has are what lets it be applied. */
export const whyNotRetry = (ctx: Context, row: StoredRequest) =>
  isOwn(ctx, row) ? null : whyNotDecide(ctx, row)

/** Only a deletion that failed because somebody uses the topic has anything to override. */
export const isOverridable = (row: StoredRequest): boolean =>
  row.kind === 'delete' && failureOf(row)?.code === 'TOPIC_IN_USE'

/**
 * Applies a failed request again; policy and broker are asked anew. With `override` a topic goes although it
 * is in use: more than what was approved, so an approver decides, the name is repeated in `confirm`, and
 * approvals are counted anew from this one. Throws DENIED, SELF_APPROVAL, NOT_APPROVER, INPUT_INVALID
 * (CONFIRM_MISMATCH, OTHER_KIND), REQUEST_CHANGED, REQUEST_UNKNOWN.
 */
export const retryRequest = verb(requests.retry, async (ctx, input) => {
  const row = await findVisible(ctx, input.cluster, input.id)
  authorise(ctx, 'request.file', row ? filingResource(row) : { cluster: input.cluster })
  if (!row) throw unknownRequest(input.id)
  const { override = false } = input
  if (override) requireOverridable(row, input.confirm)
  const next = override ? await overriding(ctx, row) : asApproved(ctx)
  const moved = await audited(
    ctx,
    {
      action: 'request.retry',
      cluster: row.cluster,
      resource: `request:${row.id}`,
      details: { topic: row.topic, kind: row.kind, failure: row.failure, ...(override ? { override } : {}) },
    },
    async () => {
      refuse(override ? whyNotDecide(ctx, row) : whyNotRetry(ctx, row), row)
      return moveRequest(ctx, row, { from: ['failed'], version: input.version ?? row.version, ...next })
    },
  )
  if (moved.state !== 'approved') return toRow(moved)
  ctx.services.requests.wake()
  await ctx.services.requests.settled(moved.id)
  return toRow((await findRequest(ctx, input.cluster, input.id)) ?? moved)
})

function requireOverridable(row: StoredRequest, confirm: string | undefined): void {
  if (!isOverridable(row)) {
    const message = 'only a deletion that was refused because the topic is in use'
    throw new AppError('INPUT_INVALID', { fields: [{ path: 'override', code: 'OTHER_KIND', message }] })
  }
  requireConfirm(row.topic, confirm ?? '')
}

type Next = Pick<Move, 'to' | 'set' | 'event'>

const asApproved = (ctx: Context): Next => ({ to: 'approved', event: { kind: 'retried', via: viaOf(ctx) } })

/** The request with the override, approved by nobody yet but by whoever overrides. */
async function overriding(ctx: Context, row: StoredRequest): Promise<Next> {
  const { policy } = await policyFor(ctx, row.cluster, { fresh: true })
  const needed = Math.max(row.approvalsNeeded, approvalsFor(policy, domainOf(policy, row.topic)))
  const via = viaOf(ctx)
  const approvals = [{ by: personOf(ctx.actor), atMs: ctx.clock.now(), via }]
  return {
    to: approvals.length >= needed ? 'approved' : 'pending',
    set: {
      change: JSON.stringify({ ...changeOf(row), override: true }),
      approvals: JSON.stringify(approvals),
      approvalsNeeded: needed,
      expiresAtMs: expiryOf(ctx),
    },
    event: { kind: 'retried', via, code: 'OVERRIDDEN' },
  }
}

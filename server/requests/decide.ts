import { domainOf } from '@/lib/naming-policy/check-name'
import { approvalsFor } from '@/lib/naming-policy/policy'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { policyFor } from '@/server/policies/policy-for'
import { changedMeanwhile } from './changed-meanwhile'
import { findVisible } from './find-visible'
import { moveRequest } from './move-request'
import { approvalsOf, type StoredRequest, unknownRequest, type Via } from './request-store'
import { authoriseDecision, personOf, refuse, whyNotApprove, whyNotDecide } from './rights'

/** Which request, by which door, and the version that was looked at; undefined: the newest. */
export type Pointed = { cluster: string | null; id: string; version?: number | undefined; via: Via }

/** Who may decide about nothing at all is not told which requests there are. */
async function loadForDecision(ctx: Context, { cluster, id }: Pointed): Promise<StoredRequest> {
  const row = await findVisible(ctx, cluster, id)
  if (row) {
    authoriseDecision(ctx, row)
    return row
  }
  authorise(ctx, 'request.approve', cluster === null ? {} : { cluster })
  throw unknownRequest(id)
}

/**
 * One approval, by whatever door. With the last one that the policy of now asks for the request is approved
 * and its application begins. Throws DENIED, SELF_APPROVAL, NOT_APPROVER, APPROVED_ALREADY, REQUEST_CHANGED,
 * REQUEST_UNKNOWN. Every refusal stands in the audit log.
 */
export async function approve(ctx: Context, pointed: Pointed): Promise<StoredRequest> {
  const row = await loadForDecision(ctx, pointed)
  const { policy } = await policyFor(ctx, row.cluster, { fresh: true })
  const needed = Math.max(row.approvalsNeeded, approvalsFor(policy, domainOf(policy, row.topic)))
  const moved = await audited(
    ctx,
    {
      action: 'request.approve',
      cluster: row.cluster,
      resource: `request:${row.id}`,
      details: { topic: row.topic, kind: row.kind, via: pointed.via, needed },
    },
    async () => {
      refuse(whyNotDecide(ctx, row), row)
      const version = pointed.version ?? row.version
      // Of what is decided already nobody's further approval is missing.
      if (row.state !== 'pending')
        throw await changedMeanwhile(ctx.store.db, ctx, row.id, { version, wanted: 'approved' })
      refuse(whyNotApprove(ctx, row), row)
      const approval = { by: personOf(ctx.actor), atMs: ctx.clock.now(), via: pointed.via }
      const approvals = [...approvalsOf(row), approval]
      const isLast = approvals.length >= needed
      return moveRequest(ctx, row, {
        from: ['pending'],
        to: isLast ? 'approved' : 'pending',
        version,
        set: { approvals: JSON.stringify(approvals), approvalsNeeded: needed },
        event: { kind: 'approved', via: pointed.via },
      })
    },
  )
  if (moved.state === 'approved') ctx.services.requests.wake()
  return moved
}

/**
 * Would this actor be let decline it, as it is now? For a door that asks for the reason only then. Throws as
 * `turnDown` does; an attempt that is refused stands in the audit log.
 */
export async function mayTurnDown(ctx: Context, pointed: Pointed): Promise<void> {
  const row = await loadForDecision(ctx, pointed)
  const refusal = whyNotDecide(ctx, row)
  if (refusal !== null) {
    const details = { topic: row.topic, kind: row.kind, via: pointed.via }
    const subject = { action: 'request.decline', cluster: row.cluster, resource: `request:${row.id}` }
    await audited(ctx, { ...subject, details }, async () => refuse(refusal, row))
  }
  const version = pointed.version ?? row.version
  if (row.state !== 'pending' || version !== row.version)
    throw await changedMeanwhile(ctx.store.db, ctx, row.id, { version, wanted: 'declined' })
}

const DECISIONS = {
  declined: { action: 'request.decline', to: 'declined' },
  'changes-requested': { action: 'request.request-changes', to: 'changes-requested' },
} as const

/** Declines, or gives back with what to change. Throws as `approve` does. */
export async function turnDown(
  ctx: Context,
  pointed: Pointed & { decision: keyof typeof DECISIONS; reason: string },
): Promise<StoredRequest> {
  const row = await loadForDecision(ctx, pointed)
  const { action, to } = DECISIONS[pointed.decision]
  return audited(
    ctx,
    {
      action,
      cluster: row.cluster,
      resource: `request:${row.id}`,
      reason: pointed.reason,
      details: { topic: row.topic, kind: row.kind, via: pointed.via },
    },
    async () => {
      refuse(whyNotDecide(ctx, row), row)
      return moveRequest(ctx, row, {
        from: to === 'declined' ? ['pending', 'changes-requested'] : ['pending'],
        to,
        version: pointed.version ?? row.version,
        set: { approvals: '[]' },
        event: { kind: pointed.decision, via: pointed.via, text: pointed.reason },
      })
    },
  )
}

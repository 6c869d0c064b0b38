import { AppError, type ErrorCode } from '@/lib/errors'
import { type Action, isAllowed, matchesAny, type Resource } from '@/lib/permissions'
import { authorise, denied } from '@/server/auth/authorise'
import type { Actor, Context } from '@/server/context'
import { approvalsOf, changeOf, type StoredRequest } from './request-store'

/** The person behind an actor: a token that belongs to a user is that user. */
export const personOf = (actor: Actor): string => actor.person ?? actor.name

const resourceOf = (row: Pick<StoredRequest, 'cluster' | 'topic'>) => ({
  cluster: row.cluster,
  topic: row.topic,
})

/** What a request to file is about: a draft may have no name yet, and is of whoever may file about any topic there. */
export const filingResource = ({ cluster, topic }: Pick<StoredRequest, 'cluster' | 'topic'>): Resource =>
  topic === '' ? { cluster, anyTopic: true } : { cluster, topic }

/**
 * The gate of filing and editing. Throws DENIED: whoever may not see a topic learns nothing about it by
 * asking for something.
 */
export function authoriseFiling(
  ctx: Context,
  about: Pick<StoredRequest, 'cluster' | 'topic' | 'kind'>,
): void {
  const resource = filingResource(about)
  authorise(ctx, 'request.file', resource)
  if (about.kind !== 'create') authorise(ctx, 'topic.read', resource)
}

type Asked = Pick<StoredRequest, 'cluster' | 'topic' | 'kind' | 'owner' | 'domain' | 'change'>

const teamsOf = (ctx: Context): readonly string[] =>
  ctx.config.users.find(user => user.username === personOf(ctx.actor))?.teams ?? []

/**
 * Member of the team that the topic belongs to, where the configuration lets owners approve. Not what would
 * register something: that is for who may write the catalogue.
 */
function approvesAsOwner(ctx: Context, row: Asked): boolean {
  const { owner } = row
  return (
    ctx.config.requests.ownersApprove &&
    owner !== null &&
    teamsOf(ctx).includes(owner) &&
    (changeOf(row).propose ?? []).length === 0 &&
    isAllowed(ctx.actor.grants, 'request.file', resourceOf(row))
  )
}

/** Rules of the configuration that name this request; any of them lets a person in. */
function passesRules(ctx: Context, row: Asked): boolean {
  const rules = ctx.config.requests.approvers.filter(
    rule =>
      matchesAny(rule.clusters, row.cluster) &&
      (rule.kinds.length === 0 || rule.kinds.includes(row.kind)) &&
      (rule.domains.includes('*') || (row.domain !== null && matchesAny(rule.domains, row.domain))) &&
      (rule.owners.includes('*') || (row.owner !== null && matchesAny(rule.owners, row.owner))),
  )
  if (rules.length === 0) return true
  const person = personOf(ctx.actor)
  const teams = teamsOf(ctx)
  return rules.some(rule => rule.users.includes(person) || rule.teams.some(team => teams.includes(team)))
}

/** Why this actor may not decide about the request; null: they may. By role, domain and owner; never one's own. */
export function whyNotDecide(ctx: Context, row: StoredRequest): ErrorCode | null {
  const isOwner = approvesAsOwner(ctx, row)
  if (!isOwner && !isAllowed(ctx.actor.grants, 'request.approve', resourceOf(row))) return 'DENIED'
  if (isOwn(ctx, row)) return 'SELF_APPROVAL'
  return isOwner || passesRules(ctx, row) ? null : 'NOT_APPROVER'
}

export const isOwn = (ctx: Context, row: Pick<StoredRequest, 'by'>): boolean =>
  row.by === personOf(ctx.actor) || row.by === ctx.actor.name

export function whyNotApprove(ctx: Context, row: StoredRequest): ErrorCode | null {
  const reason = whyNotDecide(ctx, row)
  if (reason !== null) return reason
  return approvalsOf(row).some(one => one.by === personOf(ctx.actor)) ? 'APPROVED_ALREADY' : null
}

/**
 * The gate of approving, declining and giving back. Throws DENIED; that it is one's own is for
 * `whyNotDecide`, and that refusal is audited.
 */
export function authoriseDecision(ctx: Context, row: StoredRequest): void {
  const resource = resourceOf(row)
  authorise(ctx, approvesAsOwner(ctx, row) ? 'request.file' : 'request.approve', resource)
}

/** Throws SELF_APPROVAL, NOT_APPROVER, APPROVED_ALREADY; DENIED with the right that is missing. */
export function refuse(
  reason: ErrorCode | null,
  row: StoredRequest,
  action: Action = 'request.approve',
): void {
  if (reason === 'DENIED') throw denied(action, resourceOf(row))
  if (reason !== null) throw new AppError(reason, { params: { request: String(row.id), topic: row.topic } })
}

/** Only the requester's own; admins may withdraw what somebody who left has filed. */
export function whyNotWithdraw(ctx: Context, row: StoredRequest): ErrorCode | null {
  return isOwn(ctx, row) || isAllowed(ctx.actor.grants, 'settings.write', {}) ? null : 'DENIED'
}

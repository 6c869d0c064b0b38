import { eq } from 'drizzle-orm'
import { type RequestDetail, requests } from '@/lib/contracts/requests'
import { toAppError } from '@/lib/errors'
import { isAllowed } from '@/lib/permissions'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { outboxRef } from '@/server/store/schema/index'
import { findVisible } from './find-visible'
import {
  changeOf,
  linksOf,
  listEvents,
  OWN_STATES,
  type StoredRequest,
  toRow,
  unknownRequest,
  usersOfRow,
} from './request-store'
import { isOverridable, whyNotRetry } from './retry-request'
import { reviewChange } from './review-request'
import { filingResource, isOwn, whyNotApprove, whyNotDecide, whyNotWithdraw } from './rights'
import { lackingOf } from './wanted'

const REVIEWED: ReadonlySet<string> = new Set([...OWN_STATES, 'approved'])

/**
 * One request with its timeline, how it stands against policy and cluster now, and what the caller may do
 * about it. Throws REQUEST_UNKNOWN.
 */
export const getRequest = verb(requests.get, async (ctx, input): Promise<RequestDetail> => {
  authorise(ctx, 'request.read', { cluster: input.cluster })
  const row = await findVisible(ctx, input.cluster, input.id)
  if (!row) throw unknownRequest(input.id)
  const problems: RequestDetail['problems'] = []
  const { cluster, topic, kind } = row
  const [events, outside, reviewed] = await Promise.all([
    listEvents(ctx, row.id),
    outsideOf(ctx, row),
    REVIEWED.has(row.state) && lackingOf(topic, kind, changeOf(row)).length === 0
      ? reviewChange(ctx, { cluster, topic, kind, change: changeOf(row), id: String(row.id) }).catch(
          error => {
            if (ctx.signal.aborted) throw error
            problems.push({ scope: 'cluster', code: toAppError(error).code })
            return null
          },
        )
      : null,
  ])
  return {
    ...toRow(row),
    change: changeOf(row),
    purpose: row.purpose,
    links: linksOf(row),
    events,
    review: reviewed?.review ?? null,
    users: usersOfRow(row),
    may: mayOf(ctx, row),
    outside,
    problems,
  }
})

function mayOf(ctx: Context, row: StoredRequest): RequestDetail['may'] {
  const inState = (states: readonly string[], reason: string | null) =>
    states.includes(row.state) ? reason : 'STATE_CONFLICT'
  const mayFile = isAllowed(ctx.actor.grants, 'request.file', filingResource(row))
  const files = (reason: string | null) => (mayFile ? reason : 'DENIED')
  return {
    approve: inState(['pending'], whyNotApprove(ctx, row)),
    decide: inState(['pending'], whyNotDecide(ctx, row)),
    edit: inState(OWN_STATES, files(isOwn(ctx, row) ? null : 'DENIED')),
    withdraw: inState(OWN_STATES, files(whyNotWithdraw(ctx, row))),
    retry: inState(['failed'], files(whyNotRetry(ctx, row))),
    override: isOverridable(row) ? inState(['failed'], files(whyNotDecide(ctx, row))) : 'STATE_CONFLICT',
  }
}

/** The Jira issue and whatever else channels made of it. */
async function outsideOf(ctx: Context, row: StoredRequest): Promise<RequestDetail['outside']> {
  const refs = await ctx.store.db
    .select()
    .from(outboxRef)
    .where(eq(outboxRef.subject, `request:${row.id}`))
  return refs.flatMap(({ channel, key }) => {
    const config = ctx.config.notifications.channels.find(one => one.name === channel)
    if (config?.kind !== 'jira' || key === null) return []
    const url = `${config.url.replace(/\/+$/, '')}/browse/${encodeURIComponent(key)}`
    return [{ channel, kind: config.kind, key, url }]
  })
}

import { and, desc, eq, notInArray } from 'drizzle-orm'
import type { RequestEvent, RequestState } from '@/lib/contracts/requests'
import { AppError } from '@/lib/errors'
import type { Context } from '@/server/context'
import { topicRequest, topicRequestEvent } from '@/server/store/schema/index'
import type { Database } from '@/server/store/types'
import { unknownRequest } from './request-store'
import { personOf } from './rights'

type Kind = RequestEvent['kind']

/** What follows a decision by itself, or decides nothing: who is to be named is who came before it. */
const FOLLOWS = ['applying', 'applied', 'failed', 'commented'] as const satisfies Kind[]

/** What can be done about a request next, by the state it is in. */
const NEXT: Record<RequestState, 'file' | 'decide' | 'edit' | 'wait' | 'retry' | 'over'> = {
  draft: 'file',
  pending: 'decide',
  'changes-requested': 'edit',
  approved: 'wait',
  applying: 'wait',
  applied: 'over',
  failed: 'retry',
  declined: 'over',
  withdrawn: 'over',
  expired: 'over',
}

/**
 * Why a request cannot be moved as somebody wanted: REQUEST_CHANGED. Params: its `state` and `version`, who
 * brought it there (`by`; `who`: `you`, `system` or `other`) by what (`did`, an event's kind with `_`), what
 * can be done `next`, and `how` it came to this: `own` (the caller did it, in another window or a moment
 * ago), `state` (nobody was faster: in this state it cannot be done), `system`, `other`.
 */
export async function changedMeanwhile(
  tx: Pick<Database, 'select'>,
  ctx: Pick<Context, 'actor'>,
  id: number,
  seen: { version: number; wanted: Kind },
): Promise<AppError> {
  const [now] = await tx.select().from(topicRequest).where(eq(topicRequest.id, id))
  if (!now) return unknownRequest(String(id))
  const [last] = await tx
    .select()
    .from(topicRequestEvent)
    .where(and(eq(topicRequestEvent.request, id), notInArray(topicRequestEvent.kind, [...FOLLOWS])))
    .orderBy(desc(topicRequestEvent.id))
    .limit(1)
  const { actor: by, kind: did, via } = last ?? { actor: now.by, kind: 'submitted', via: 'console' }
  const who = by === personOf(ctx.actor) ? 'you' : via === 'system' ? 'system' : 'other'
  const isStale = seen.version !== now.version
  const isOwn = who === 'you' && (isStale || did === seen.wanted)
  const how = isOwn ? 'own' : isStale ? who : 'state'
  return new AppError('REQUEST_CHANGED', {
    params: {
      request: String(id),
      state: now.state,
      version: now.version,
      by,
      who,
      did: did.replaceAll('-', '_'),
      how,
      next: NEXT[now.state],
    },
  })
}

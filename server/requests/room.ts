import { and, count, eq, gt, inArray } from 'drizzle-orm'
import { AppError } from '@/lib/errors'
import type { Context } from '@/server/context'
import { topicRequest, topicRequestEvent } from '@/server/store/schema/index'
import type { StoredRequest } from './request-store'
import { personOf } from './rights'

const DAY_MS = 86_400_000
/** What one person begins within a day, drafts and what was withdrawn again among it: none of it ever goes. */
const MOST_A_DAY = 1000
/** What people wrote about one request: each look at it reads all of that. */
const MOST_WORDS = 300

/** Throws RATE_LIMITED for who began as many requests within a day as anybody may. */
export async function checkRoomForRequest({ store, clock, actor }: Context): Promise<void> {
  const recent = gt(topicRequest.createdAtMs, clock.now() - DAY_MS)
  const [mine] = await store.db
    .select({ many: count() })
    .from(topicRequest)
    .where(and(eq(topicRequest.by, personOf(actor)), recent))
  if ((mine?.many ?? 0) >= MOST_A_DAY)
    throw new AppError('RATE_LIMITED', { detail: `${MOST_A_DAY} requests were begun within a day.` })
}

/** Throws INPUT_INVALID at `field` for a request that was edited and talked about as often as one may be. */
export async function checkRoomForWords(
  { store }: Context,
  { id }: Pick<StoredRequest, 'id'>,
  field: 'text' | 'topic',
): Promise<void> {
  const words = inArray(topicRequestEvent.kind, ['commented', 'edited'])
  const [told] = await store.db
    .select({ many: count() })
    .from(topicRequestEvent)
    .where(and(eq(topicRequestEvent.request, id), words))
  if ((told?.many ?? 0) < MOST_WORDS) return
  const message = `there are ${MOST_WORDS} comments and edits already`
  const params = { maximum: MOST_WORDS }
  throw new AppError('INPUT_INVALID', { fields: [{ path: field, code: 'TOO_MANY', message, params }] })
}

import * as z from 'zod'
import { deadLetters } from '@/lib/contracts/dead-letters'
import { authorise } from '@/server/auth/authorise'
import { decodeCursor, encodeCursor } from '@/server/http/cursor'
import { verb } from '@/server/http/verb'
import { isoOrNull } from './index-answers'
import { rightsOf } from './rights'
import type { RecordAnchor } from './service'

const recordCursor = z.object({
  atMs: z.number(),
  topic: z.string().max(249),
  partition: z.number().int().min(0),
  offset: z.number().int().min(0),
  back: z.boolean(),
})

/**
 * Dead letters, newest first over all topics. Keys and previews are contents of records: null without the
 * right to read them.
 */
export const listRecords = verb(deadLetters.records, async (ctx, input) => {
  const { cluster, topic, fingerprint, status, limit, cursor } = input
  authorise(ctx, 'deadletter.read', { cluster, ...(topic !== undefined && { topic }) })
  const place = cursor === undefined ? null : decodeCursor(cursor, recordCursor)
  const index = ctx.services.deadLetters.of(cluster)
  const { mayList, mayRead } = rightsOf(ctx, cluster)
  const page = index.page({ topic, fingerprint, status, may: mayList }, limit, place, place?.back ?? false)
  return {
    items: page.rows.map(row => (mayRead(row.topic) ? row : { ...row, key: null, preview: null })),
    next: cursorOf(page.next, false),
    previous: cursorOf(page.previous, true),
    matched: page.matched,
    complete: index.complete(),
    sampledAt: isoOrNull(index.sampledAtMs()) ?? undefined,
    problems: [...index.problems()],
  }
})

function cursorOf(anchor: RecordAnchor | null, back: boolean): string | null {
  return anchor === null ? null : encodeCursor({ ...anchor, back })
}

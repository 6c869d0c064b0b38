import type { Problem } from '@/lib/contracts/common'
import type { InputOf } from '@/lib/contracts/endpoint'
import { messages } from '@/lib/contracts/messages'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { openSerde } from '@/server/schemas/open-serde'
import { MAX_TEXT_BYTES } from '@/server/serde/decode-payload'
import { decodeRecord } from '@/server/serde/decode-record'
import { type LocatedLog, locateLog, type PartitionRange, toError } from './locate-log'
import { type CursorBinding, decodePageCursor, encodePageCursor, type PageCursor } from './page-cursor'
import { directionOf, type PlannedLane, parseQuery, planLanes } from './plan-page'
import { type ReadPage, readPage } from './read-page'

type Input = InputOf<typeof messages.list>

/**
 * One page of records over the selected partitions. Without a cursor it begins at `from`; with one where that page ended, in its
 * direction or against it. Throws TOPIC_UNKNOWN, PARTITION_UNKNOWN, CURSOR_INVALID, INPUT_INVALID (a time that no calendar knows).
 * A partition that fails is among the problems; when all fail, the first is the error.
 */
export const listMessages = verb(messages.list, async (ctx, input) => {
  authorise(ctx, 'record.read', { cluster: input.cluster, topic: input.topic })
  const cluster = ctx.clusters.get(input.cluster)
  const query = parseQuery(input)
  const log = await locateLog(cluster, {
    topic: input.topic,
    partitions: input.partition ?? null,
    isolation: input.isolation,
    times: query.times,
    signal: ctx.signal,
  })
  const binding = bindingOf(input, log)
  const cursor = input.cursor === undefined ? null : decodePageCursor(binding, input.cursor)
  const planned = planLanes(input, query, log, cursor)
  const partBytes = input.preview === 0 ? MAX_TEXT_BYTES : input.preview

  const opening = openSerde(ctx, input.cluster, input.topic, input)
  opening.catch(() => undefined)
  const fetcher = cluster.openFetcher({ signal: ctx.signal })
  try {
    const page = await readPage(
      fetcher,
      {
        topic: input.topic,
        direction: directionOf(query.order, cursor?.toward ?? 'next'),
        isolation: input.isolation,
        limit: input.limit,
        lanes: planned.map(one => one.lane),
        budget: { partBytes },
      },
      () => ctx.clock.now(),
    )
    const problems = [...log.problems, ...page.problems]
    const [first] = problems
    if (first && page.records.length === 0 && failedAll(log, page)) throw toError(first)
    const open = await opening
    await open.prepare(page.records, ctx.signal)
    const items = page.records.map(record =>
      decodeRecord(record, { serde: open.serde, maxTextBytes: partBytes }),
    )
    if (cursor?.toward === 'previous') items.reverse()
    const { next, previous } = neighbours(query.order, cursor, planned, page)
    const links = { next: encode(binding, next, problems), previous: encode(binding, previous, problems) }
    return {
      items,
      ...links,
      end: page.end,
      order: query.order,
      ranges: [...log.ranges].map(([partition, range]) => ({ partition, ...asText(range) })),
      scanned: page.scanned,
      sampledAt: new Date(ctx.clock.now()).toISOString(),
      ...(problems.length > 0 ? { problems } : {}),
    }
  } finally {
    fetcher.close()
  }
})

function bindingOf(input: Input, log: LocatedLog): CursorBinding {
  return {
    cluster: input.cluster,
    topic: input.topic,
    topicId: log.topicId,
    partitions: input.partition === undefined ? null : log.partitions,
    isolation: input.isolation,
  }
}

function failedAll(log: LocatedLog, page: ReadPage): boolean {
  return log.problems.length + page.failedPartitions >= log.partitions.length
}

/** Cursors for both sides: where reading came to, and where it began. Partitions that did not answer keep the place they had. */
function neighbours(
  order: PageCursor['order'],
  cursor: PageCursor | null,
  planned: readonly PlannedLane[],
  page: ReadPage,
): { next: PageCursor | null; previous: PageCursor | null } {
  const toward = cursor?.toward ?? 'next'
  const kept = cursor?.positions ?? []
  const begin = new Map([...kept, ...planned.map(({ lane }) => [lane.partition, lane.position] as const)])
  const onward: PageCursor | null = page.more
    ? { order, toward, positions: new Map([...kept, ...page.edges]) }
    : null
  const back: PageCursor | null = planned.some(one => one.behind)
    ? { order, toward: toward === 'next' ? 'previous' : 'next', positions: begin }
    : null
  return toward === 'next' ? { next: onward, previous: back } : { next: back, previous: onward }
}

/** A selection of thousands of partitions has no cursor that fits a URL: said, not hidden. */
function encode(binding: CursorBinding, cursor: PageCursor | null, problems: Problem[]): string | null {
  if (cursor === null) return null
  const text = encodePageCursor(binding, cursor)
  if (text === null) problems.push({ scope: 'cursor', code: 'SELECTION_TOO_LARGE' })
  return text
}

function asText(range: PartitionRange) {
  return {
    firstOffset: range.firstOffset.toString(),
    lastStableOffset: range.lastStableOffset.toString(),
    highWatermark: range.highWatermark.toString(),
  }
}

import type { OutputOf } from '@/lib/contracts/endpoint'
import type { messages } from '@/lib/contracts/messages'
import { isRising, must, mustBeOrdered, mustBeThese, mustBeTrue } from './compare'
import type { Filter } from './random-filter'
import type { Rng } from './rng'
import {
  behindSpans,
  orderOf,
  placeOf,
  type Span,
  spansOf,
  type TrueRecord,
  type Truth,
  visibleIn,
  type Where,
  withinSpans,
} from './truth'

export type Page = OutputOf<typeof messages.list>
export type ReadPageOf = (query: Record<string, unknown>) => Promise<Page>

const PAGES_MAX = 1000
/** One way; of a search each costs more than of a page. */
const PAGES_AIM = 25

type Side = 'next' | 'previous'

/** Pages from one on, by its links. */
async function follow(list: ReadPageOf, query: Record<string, unknown>, first: Page, side: Side) {
  const pages = [first]
  for (let page = first; page[side] !== null; ) {
    page = await list({ ...query, cursor: page[side] })
    pages.push(page)
    must(pages.length < PAGES_MAX, `${side} does not end`)
  }
  return pages
}

const placesOf = (items: readonly { partition: number; offset: string }[]) => items.map(placeOf)

function mustBeFull(pages: readonly Page[], limit: number, side: Side, isCut: boolean): void {
  for (const [i, page] of pages.entries()) {
    const isLast = i === pages.length - 1
    if (isLast) must(page.end.reason === 'end', `the last page by ${side} ends by ${page.end.reason}`)
    else if (!isCut || page.end.reason !== 'budget')
      must(
        page.items.length === limit && page.end.reason === 'limit',
        `page ${i} by ${side} has ${page.items.length} of ${limit} and ends by ${page.end.reason}`,
      )
  }
}

/**
 * All pages of a question from its first to its last by `next`, back by `previous` to the end of the log on
 * that side, and down again: the very records of the truth, in order, in full pages.
 */
export async function checkPages(
  list: ReadPageOf,
  rng: Rng,
  truth: Truth,
  where: Where,
  filter: Filter | null,
  /** It has little means: its searches end by their budget, and what is found then may not be in order. */
  isCut = false,
): Promise<number> {
  const isUp = orderOf(where) === 'asc'
  const spans = spansOf(truth, where)
  const visible = visibleIn(truth, where).filter(record => filter === null || filter.holds(record))
  const limit = Math.min(500, rng.pick([1, 2, 3, 7, 20, 50, 500]) + Math.floor(visible.length / PAGES_AIM))
  const query = { ...where, ...filter?.query, aborted: String(where.aborted), limit }
  const expected = withinSpans(visible, spans, isUp)
  const rising = !isCut && isRising(truth)
  const byPlace = new Map(truth.records.map(record => [placeOf(record), record]))
  const mustTell = (items: Page['items']) => {
    for (const item of items) {
      const record = byPlace.get(placeOf(item))
      must(record !== undefined, `${placeOf(item)} is no record`)
      if (record) mustBeTrue(item, record, where)
    }
  }

  const first = await list(query)
  const wanted = filter?.key ? ofKey(first, truth, expected, isCut) : expected
  const down = await follow(list, query, first, 'next')
  const items = down.flatMap(page => page.items)
  mustBeThese(placesOf(items), wanted.map(placeOf), 'by next')
  mustBeOrdered(items, isUp, rising)
  mustBeFull(down, limit, 'next', isCut)
  mustTell(items)
  mustTellRanges(first, truth, where)
  must(first.evaluationErrors === undefined, `could not judge ${JSON.stringify(first.evaluationErrors)}`)
  if (filter?.key && first.keyPartition !== undefined) return items.length

  const last = down.at(-1) ?? first
  if (last.previous === null) {
    must(down.length === 1, 'no way back')
    const behind = behindSpans(visible, spans, isUp)
    must(behind.length === 0 || filter !== null, 'no previous, and something lies there')
    return items.length
  }
  const back = await follow(list, query, await list({ ...query, cursor: last.previous }), 'previous')
  const home = back.toReversed().flatMap(page => page.items)
  const begin = farther(spans, isUp)
  const passed = behindSpans(visible, begin, isUp).map(placeOf)
  const onLast = new Set(placesOf(last.items))
  mustBeThese(
    placesOf(home),
    passed.filter(place => !onLast.has(place)),
    'by previous',
  )
  mustBeOrdered(home, isUp, rising)
  mustBeFull(back, limit, 'previous', isCut)
  mustTell(home)

  const top = back.at(-1)
  if (!top || !rng.chance(0.4)) return items.length
  const again = (await follow(list, query, top, 'next')).slice(1).flatMap(page => page.items)
  const onTop = new Set(placesOf(top.items))
  const bounded = spans.map(span => ({ ...span, from: span.until }))
  mustBeThese(
    placesOf(again),
    behindSpans(visible, bounded, isUp)
      .map(placeOf)
      .filter(place => !onTop.has(place)),
    'by next again',
  )
  return items.length
}

/**
 * Pages of a log that grows between the first and the second: newest first what was there and nothing of what
 * came, oldest first all of it.
 */
export async function checkGrowth(
  list: ReadPageOf,
  rng: Rng,
  before: Truth,
  write: () => Promise<void>,
  read: () => Promise<Truth>,
): Promise<number> {
  const where: Where = {
    from: 'newest',
    isolation: rng.pick(['read_committed', 'read_uncommitted']),
    aborted: false,
  }
  const limit = 1 + Math.floor(before.records.length / PAGES_AIM)
  const down = { ...where, aborted: 'false', limit }
  const up = { ...down, from: 'oldest' }
  const [newest, oldest] = [await list(down), await list(up)]
  await write()
  const after = await read()
  const older = (await follow(list, down, newest, 'next')).flatMap(page => page.items)
  mustBeThese(placesOf(older), visibleIn(before, where).map(placeOf), 'by next, of a log that grew')
  // Who has come to the end waits there: the cursor is for those who have not.
  if (oldest.next === null) return older.length
  const newer = (await follow(list, up, oldest, 'next')).flatMap(page => page.items)
  mustBeThese(placesOf(newer), visibleIn(after, where).map(placeOf), 'upwards by next, of a log that grew')
  return older.length + newer.length
}

/** Where reading is at its end: behind `until`, or where it began when there was nothing to read. */
function farther(spans: readonly Span[], isUp: boolean): Span[] {
  return spans.map(span => {
    const { from, until } = span
    const isEmpty = isUp ? from >= until : from <= until
    return { ...span, from: isEmpty ? from : until }
  })
}

/** A key that its own partition holds is not looked for in the others. */
function ofKey(first: Page, truth: Truth, expected: TrueRecord[], isCut: boolean): TrueRecord[] {
  const { keyPartition } = first
  if (keyPartition === undefined) return expected
  must(truth.ranges.has(keyPartition), `${keyPartition} is no partition`)
  const own = expected.filter(record => record.partition === keyPartition)
  const all = own.length === 0 && truth.ranges.size > 1
  must(isCut || (first.allPartitions === true) === all, `all partitions: ${first.allPartitions}`)
  return own.length > 0 ? own : expected
}

function mustTellRanges(page: Page, truth: Truth, where: Where): void {
  for (const { partition, firstOffset, lastStableOffset, highWatermark } of page.ranges) {
    const known = truth.ranges.get(partition)
    const told = `${firstOffset} ${lastStableOffset} ${highWatermark}`
    must(told === `${known?.start} ${known?.stable} ${known?.end}`, `partition ${partition} is at ${told}`)
  }
  const chosen = where.partition ?? [...truth.ranges.keys()].map(String)
  must(page.ranges.length === chosen.length, `${page.ranges.length} ranges of ${chosen.length}`)
  const open = [...truth.ranges].filter(
    ([partition, { stable, end }]) => stable < end && chosen.includes(String(partition)),
  )
  mustBeThese(
    (page.openTransactions ?? []).map(one => `${one.partition}/${one.firstOffset}`),
    open.map(([partition, { stable }]) => `${partition}/${stable}`),
    'open transactions',
  )
}

import type { EventOf } from '@/lib/contracts/endpoint'
import type { messages } from '@/lib/contracts/messages'
import { isRising, must, mustBeOrdered, mustBeThese, mustBeTrue } from './compare'
import type { Filter } from './random-filter'
import type { Rng } from './rng'
import { orderOf, placeOf, spansOf, type Truth, visibleIn, type Where, withinSpans } from './truth'

type Event = EventOf<typeof messages.stream>
export type OpenStream = (query: Record<string, unknown>) => AsyncIterable<Event>
type Hit = Extract<Event, { event: 'record' }>['data']

const RUNS_AIM = 25

/** A search as it runs, with a limit, gone on with until nothing is left. */
export async function checkSearch(
  open: OpenStream,
  rng: Rng,
  truth: Truth,
  where: Where,
  filter: Filter,
  isCut: boolean,
): Promise<number> {
  const isUp = orderOf(where) === 'asc'
  const expected = withinSpans(visibleIn(truth, where), spansOf(truth, where), isUp).filter(filter.holds)
  const limit = rng.pick([1, 3, 20, 500, 10_000 - expected.length]) + Math.floor(expected.length / RUNS_AIM)
  const query = { ...where, ...filter.query, aborted: String(where.aborted), limit }
  const items: Hit[] = []
  let keyPartition: number | null = null
  for (let cursor: string | null = null, runs = 0; ; runs++) {
    must(runs < 3000, 'it does not end')
    let hits = 0
    let next: string | null = null
    const events: AsyncIterable<Event> = open(cursor === null ? query : { ...query, cursor })
    for await (const event of events) {
      if (event.event === 'started' && runs === 0) keyPartition = event.data.keyPartition
      if (event.event === 'problem') throw new Error(`problem ${JSON.stringify(event.data)}`)
      if (event.event === 'record') {
        hits++
        items.push(event.data)
      }
      if (event.event !== 'done') continue
      const { data } = event
      must(data.hits === hits, `${data.hits} hits told, ${hits} shown`)
      must(data.problems.length === 0 || runs === 0, `problems ${JSON.stringify(data.problems)}`)
      must(data.evaluationErrors.count === 0, `could not judge ${JSON.stringify(data.evaluationErrors)}`)
      const drawn = data.histogram?.counts.reduce((sum, count) => sum + count, 0) ?? 0
      must(drawn === hits, `the histogram has ${drawn} of ${hits}`)
      must((data.reason === 'end') === (data.next === null), `${data.reason}, and next is ${data.next}`)
      must(data.reason !== 'limit' || hits === limit, `${hits} of ${limit}`)
      must(data.reason !== 'budget' || isCut, 'out of means')
      next = data.next
    }
    if (next === null) break
    cursor = next
  }
  const own = expected.filter(record => record.partition === keyPartition)
  const wanted = keyPartition !== null && own.length > 0 ? own : expected
  mustBeThese(items.map(placeOf), wanted.map(placeOf), 'found')
  mustBeOrdered(items, isUp, !isCut && isRising(truth))
  const byPlace = new Map(truth.records.map(record => [placeOf(record), record]))
  for (const item of items) {
    const record = byPlace.get(placeOf(item))
    if (record) mustBeTrue(item, record, where)
  }
  return items.length
}

const QUIET_MS = 1_500

/**
 * A live tail that begins somewhere: what lies from there on, and what is written while it runs. `write` ends
 * every transaction; `read` is the truth after it.
 */
export async function checkTail(
  open: OpenStream,
  truth: Truth,
  where: Where,
  write: () => Promise<void>,
  read: () => Promise<Truth>,
): Promise<number> {
  const spans = spansOf(truth, { ...where, order: 'asc' })
  const query = {
    ...where,
    aborted: String(where.aborted),
    follow: 'true',
    rate: 2000,
    until: undefined,
    order: undefined,
  }
  const items: Hit[] = []
  let skipped = 0
  let after: Truth | null = null
  let expected: string[] = []
  let quietAt = Number.POSITIVE_INFINITY
  for await (const event of open(query)) {
    if (event.event === 'problem') throw new Error(`problem ${JSON.stringify(event.data)}`)
    if (event.event === 'skipped') skipped += event.data.records
    if (event.event === 'record') items.push(event.data)
    if (event.event !== 'progress') continue
    if (after === null) {
      await write()
      after = await read()
      expected = withinSpans(visibleIn(after, where), openEnded(spans), true).map(placeOf)
      quietAt = performance.now() + QUIET_MS
    }
    // What is too many would come now.
    if (performance.now() < quietAt) continue
    if (items.length + skipped >= expected.length || performance.now() > quietAt + 10_000) break
  }
  if (after === null) throw new Error('it did not begin')
  if (skipped === 0) mustBeThese(items.map(placeOf), expected, 'followed')
  else
    must(items.length + skipped === expected.length, `${items.length} and ${skipped} of ${expected.length}`)
  mustBeOrdered(items, true, false)
  const byPlace = new Map(after.records.map(record => [placeOf(record), record]))
  for (const item of items) {
    const record = byPlace.get(placeOf(item))
    // How an open transaction ends is not known when its records are shown.
    if (record && where.isolation === 'read_committed') mustBeTrue(item, record, where)
  }
  return items.length
}

const openEnded = (spans: ReturnType<typeof spansOf>) =>
  spans.map(span => ({ ...span, until: 2n ** 63n - 1n }))

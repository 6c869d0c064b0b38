import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HourBuckets } from './hour-buckets'
import type { IndexedLetter, IndexRow } from './index-row'
import { LetterBook } from './letter-book'
import { pageRows } from './row-page'
import { allot } from './watched-topic'

const NOW = 1_793_800_000_000
const letter = (over: Partial<IndexedLetter> & { issueId?: string }): IndexedLetter => ({
  topic: 'a-dlt',
  partition: 0,
  offset: 0,
  atMs: NOW,
  hasTime: true,
  family: 'spring',
  key: null,
  preview: null,
  origin: { topic: 'a', partition: 0, offset: 1n, timestampMs: null },
  message: 'x',
  consumerGroup: 'g',
  attempts: null,
  refailed: false,
  ...over,
  issue: { fingerprint: over.issueId ?? 'v1:1', exceptionClass: 'E', maskedMessage: 'x', frames: [] },
})

/** A row as a test remembers it. */
type Seen = IndexRow & { number: number }
const compareRows = (a: IndexRow, b: IndexRow) =>
  a.atMs - b.atMs ||
  (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0) ||
  a.partition - b.partition ||
  a.offset - b.offset
const STATUS = { byFlags: null, of: () => 'new' as const }
const atMsOf = (book: LetterBook) => [...book.rows()].map(row => book.atMs(row))

type Step =
  | { do: 'add'; topic: string; partition: number; atMs: number; issue: string; refailed: boolean }
  | { do: 'trim'; topic: string; partition: number; below: number }
  | { do: 'mark'; topic: string; partition: number; offset: number; how: 'replayed' | 'dropped' }
  | { do: 'forget'; topic: string }

const topic = fc.constantFrom('a-dlt', 'b-dlt')
const partition = fc.nat(1)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      topic,
      partition,
      atMs: fc.integer({ min: NOW - 40 * 3_600_000, max: NOW }),
      issue: fc.constantFrom('1', '2', '3'),
      refailed: fc.boolean(),
    }),
  },
  fc.record({ do: fc.constant('trim' as const), topic, partition, below: fc.nat(30) }),
  fc.record({
    do: fc.constant('mark' as const),
    topic,
    partition,
    offset: fc.nat(30),
    how: fc.constantFrom('replayed' as const, 'dropped' as const),
  }),
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), topic }) },
)

it('counts, ends and samples are those of a naive recount, whatever comes and goes', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), steps => {
      const book = new LetterBook(() => NOW)
      const next = new Map<string, number>()
      let model: Seen[] = []
      const seen = (row: number): Seen => ({ number: row, ...book.row(row) })
      for (const s of steps) {
        if (s.do === 'add') {
          const offset = next.get(`${s.topic}/${s.partition}`) ?? 0
          next.set(`${s.topic}/${s.partition}`, offset + 1)
          const { topic, partition, atMs, refailed } = s
          const row = book.add(letter({ topic, partition, atMs, refailed, offset, issueId: s.issue }))
          if (row !== null) model.push(seen(row))
        } else if (s.do === 'trim') {
          book.trim(s.topic, s.partition, s.below)
          model = model.filter(r => r.topic !== s.topic || r.partition !== s.partition || r.offset >= s.below)
        } else if (s.do === 'forget') {
          book.forget(s.topic)
          model = model.filter(r => r.topic !== s.topic)
        } else {
          const row = book.find(s.topic, s.partition, s.offset)
          const known = model.find(r => r.number === row)
          expect(row !== null).toBe(known !== undefined)
          if (known && s.how === 'replayed') known.replayed = true
          if (known && s.how === 'dropped') known.dropped = !known.dropped
          if (row !== null && s.how === 'replayed') book.markReplayed(row)
          else if (row !== null)
            book.setDropped(s.topic, (partition, offset) =>
              model.some(
                r => r.topic === s.topic && r.partition === partition && r.offset === offset && r.dropped,
              ),
            )
        }
      }
      model.sort(compareRows)
      expect([...book.rows()].map(seen)).toEqual(model)
      expect(book.size).toBe(model.length)
      const issues = [...book.issues()]
      expect(new Set(issues.map(i => i.fingerprint))).toEqual(
        new Set(model.map(r => r.cell.issue.fingerprint)),
      )
      for (const issue of issues) {
        for (const cell of issue.cells.values()) {
          const mine = model.filter(r => r.cell === cell)
          expect(cell.count).toBe(mine.length)
          expect(cell.replayed).toBe(mine.filter(r => r.replayed).length)
          expect(cell.dropped).toBe(mine.filter(r => r.dropped && !r.replayed).length)
          expect(cell.refailed).toBe(mine.filter(r => r.refailed && !r.replayed && !r.dropped).length)
          expect(cell.oldestMs).toBe(Math.min(...mine.map(r => r.atMs)))
          expect(cell.newestMs).toBe(Math.max(...mine.map(r => r.atMs)))
          expect(mine.find(r => r.number === cell.newest)?.atMs).toBe(cell.newestMs)
          const hour = (ms: number) => Math.floor(ms / 3_600_000)
          expect(cell.buckets.list(NOW).reduce((x, y) => x + y)).toBe(
            mine.filter(r => hour(r.atMs) > hour(NOW) - 24).length,
          )
        }
      }
    }),
    { numRuns: 300 },
  )
})

describe('limits', () => {
  it('drops the oldest by time, over all topics, a twentieth at once', () => {
    const book = new LetterBook(() => NOW, { rows: 100 })
    for (let i = 0; i < 101; i++)
      book.add(letter({ topic: i % 2 ? 'a-dlt' : 'b-dlt', offset: i, atMs: NOW - i }))
    // Offsets 95 to 100 went: of the first topic the even ones, of the second the odd; what stands between
    // was never there.
    expect([book.leftOut('b-dlt', () => 0), book.leftOut('a-dlt', () => 0)]).toEqual([53, 53])
    expect(book.leftOut('b-dlt', () => 101)).toBe(0)
    expect(book.size).toBe(95)
    expect(atMsOf(book)[0]).toBe(NOW - 94)
    expect(book.find('b-dlt', 0, 100)).toBeNull()
    expect(book.find('a-dlt', 0, 1)).not.toBeNull()
  })

  it('a different failure every time: issues are bounded too', () => {
    const book = new LetterBook(() => NOW, { issues: 50 })
    for (let i = 0; i < 500; i++) book.add(letter({ offset: i, atMs: NOW + i, issueId: `v1:${i}` }))
    expect(book.issueCount).toBeLessThanOrEqual(50)
    expect(book.size).toBe(book.issueCount)
  })

  it('a record that comes twice is counted once', () => {
    const book = new LetterBook(() => NOW)
    expect(book.add(letter({ offset: 5 }))).not.toBeNull()
    expect(book.add(letter({ offset: 5 }))).toBeNull()
    expect(book.add(letter({ offset: 4 }))).toBeNull()
    expect(book.size).toBe(1)
  })
})

describe('pages', () => {
  it('forwards they hold every row once, newest first, and backwards the same', () => {
    const rowTime = fc.integer({ min: 0, max: 5 })
    fc.assert(
      fc.property(fc.array(rowTime, { maxLength: 40 }), fc.integer({ min: 1, max: 7 }), (times, limit) => {
        const book = new LetterBook(() => NOW)
        for (const [i, at] of times.entries())
          book.add(letter({ partition: i % 3, offset: i, atMs: NOW + at }))
        const expected = [...book.rows()].reverse().map(row => book.row(row))
        const may = () => true
        const page = (beside: Parameters<typeof pageRows>[3]['beside'], back: boolean) =>
          pageRows(book, { may }, () => STATUS, { limit, beside, back })
        const seen: IndexRow[] = []
        const pages = []
        let current = page(null, false)
        for (;;) {
          pages.push(current)
          seen.push(...current.rows)
          if (!current.next) break
          current = page(current.next, false)
        }
        expect(seen).toEqual(expected)
        expect(pages[0]?.previous).toBeNull()
        for (let i = pages.length - 1; i > 0; i--) {
          const { previous } = pages[i] ?? {}
          expect(previous).not.toBeNull()
          expect(page(previous ?? null, true).rows).toEqual(pages[i - 1]?.rows)
        }
      }),
    )
  })

  it('goes on where it left off although rows came and went', () => {
    const book = new LetterBook(() => NOW)
    for (let i = 0; i < 10; i++) book.add(letter({ offset: i, atMs: NOW + i }))
    const may = () => true
    const first = pageRows(book, { may }, () => STATUS, { limit: 4, beside: null, back: false })
    book.add(letter({ offset: 10, atMs: NOW + 10 }))
    book.trim('a-dlt', 0, 2)
    const second = pageRows(book, { may }, () => STATUS, {
      limit: 4,
      beside: first.next,
      back: false,
    })
    expect(second.rows.map(r => r.offset)).toEqual([5, 4, 3, 2])
    expect(second.next).toBeNull()
  })
})

describe('hours', () => {
  it('are the last 24 clock hours, oldest first, and move on by themselves', () => {
    const buckets = new HourBuckets()
    const hour = 3_600_000
    const start = Math.floor(NOW / hour) * hour
    buckets.add(start, start)
    buckets.add(start - 23 * hour, start)
    buckets.add(start - 24 * hour, start)
    buckets.add(start + 5 * hour, start)
    expect(buckets.list(start)).toEqual([1, ...new Array(22).fill(0), 2])
    expect(buckets.list(start + hour)).toEqual([...new Array(22).fill(0), 2, 0])
    expect(buckets.list(start + 30 * hour)).toEqual(new Array(24).fill(0))
  })
})

it('a budget is shared evenly among the long logs; short ones are read whole', () => {
  expect(allot([10n, 1000n, 50n], 160n)).toEqual([10n, 100n, 50n])
  expect(allot([10n, 5n], 100n)).toEqual([10n, 5n])
  expect(allot([10n, 10n], 0n)).toEqual([0n, 0n])
  expect(allot([], 5n)).toEqual([])
})

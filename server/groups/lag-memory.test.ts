import { describe, expect, it } from 'vitest'
import type { Problem } from '@/lib/contracts/common'
import type { GroupListing } from '@/server/kafka/port'
import { toGroupRow, toPartitionLags } from './group-rows'
import { LagBook } from './lag-book'
import { LagGrid } from './lag-grid'
import { LagSeries } from './lag-series'
import { RateRings } from './rate-rings'
import { type Commit, listing, snapshot } from './testing'

const T0 = 1_700_000_000_000
const HOUR = 3_600_000
const row = (book: LagBook, name: string) => {
  const state = book.groups.get(name)
  return state ? toGroupRow(state, T0) : null
}

describe('a group whose coordinator is away', () => {
  const problem = { scope: 'group:a', code: 'COORDINATOR_UNAVAILABLE' }
  const commits: Commit[] = [
    ['a', 't', 0, 1],
    ['b', 't', 0, 1],
  ]

  it('keeps what was known and says why; the others go on', () => {
    const book = new LagBook()
    book.take(snapshot(T0, commits, { 't/0': 5 }))
    const next = snapshot(T0 + 5000, [['b', 't', 0, 3]], { 't/0': 6 }, { failed: [['a', problem]] })
    book.take({ ...next, groups: [listing('a'), listing('b')] })
    expect(row(book, 'a')).toMatchObject({
      lag: '4',
      status: 'unknown',
      problem,
      sampledAt: new Date(T0).toISOString(),
    })
    expect(row(book, 'b')).toMatchObject({ lag: '3', status: 'ok', problem: null })
    book.take(snapshot(T0 + 10_000, commits, { 't/0': 6 }))
    expect(row(book, 'a')).toMatchObject({ lag: '5', problem: null })
  })

  it('is not forgotten when nobody lists it, for a quarter of an hour', () => {
    const book = new LagBook()
    const both = snapshot(T0, commits, { 't/0': 5 })
    book.take({
      ...both,
      groups: [listing('a', { coordinator: 2 }), listing('b')],
      listedBy: new Set([1, 2]),
    })
    const later = (atMs: number, over = {}) =>
      book.take(snapshot(atMs, [['b', 't', 0, 1]], { 't/0': 5 }, over))
    later(T0 + 5000, { listedBy: new Set([1]) })
    expect(row(book, 'a')).toMatchObject({ problem: { code: 'COORDINATOR_UNAVAILABLE' }, lag: '4' })
    later(T0 + 10_000, { listedBy: new Set([1]), complete: false })
    expect(row(book, 'a')).not.toBeNull()
    later(T0 + 16 * 60_000, { listedBy: new Set([1]) })
    expect(row(book, 'a')).toBeNull()
  })

  it('one that its own coordinator no longer lists is gone', () => {
    const book = new LagBook()
    book.take(snapshot(T0, commits, { 't/0': 5 }))
    book.take(snapshot(T0 + 5000, [['b', 't', 0, 1]], { 't/0': 5 }))
    expect(row(book, 'a')).toBeNull()
    expect(row(book, 'b')).not.toBeNull()
  })
})

describe('snapshots that overtake each other', () => {
  it('what an older one says comes too late: no rewind, no record counted twice', () => {
    const book = new LagBook()
    book.take(snapshot(T0, [['g', 't', 0, 10]], { 't/0': 50 }))
    const older = snapshot(T0 + 20_100, [['g', 't', 0, 20]], { 't/0': 60 })
    const newer = snapshot(T0 + 20_000, [['g', 't', 0, 30]], { 't/0': 70 }, { whole: false })
    book.take(newer)
    book.take(older)
    expect(row(book, 'g')).toMatchObject({ lag: '40', consumePerSecond: 1, producePerSecond: 1 })
    book.take(snapshot(T0 + 30_000, [['g', 't', 0, 31]], { 't/0': 71 }))
    expect(row(book, 'g')).toMatchObject({ status: 'ok', lag: '40', consumePerSecond: 0.7 })
  })

  it('a group found meanwhile is not forgotten by a listing from before', () => {
    const book = new LagBook()
    const before = snapshot(T0, [['b', 't', 0, 1]], { 't/0': 5 })
    book.take(
      snapshot(T0, [['new', 't', 0, 1]], { 't/0': 5 }, { whole: false, complete: false, listedBy: null }),
    )
    book.take(before)
    expect([...book.groups.keys()].sort()).toEqual(['b', 'new'])
  })
})

describe('a topic that was deleted or made anew', () => {
  it('starts again: no lag in time from the log of the other one, no rewind', () => {
    const book = new LagBook()
    for (let i = 0; i < 8; i++)
      book.take(snapshot(T0 + i * 10_000, [['g', 't', 0, 500]], { 't/0': 1000 + i * 100 }))
    expect(row(book, 'g')?.timeLagMs).toBeGreaterThan(0)
    book.take(snapshot(T0 + 80_000, [['g', 't', 0, 5]], { 't/0': { lso: 2000, topicId: 'another' } }))
    expect(row(book, 'g')).toMatchObject({ timeLagMs: null, status: 'ok', lag: '1995' })
  })

  it('without topic ids an end that went back tells', () => {
    const book = new LagBook()
    const ends = (lso: number) => ({ 't/0': { lso } })
    for (let i = 0; i < 5; i++) {
      const snap = snapshot(T0 + i * 10_000, [['g', 't', 0, 5]], ends(1000 + i * 100))
      for (const topic of snap.topics.values()) topic.topicId = null
      book.take(snap)
    }
    const snap = snapshot(T0 + 50_000, [['g', 't', 0, 5]], ends(30))
    for (const topic of snap.topics.values()) topic.topicId = null
    book.take(snap)
    expect(row(book, 'g')).toMatchObject({ timeLagMs: null, lag: '25' })
  })
})

describe('since when a group has had no members', () => {
  const sinceOf = (over: Partial<GroupListing>) => {
    const book = new LagBook()
    const groups = [listing('g', { state: 'Empty', ...over })]
    for (const [i, offset] of [5, 5, 9, 9].entries())
      book.take(snapshot(T0 + i * HOUR, [['g', 't', 0, offset]], { 't/0': 10 }, { groups }))
    return book.groups.get('g')?.emptySinceMs
  }

  it.each<[string, Partial<GroupListing>, number]>([
    ['members that left: whatever is committed for it since', {}, T0],
    ['a program that commits and never joins: its last commit', { protocolType: '' }, T0 + 2 * HOUR],
    ['the consumer protocol: its last commit', { type: 'consumer' }, T0 + 2 * HOUR],
  ])('%s', (_of, over, since) => {
    expect(sinceOf(over)).toBe(since)
  })
})

it.each([
  ['a little', 1500, 0],
  // Then two points of what we saw of the log ourselves tell: position 4 was its end 6 s before.
  ['well', 3_600_000, 6000],
])('a record stamped by a clock %s ahead of ours makes no lag in time of its own', (_, aheadMs, expected) => {
  const book = new LagBook()
  const looks = { at: () => ({ empty: false, timestampMs: T0 + 10_000 + aheadMs }) }
  for (const [atMs, end] of [
    [T0, 0],
    [T0 + 10_000, 10],
  ] as const)
    book.take(snapshot(atMs, [['g', 't', 0, Math.min(4, end)]], { 't/0': end }), looks)
  expect(row(book, 'g')).toMatchObject({ lag: '6', timeLagMs: expected })
})

it('a partition that its coordinator did not tell of this time says when it was sampled', () => {
  const book = new LagBook()
  const both: Commit[] = [0, 1].map(partition => ['g', 't', partition, 4])
  const sampledAt = () => {
    const state = book.groups.get('g')
    return state && toPartitionLags(state, T0).map(one => one.sampledAt)
  }
  book.take(snapshot(T0, both, { 't/0': 5, 't/1': 5 }))
  expect(sampledAt()).toEqual([null, null])
  const failed: [string, Problem][] = [['g', { scope: 'group:g', code: 'KAFKA_ERROR' }]]
  book.take(snapshot(T0 + 5000, both.slice(1), { 't/0': 5, 't/1': 5 }, { failed }))
  expect(sampledAt()).toEqual([new Date(T0).toISOString(), null])
})

describe('bounds', () => {
  it('what goes takes its memory with it', () => {
    const book = new LagBook()
    const many: Commit[] = Array.from({ length: 300 }, (_, i) => [`g${i % 10}`, `t${i % 30}`, i % 7, 1])
    const ends = Object.fromEntries(many.map(([, topic, partition]) => [`${topic}/${partition}`, 5]))
    book.take(snapshot(T0, many, ends))
    expect(book.sizes().partitions).toBe(Object.keys(ends).length)
    expect(book.sizes()).toMatchObject({ topics: 30, grid: 210, charts: 210 })
    book.take(snapshot(T0 + 5000, [['g1', 't1', 1, 5]], { 't1/1': 5 }))
    expect(book.sizes()).toEqual({ topics: 1, partitions: 1, charts: 1, grid: 0 })
    expect(book.groups.size).toBe(1)
    book.take(snapshot(T0 + 10_000, [], {}))
    expect(book.sizes()).toEqual({ topics: 0, partitions: 0, charts: 0, grid: 0 })
  })

  it('a chart of a partition that has been at 0 for half an hour is given back', () => {
    const book = new LagBook()
    book.take(snapshot(T0, [['g', 't', 0, 1]], { 't/0': 5 }))
    expect(book.sizes().charts).toBe(1)
    for (let i = 1; i <= 31; i++) book.take(snapshot(T0 + i * 60_000, [['g', 't', 0, 5]], { 't/0': 5 }))
    expect(book.sizes().charts).toBe(0)
    const state = book.groups.get('g')
    expect(state && toPartitionLags(state, T0)[0]?.spark).toEqual([])
  })

  it('log starts are asked again after 30 s', () => {
    const book = new LagBook()
    book.take(snapshot(T0, [['g', 't', 0, 1]], { 't/0': { lso: 5, start: 3 } }))
    expect(book.knownStart({ topic: 't', partition: 0 }, T0 + 29_000)).toBe(3)
    expect(book.knownStart({ topic: 't', partition: 0 }, T0 + 31_000)).toBeNull()
    expect(book.knownStart({ topic: 't', partition: 9 }, T0)).toBeNull()
  })
})

describe('LagSeries', () => {
  const MINUTE = 60_000
  /** One of several, of which the others stay as they are. */
  const open = () => {
    const all = new LagSeries()
    const [before, place, behind] = [all.take(), all.take(), all.take()]
    for (const other of [before, behind]) all.add(other, T0, 7)
    return {
      add: (atMs: number, lag: number | null) => all.add(place, atMs, lag),
      spark: (atMs: number) => all.spark(place, atMs),
      isFlatZero: () => all.isFlatZero(place),
      others: () => [before, behind].map(other => all.spark(other, T0).at(-1)),
    }
  }
  const last = (series: ReturnType<typeof open>, atMs: number, count: number) =>
    series.spark(atMs).slice(-count)

  it('is 30 values, the largest of each minute, a gap as null', () => {
    const series = open()
    series.add(T0, 5)
    series.add(T0 + 1000, 9)
    series.add(T0 + 2000, null)
    series.add(T0 + 3000, 3)
    series.add(T0 + 3 * MINUTE, 0)
    const spark = series.spark(T0 + 4 * MINUTE)
    expect(spark).toHaveLength(30)
    expect(spark.slice(-5)).toEqual([9, null, null, 0, null])
    expect(spark.slice(0, 25).every(v => v === null)).toBe(true)
    expect(series.isFlatZero()).toBe(false)
    expect(series.others()).toEqual([7, 7])
  })

  it('gives a place again, empty, and has room for as many as there are', () => {
    const all = new LagSeries()
    const places = Array.from({ length: 1500 }, () => all.take())
    expect(new Set(places).size).toBe(1500)
    for (const place of places) all.add(place, T0, place)
    expect(places.filter(place => all.spark(place, T0).at(-1) !== place)).toEqual([])
    all.release(700)
    expect(all.take()).toBe(700)
    expect(all.spark(700, T0).every(lag => lag === null)).toBe(true)
    expect(all.isFlatZero(700)).toBe(true)
    expect(all.spark(701, T0).at(-1)).toBe(701)
  })

  it('forgets what is older than its ring, also over a long silence', () => {
    const series = open()
    for (let i = 0; i < 35; i++) series.add(T0 + i * MINUTE, i)
    expect(series.spark(T0 + 34 * MINUTE)).toEqual(Array.from({ length: 30 }, (_, i) => i + 5))
    series.add(T0 + 900 * MINUTE, 7)
    expect(last(series, T0 + 900 * MINUTE, 3)).toEqual([null, null, 7])
    expect(last(series, T0 + 2000 * MINUTE, 3)).toEqual([null, null, null])
  })

  it('a clock that was set back does not stop it', () => {
    const series = open()
    series.add(T0 + 60 * MINUTE, 1)
    series.add(T0, 2)
    expect(last(series, T0, 2)).toEqual([null, 2])
  })
})

describe('LagGrid', () => {
  const pairs = (grid: LagGrid, place: number) => {
    const { values, first, count } = grid.read(place)
    return Array.from({ length: count }, (_, i) => [values[first + i * 2], values[first + i * 2 + 1]])
  }

  it('holds ten slots, oldest first; a second sample of a slot replaces the first; places are used again', () => {
    const grid = new LagGrid()
    const places = Array.from({ length: 200 }, () => grid.take())
    const [first = 0, second = 0] = places
    for (let slot = 0; slot < 13; slot++) grid.put(first, slot, slot, slot * 2)
    grid.put(first, 12, 99, 100)
    grid.put(first, 11, 98, 100)
    expect(pairs(grid, first)).toHaveLength(10)
    expect(pairs(grid, first)[0]).toEqual([3, 6])
    expect(pairs(grid, first)[9]).toEqual([98, 100])
    expect(pairs(grid, second)).toEqual([])
    grid.release(first)
    expect(grid.size).toBe(199)
    expect(pairs(grid, grid.take())).toEqual([])
  })
})

describe('RateRings', () => {
  const open = () => {
    const all = new RateRings()
    const [other, place] = [all.take(), all.take()]
    all.add(other, { atMs: T0, consumed: 1, produced: 1, lag: 1 })
    return {
      add: (point: Parameters<RateRings['add']>[1]) => all.add(place, point),
      rates: () => all.rates(place),
    }
  }

  it('looks five minutes back, and no further', () => {
    const ring = open()
    for (let s = 0; s <= 900; s += 5)
      ring.add({ atMs: T0 + s * 1000, consumed: s < 600 ? 0 : (s - 600) * 2, produced: s, lag: s })
    const rates = ring.rates()
    expect(rates.consumePerSecond).toBeCloseTo(2, 5)
    expect(rates.producePerSecond).toBeCloseTo(1, 5)
    expect(rates.trendPerSecond).toBeCloseTo(1, 5)
  })

  it('does not know after one sample, and keeps null apart from 0', () => {
    const ring = open()
    expect(ring.rates().consumePerSecond).toBeNull()
    ring.add({ atMs: T0, consumed: 0, produced: 0, lag: null })
    expect(ring.rates().consumePerSecond).toBeNull()
    ring.add({ atMs: T0 + 10_000, consumed: 10, produced: 0, lag: null })
    expect(ring.rates()).toMatchObject({ consumePerSecond: 1, trendPerSecond: null, catchUpMs: null })
  })
})

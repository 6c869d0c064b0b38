import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupRow, partitionLag } from '@/lib/contracts/groups'
import { toGroupRow, toPartitionLags } from './group-rows'
import { rowsOf, settleGroup } from './group-state'
import { LagBook } from './lag-book'
import { type Commit, described, type Ends, listing, snapshot } from './testing'

const T0 = 1_700_000_000_000

const group = (book: LagBook, name = 'g') => {
  const state = book.groups.get(name)
  if (!state) throw new Error(`no group ${name}`)
  return state
}
const rowOf = (book: LagBook, nowMs = T0, name = 'g') => groupRow.parse(toGroupRow(group(book, name), nowMs))
const partitionsOf = (book: LagBook, nowMs = T0, name = 'g') =>
  toPartitionLags(group(book, name), nowMs).map(row => partitionLag.parse(row))

/** Samples every `stepMs`, the commits and ends of each by its number. */
function play(
  book: LagBook,
  times: number,
  of: (i: number) => { commits: Commit[]; ends: Record<string, Ends> },
  stepMs = 10_000,
): number {
  let atMs = T0
  for (let i = 0; i < times; i++) {
    atMs = T0 + i * stepMs
    const { commits, ends } = of(i)
    book.take(snapshot(atMs, commits, ends))
  }
  return atMs
}

describe('lag of a group', () => {
  it('is the sum over its partitions, against the last stable offset', () => {
    const book = new LagBook()
    book.take(
      snapshot(
        T0,
        [
          ['g', 't', 0, 90],
          ['g', 't', 1, 50],
        ],
        { 't/0': { lso: 100, hw: 105 }, 't/1': 50 },
      ),
    )
    expect(rowOf(book)).toMatchObject({ lag: '10', topics: ['t'], sampledAt: new Date(T0).toISOString() })
    expect(partitionsOf(book)).toMatchObject([
      {
        partition: 0,
        committed: '90',
        lag: '10',
        lagHighWatermark: '15',
        lastStable: '100',
        highWatermark: '105',
      },
      { partition: 1, lag: '0', lagHighWatermark: '0', status: 'ok', spark: [] },
    ])
  })

  it('no commit is null, never 0, and nobody says how such a group does', () => {
    const book = new LagBook()
    const snap = snapshot(T0, [['g', 't', 0, -1]], { 't/0': 100 })
    book.take({ ...snap, groups: [...snap.groups, listing('silent', { state: 'Stable' })] })
    expect(rowOf(book)).toMatchObject({ lag: null, timeLagMs: null, status: 'unknown' })
    expect(partitionsOf(book)).toMatchObject([
      { committed: null, lag: null, lagHighWatermark: null, notes: ['noCommit'], status: 'unknown' },
    ])
    expect(rowOf(book, T0, 'silent')).toMatchObject({
      lag: null,
      members: null,
      topics: [],
      status: 'unknown',
    })
  })

  it('partitions that a member owns without a commit are rows too', () => {
    const book = new LagBook()
    const snap = snapshot(T0, [['g', 't', 1, 5]], { 't/1': 5 })
    book.take(snap)
    book.describe('g', described(listing('g'), 't', [0, 1]), T0)
    expect(partitionsOf(book)).toMatchObject([
      { partition: 0, committed: null, notes: ['noCommit'], memberId: 'g-member', host: '/10.0.0.1' },
      { partition: 1, committed: '5', memberId: 'g-member' },
    ])
    expect(rowOf(book).members).toBe(1)
  })

  it('a group that keeps up never shows negative lag', () => {
    const book = new LagBook()
    book.take(snapshot(T0, [['g', 't', 0, 102]], { 't/0': { lso: 100, hw: 103 } }))
    expect(partitionsOf(book)).toMatchObject([{ lag: '0', lagHighWatermark: '1', notes: [], status: 'ok' }])
  })

  it('an empty group has no members, whatever was described before, and is a stop rather than a stall', () => {
    const book = new LagBook()
    book.take(snapshot(T0, [['g', 't', 0, 1]], { 't/0': 9 }))
    book.describe('g', described(listing('g'), 't', [0]), T0)
    const at = play(book, 12, () => ({ commits: [['g', 't', 0, 1]], ends: { 't/0': 9 } }))
    expect(rowOf(book, at)).toMatchObject({ status: 'stall', members: 1 })
    const snap = snapshot(at, [['g', 't', 0, 1]], { 't/0': 9 })
    book.take({ ...snap, groups: [listing('g', { state: 'Empty' })] })
    expect(rowOf(book, at)).toMatchObject({ status: 'stop', members: 0, state: 'Empty' })
  })

  it('a partition that no member owns stands as a stop, but not in the middle of a rebalance', () => {
    const book = new LagBook()
    const one = () => ({ commits: [['g', 't', 0, 1]] satisfies Commit[], ends: { 't/0': 9 } })
    play(book, 2, one)
    book.describe('g', described(listing('g'), 'other', [0]), T0)
    const at = play(book, 12, one)
    expect(rowOf(book, at).status).toBe('stop')
    book.describe('g', { ...described(listing('g'), 'other', []), state: 'PreparingRebalance' }, T0)
    book.take(snapshot(at + 10_000, one().commits, one().ends))
    expect(rowOf(book, at).status).toBe('stall')
  })

  it('the broker counts the records of share groups itself', () => {
    const book = new LagBook()
    book.take(
      snapshot(
        T0,
        [
          ['g', 't', 0, 10, 4],
          ['g', 't', 1, 10],
        ],
        { 't/0': 30, 't/1': 30 },
      ),
    )
    expect(partitionsOf(book).map(row => row.lag)).toEqual(['4', '20'])
    // Their start offset stands still while they read: rates and statuses go by the count.
    const reading = new LagBook()
    const at = play(reading, 12, i => ({ commits: [['g', 't', 0, 10, 40 - i]], ends: { 't/0': 100 } }))
    expect(rowOf(reading, at)).toMatchObject({ status: 'ok', consumePerSecond: 0.1, lag: '29' })
  })
})

describe('what is wrong with a position', () => {
  it.each([
    ['records gone before they were read', 5, { lso: 100, start: 20 }, ['dataLost'], '95'],
    ['a commit beyond the end', 200, { lso: 100 }, ['topicRecreated', 'beyondEnd'], null],
    [
      'a partition that the topic no longer has',
      5,
      { problem: { scope: 'p', code: 'PARTITION_UNKNOWN' } },
      ['topicRecreated'],
      null,
    ],
    [
      'no leader',
      5,
      { leaderless: true, problem: { scope: 'p', code: 'LEADER_UNAVAILABLE' } },
      ['leaderless'],
      null,
    ],
    ['no topic', 5, { deleted: true }, ['topicDeleted'], null],
  ] as const)('%s', (_what, committed, ends, notes, lag) => {
    const book = new LagBook()
    book.take(snapshot(T0, [['g', 't', 0, committed]], { 't/0': ends }))
    expect(partitionsOf(book)).toMatchObject([{ notes, lag }])
  })

  it('a leader that does not answer leaves the other partitions their lag, and the group its sum', () => {
    const book = new LagBook()
    const problem = { scope: 'partition:t/0', code: 'LEADER_UNAVAILABLE' }
    book.take(
      snapshot(
        T0,
        [
          ['g', 't', 0, 1],
          ['g', 't', 1, 1],
        ],
        { 't/0': { problem, leaderless: true }, 't/1': 4 },
      ),
    )
    expect(rowOf(book)).toMatchObject({ lag: '3', status: 'unknown', problem })
    expect(partitionsOf(book)[1]).toMatchObject({ lag: '3', problem: null })
  })

  it('a commit on a topic that is no more does not make the group unknown for ever', () => {
    const book = new LagBook()
    book.take(
      snapshot(
        T0,
        [
          ['g', 'gone', 0, 1],
          ['g', 't', 0, 4],
        ],
        { 'gone/0': { deleted: true }, 't/0': 4 },
      ),
    )
    expect(rowOf(book)).toMatchObject({ status: 'ok', lag: '0', problem: null })
  })

  it('compacted topics are labelled where the lag is no count', () => {
    const book = new LagBook()
    book.compacted = new Set(['t'])
    book.take(snapshot(T0, [['g', 't', 0, 1]], { 't/0': 4 }))
    expect(partitionsOf(book)[0]?.notes).toEqual(['compacted'])
  })
})

describe('what lies at the position', () => {
  it('markers only: effective lag is 0, in the group, its chart and its status too', () => {
    const book = new LagBook()
    const looks = { at: () => ({ empty: true, timestampMs: null }) }
    for (let i = 0; i < 12; i++)
      book.take(snapshot(T0 + i * 10_000, [['g', 't', 0, 9]], { 't/0': 10 }), looks)
    expect(rowOf(book)).toMatchObject({ lag: '0', timeLagMs: 0, status: 'ok' })
    expect(partitionsOf(book)).toMatchObject([{ lag: '0', lagHighWatermark: '1', notes: ['markersOnly'] }])
    expect(Math.max(...rowOf(book, T0 + 120_000).spark.map(lag => lag ?? 0))).toBe(0)
  })

  it('the time of the next record is the time lag, where interpolation has nothing to go by', () => {
    const book = new LagBook()
    const looks = { at: () => ({ empty: false, timestampMs: T0 - 60_000 }) }
    book.take(snapshot(T0, [['g', 't', 0, 4]], { 't/0': 10 }), looks)
    expect(rowOf(book)).toMatchObject({ lag: '6', timeLagMs: 60_000 })
  })

  it('is worth a look where the group stands, smallest rest first, and where it never was; not where data is lost', () => {
    const book = new LagBook()
    const ends = { 't/0': 10, 't/1': 100, 't/2': { lso: 9, start: 5 }, 't/3': 7 }
    const at = (p: number, offset: number): Commit => ['g', 't', p, offset]
    const none = { at: () => undefined }
    const first = snapshot(T0, [at(0, 4), at(1, 99), at(2, 1), at(3, 7)], ends)
    expect(book.standing(first, none).map(p => p.partition)).toEqual([1, 0])
    book.take(first)
    const second = snapshot(T0 + 5000, [at(0, 4), at(1, 98), at(2, 1), at(3, 7)], ends)
    expect(book.standing(second, none)).toEqual([
      { topic: 't', topicId: 'id-t', partition: 0, committed: 4, lso: 10 },
    ])
    expect(book.standing(second, { at: () => null })).toEqual([])
  })
})

describe('status over time', () => {
  it('a group that stops while records come in is a stall after 100 s, not before', () => {
    const book = new LagBook()
    const of = (i: number) => ({
      commits: [['g', 't', 0, 5]] satisfies Commit[],
      ends: { 't/0': 10 + i },
    })
    play(book, 9, of)
    expect(rowOf(book).status).toBe('ok')
    play(book, 10, of)
    expect(rowOf(book).status).toBe('stall')
  })

  it('one that caught up within the window is ok; one that went back is a rewind, also straight from the end', () => {
    const book = new LagBook()
    book.take(snapshot(T0, [['g', 't', 0, 100]], { 't/0': 100 }))
    book.take(snapshot(T0 + 10_000, [['g', 't', 0, 40]], { 't/0': 100 }))
    expect(rowOf(book).status).toBe('rewind')
    book.take(snapshot(T0 + 20_000, [['g', 't', 0, 100]], { 't/0': 100 }))
    expect(rowOf(book).status).toBe('ok')
    for (let i = 3; i < 12; i++) book.take(snapshot(T0 + i * 10_000, [['g', 't', 0, 100]], { 't/0': 104 }))
    expect(rowOf(book).status).toBe('ok')
    for (let i = 12; i < 14; i++) book.take(snapshot(T0 + i * 10_000, [['g', 't', 0, 100]], { 't/0': 104 }))
    expect(rowOf(book).status).toBe('stall')
  })

  it('stands on the 10 s grid whether it is sampled each second or each five', () => {
    for (const stepMs of [1000, 5000]) {
      const book = new LagBook()
      const of = () => ({ commits: [['g', 't', 0, 5]] satisfies Commit[], ends: { 't/0': 10 } })
      play(book, 80_000 / stepMs, of, stepMs)
      expect(rowOf(book).status).toBe('ok')
      play(book, 110_000 / stepMs, of, stepMs)
      expect(rowOf(book).status).toBe('stall')
    }
  })
})

describe('rates and time', () => {
  it('come from what was committed and produced', () => {
    const book = new LagBook()
    const at = play(
      book,
      7,
      i => ({ commits: [['g', 't', 0, 100 + i * 50]], ends: { 't/0': 1000 + i * 20 } }),
      5000,
    )
    expect(rowOf(book, at)).toMatchObject({
      consumePerSecond: 10,
      producePerSecond: 4,
      trendPerSecond: -6,
      lag: '720',
      catchUpMs: 120_000,
    })
  })

  it('from the first samples after a start no lag in time is made up, for the group, its topic and its partition', () => {
    const book = new LagBook()
    // The second partition is at its end: its 0 is not the group's.
    const sample = (i: number) => ({
      commits: [
        ['g', 't', 0, 100 + i * 50],
        ['g', 't', 1, 9],
      ] as Commit[],
      ends: { 't/0': 1000 + i * 20, 't/1': 9 },
    })
    const times = () => [
      rowOf(book).timeLagMs,
      book.onTopic(group(book), 't')?.timeLagMs,
      partitionsOf(book).map(row => row.timeLagMs),
    ]
    play(book, 12, sample, 5000)
    expect(rowOf(book)).toMatchObject({ lag: '570' })
    expect(times()).toEqual([null, null, [null, 0]])
    play(book, 13, sample, 5000)
    const known = expect.any(Number)
    expect(times()).toEqual([known, known, [known, 0]])
    expect(rowOf(book).timeLagMs).toBeGreaterThan(60_000)
  })

  it('a partition that was silent for a round is counted from where it was', () => {
    const book = new LagBook()
    const step = (i: number, ends: Ends) =>
      book.take(snapshot(T0 + i * 5000, [['g', 't', 0, 0]], { 't/0': ends }))
    step(0, 100)
    step(1, { problem: { scope: 'p', code: 'LEADER_UNAVAILABLE' } })
    step(2, 200)
    expect(rowOf(book).producePerSecond).toBe(10)
  })
})

describe('groups of which nothing changed', () => {
  const NAMES = ['a', 'b']
  const place = fc.record({
    group: fc.constantFrom(...NAMES),
    topic: fc.constantFrom('t', 'u'),
    partition: fc.nat(1),
    committed: fc.constantFrom(-1, 90, 100, 110),
  })
  const end = fc.constantFrom<Ends>(100, 100, 100, 110, { lso: 100, hw: 105 }, { lso: null })
  const round = fc.record({
    commits: fc.uniqueArray(place, { selector: one => `${one.group} ${one.topic} ${one.partition}` }),
    ends: fc.record({ 't/0': end, 't/1': end, 'u/0': end, 'u/1': end }),
    gone: fc.constantFrom(null, null, null, 't'),
    anew: fc.constantFrom(null, null, null, 'u'),
    failed: fc.constantFrom(null, null, null, 'a'),
    times: fc.integer({ min: 1, max: 3 }),
  })
  type Round = typeof round extends fc.Arbitrary<infer R> ? R : never

  /** `anew`: a topic has another id from here on, if only for a round. */
  const topicIs = (of: Round, key: string, value: Ends): Ends => {
    const topic = key.slice(0, 1)
    const known = typeof value === 'number' ? { lso: value, hw: value } : value
    return { ...known, topicId: topic === of.anew ? 'another' : 'one', deleted: topic === of.gone }
  }

  it('are summed up as if they had been looked at row by row', () => {
    fc.assert(
      fc.property(fc.array(round, { minLength: 2, maxLength: 8 }), rounds => {
        const book = new LagBook()
        let atMs = T0
        for (const one of rounds)
          for (let time = 0; time < one.times; time++) {
            atMs += 5000
            const commits = one.commits.map((at): Commit => [at.group, at.topic, at.partition, at.committed])
            const ends = Object.fromEntries(
              Object.entries(one.ends).map(([key, value]) => [key, topicIs(one, key, value)]),
            )
            const problem = { scope: `group:${one.failed}`, code: 'TIMED_OUT' }
            const failed: [string, typeof problem][] = one.failed === null ? [] : [[one.failed, problem]]
            book.take(snapshot(atMs, commits, ends, { groups: NAMES.map(name => listing(name)), failed }))
            for (const name of NAMES) {
              const state = group(book, name)
              const told = commits.filter(commit => commit[0] === name).map(([, t, p]) => `${t}/${p}`)
              const rows = [...rowsOf(state)].map(row => `${row.topic}/${row.partition}`)
              if (state.problem) expect(rows).toEqual(expect.arrayContaining(told))
              else expect(rows.sort()).toEqual(told.sort())
              const { lag, timeLagMs, status } = state
              const plainly = { ...state, moved: true }
              settleGroup(plainly, atMs)
              if (state.sampledAtMs === atMs)
                expect({ lag, timeLagMs, status }).toEqual({
                  ...{ lag: plainly.lag, timeLagMs: plainly.timeLagMs, status: plainly.status },
                })
            }
          }
      }),
      { numRuns: 150 },
    )
  })
})

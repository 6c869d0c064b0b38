import { describe, expect, it } from 'vitest'
import { catchUpMs, ratesOf } from './rates'
import { compareStatus, partitionStatus, type SampleWindow, worstStatus } from './status'
import { addOffsetPoint, LongestTimeLag, type OffsetPoint, timeLagMs } from './time-lag'

/** Behind something else, as in the grid. */
const window = (committed: number[], end: number[]): SampleWindow => ({
  values: [99, 0, ...committed.flatMap((c, i) => [c, end[i] ?? 0]), 98, 0],
  first: 2,
  count: committed.length,
})
const rising = (n: number, from: number, by: number) => Array.from({ length: n }, (_, i) => from + i * by)

describe('partitionStatus', () => {
  it.each([
    ['no lag now', window(rising(10, 0, 10), rising(10, 0, 10)), true, 'ok'],
    ['too few samples', window([5, 5, 5], [9, 9, 9]), true, 'ok'],
    ['standing with a member', window(Array(10).fill(5), rising(10, 9, 1)), true, 'stall'],
    ['standing without a member', window(Array(10).fill(5), Array(10).fill(9)), false, 'stop'],
    ['lag never decreases', window(rising(10, 0, 1), rising(10, 5, 3)), true, 'warn'],
    ['lag decreases once', window(rising(10, 0, 3), rising(10, 40, 1)), true, 'ok'],
    [
      'was at the end within the window',
      window([5, 5, 5, 5, 5, 5, 5, 5, 5, 5], [5, 9, 9, 9, 9, 9, 9, 9, 9, 9]),
      true,
      'ok',
    ],
    ['went back', window([10, 10, 4], [20, 20, 20]), true, 'rewind'],
    ['went back and recovered', window([10, 4, 11], [20, 20, 20]), true, 'ok'],
    ['nothing sampled', window([], []), true, 'unknown'],
  ] as const)('%s', (_name, samples, active, expected) => {
    expect(partitionStatus(samples, active)).toBe(expected)
  })

  it('takes the worst partition', () => {
    expect(worstStatus(['ok', 'warn', 'stall'])).toBe('stall')
    expect(worstStatus([])).toBe('unknown')
    expect(['ok', 'stop', 'warn'].sort((a, b) => compareStatus(a as 'ok', b as 'ok'))).toEqual([
      'stop',
      'warn',
      'ok',
    ])
  })
})

describe('timeLagMs', () => {
  const points: OffsetPoint[] = [
    { offset: 100, atMs: 1000 },
    { offset: 200, atMs: 2000 },
    { offset: 200, atMs: 5000 },
    { offset: 300, atMs: 6000 },
  ]
  it.each([
    ['at the newest', 300, 0],
    ['beyond', 400, 0],
    ['inside a step', 150, 8000 - 1500],
    ['the flat run counts from its end', 200, 8000 - 5000],
  ])('%s', (_name, committed, expected) => {
    expect(timeLagMs(points, committed, 8000)).toBeCloseTo(expected)
  })
  it.each([
    ['is not guessed from less than a minute', 59_999, null],
    ['is extrapolated from a minute on', 60_000, 120_000],
  ])('what was before the history %s', (_name, spanMs, expected) => {
    const history = [
      { offset: 100, atMs: 0 },
      { offset: 200, atMs: spanMs },
    ]
    expect(timeLagMs(history, 0, spanMs)).toBe(expected)
    // Within it nothing has to be guessed, however short it is.
    expect(timeLagMs(history, 100, spanMs)).toBe(spanMs)
  })
  it('does not know with one point or a history that never moved', () => {
    expect(timeLagMs([{ offset: 9, atMs: 1 }], 3, 5)).toBeNull()
    expect(
      timeLagMs(
        [
          { offset: 9, atMs: 1 },
          { offset: 9, atMs: 4 },
        ],
        3,
        5,
      ),
    ).toBeNull()
    expect(timeLagMs([], 3, 5)).toBeNull()
  })
})

describe('the longest time lag of several partitions', () => {
  it.each([
    ['of none', [], null],
    [
      'of those that are known',
      [
        [3, 40],
        ['9', 70],
        [2, null],
      ],
      70,
    ],
    [
      'of those at the end',
      [
        [0, 0],
        ['0', 0],
      ],
      0,
    ],
    [
      'is unknown where the time of none that is behind is',
      [
        ['0', 0],
        ['9', null],
      ],
      null,
    ],
    [
      'a lag that is not known is not behind',
      [
        [0, 0],
        [null, null],
      ],
      0,
    ],
  ] as const)('%s', (_name, rows, expected) => {
    const longest = new LongestTimeLag()
    for (const [lag, timeLagMs] of rows) longest.add(lag, timeLagMs)
    expect(longest.ms).toBe(expected)
  })
})

describe('addOffsetPoint', () => {
  it('stays bounded, ordered and keeps first and newest', () => {
    const points: OffsetPoint[] = []
    for (let i = 0; i < 10_000; i++) addOffsetPoint(points, { offset: i * 3, atMs: i * 1000 })
    expect(points.length).toBeLessThanOrEqual(64)
    expect(points[0]).toEqual({ offset: 0, atMs: 0 })
    expect(points.at(-1)).toEqual({ offset: 29_997, atMs: 9_999_000 })
    expect(points.every((p, i) => i === 0 || p.atMs > (points[i - 1]?.atMs ?? 0))).toBe(true)
  })
  it('refuses to go back and folds flat runs', () => {
    const points: OffsetPoint[] = []
    for (const [offset, atMs] of [
      [5, 1],
      [5, 2],
      [5, 3],
      [4, 4],
      [6, 3],
      [6, 9],
    ] as const)
      addOffsetPoint(points, { offset, atMs })
    expect(points).toEqual([
      { offset: 5, atMs: 1 },
      { offset: 5, atMs: 3 },
      { offset: 6, atMs: 9 },
    ])
  })
})

describe('ratesOf', () => {
  it('divides counters by the window, and says when lag will be gone', () => {
    const rates = ratesOf([
      { atMs: 0, consumed: 0, produced: 0, lag: 100 },
      { atMs: 10_000, consumed: 60, produced: 10, lag: 50 },
    ])
    expect(rates).toEqual({ consumePerSecond: 6, producePerSecond: 1, trendPerSecond: -5, catchUpMs: 10_000 })
  })
  it('does not guess', () => {
    expect(ratesOf([])).toEqual({
      consumePerSecond: null,
      producePerSecond: null,
      trendPerSecond: null,
      catchUpMs: null,
    })
    const unmeasured = ratesOf([
      { atMs: 0, consumed: 0, produced: 0, lag: null },
      { atMs: 10_000, consumed: 0, produced: 20, lag: null },
    ])
    expect(unmeasured).toMatchObject({ consumePerSecond: null, producePerSecond: 2, trendPerSecond: null })
    expect(catchUpMs(10, 1, 2)).toBeNull()
    expect(catchUpMs(0, 0, 0)).toBe(0)
    expect(catchUpMs(null, 2, 1)).toBeNull()
  })
  it('forgets what is older than five minutes', () => {
    const points = [0, 400_000, 410_000].map(atMs => ({
      atMs,
      consumed: atMs === 0 ? 0 : 1000 + atMs / 1000,
      produced: 0,
      lag: 0,
    }))
    expect(ratesOf(points).consumePerSecond).toBeCloseTo(1)
  })
})

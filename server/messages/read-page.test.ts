import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ModelFetcher, type ModelPartition } from './model-log'
import { type PageRequest, type ReadPage, readPage } from './read-page'

const now = () => 0
type Direction = PageRequest['direction']

/** Batches of some records each, with holes inside and between them that compaction and markers leave. */
const partition = (times: 'rising' | 'odd') =>
  fc
    .record({
      start: fc.bigInt({ min: 0n, max: 2n ** 40n }),
      batches: fc.array(
        fc.record({
          gap: fc.oneof(
            { weight: 6, arbitrary: fc.constant(0n) },
            fc.bigInt({ min: 1n, max: 3000n }),
            fc.bigInt({ min: 1n, max: 2n ** 45n }),
          ),
          steps: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 40 }),
          tail: fc.integer({ min: 0, max: 3 }),
          recordBytes: fc.constantFrom(80, 450, 9000, 60_000),
        }),
        { maxLength: 25 },
      ),
      endGap: fc.constantFrom(0n, 0n, 1n, 5n, 2n ** 33n),
    })
    .map(({ start, batches, endGap }): ModelPartition => {
      let at = start
      let clock = 1_000
      const made: ModelPartition['batches'] = []
      for (const { gap, steps, tail, recordBytes } of batches) {
        at += gap
        const records = steps.map(step => {
          const offset = at + BigInt(step - 1)
          at += BigInt(step)
          clock += (step * 7) % 5
          return { offset, timestampMs: times === 'rising' ? clock : (clock * 31) % 977, bytes: recordBytes }
        })
        at += BigInt(tail)
        if (steps.length + tail > 0) made.push({ records, lastOffset: at - 1n })
      }
      return { start, end: at + endGap, batches: made }
    })

const topicOf = (times: 'rising' | 'odd') =>
  fc
    .array(partition(times), { minLength: 1, maxLength: 6 })
    .map(all => new Map(all.map((one, i) => [i, one])))
const topic = fc.oneof(topicOf('rising'), topicOf('odd'))

function pageAt(
  fetcher: ModelFetcher,
  logs: ReadonlyMap<number, ModelPartition>,
  direction: Direction,
  positions: ReadonlyMap<number, bigint>,
  limit: number,
): Promise<ReadPage> {
  const lanes = [...logs].map(([at, log]) => {
    const position = positions.get(at) ?? (direction === 'up' ? log.start : log.end)
    const bounds = direction === 'up' ? { low: log.start, high: log.end } : { low: log.start, high: position }
    return { partition: at, ...bounds, position, tail: direction === 'down' && position === log.end }
  })
  return readPage(fetcher, { topic: 't', direction, isolation: 'read_committed', limit, lanes }, now)
}

async function walk(logs: ReadonlyMap<number, ModelPartition>, direction: Direction, limit: number) {
  const fetcher = new ModelFetcher(logs)
  const pages: ReadPage[] = []
  let positions: ReadonlyMap<number, bigint> = new Map()
  for (;;) {
    const page = await pageAt(fetcher, logs, direction, positions, limit)
    pages.push(page)
    if (!page.more) return { pages, fetcher }
    positions = page.edges
    if (pages.length > 5000) throw new Error('does not end')
  }
}

const idOf = (record: { partition: number; offset: bigint }) => `${record.partition}/${record.offset}`
const everything = (logs: ReadonlyMap<number, ModelPartition>) =>
  [...logs].flatMap(([at, log]) =>
    log.batches.flatMap(batch => batch.records.map(one => idOf({ partition: at, offset: one.offset }))),
  )

describe.each<Direction>(['up', 'down'])('paging %s', direction => {
  test('shows every record exactly once, each partition in the order of its log, every page but the last full', async () => {
    await fc.assert(
      fc.asyncProperty(topic, fc.integer({ min: 1, max: 60 }), async (logs, limit) => {
        const { pages } = await walk(logs, direction, limit)
        const seen = pages.flatMap(page => page.records)
        expect(seen.map(idOf).sort()).toEqual(everything(logs).sort())
        for (const at of logs.keys()) {
          const offsets = seen.filter(one => one.partition === at).map(one => one.offset)
          expect(offsets).toEqual(
            [...offsets].sort((a, b) => (direction === 'up' ? Number(a - b) : Number(b - a))),
          )
        }
        for (const page of pages.slice(0, -1)) {
          if (page.end.reason === 'limit') expect(page.records.length).toBe(limit)
          else expect(page.end.reason).toBe('budget')
        }
        expect(pages.at(-1)?.end.reason).toBe('end')
      }),
      { numRuns: 300 },
    )
  })

  test('sorts all pages by time, then offset, then partition, where timestamps rise in each partition', async () => {
    await fc.assert(
      fc.asyncProperty(topicOf('rising'), fc.integer({ min: 1, max: 60 }), async (logs, limit) => {
        const { pages } = await walk(logs, direction, limit)
        fc.pre(pages.every(page => page.end.reason !== 'budget'))
        const seen = pages.flatMap(page => page.records)
        const sorted = [...seen].sort((a, b) => {
          const up = a.timestampMs - b.timestampMs || Number(a.offset - b.offset) || a.partition - b.partition
          return direction === 'up' ? up : -up
        })
        expect(seen.map(idOf)).toEqual(sorted.map(idOf))
      }),
      { numRuns: 200 },
    )
  })

  test('turning round in the middle brings back what was read, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(
        topic,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 4 }),
        async (logs, limit, turns) => {
          const fetcher = new ModelFetcher(logs)
          const back = direction === 'up' ? 'down' : 'up'
          let positions: ReadonlyMap<number, bigint> = new Map()
          const out: string[] = []
          for (let i = 0; i < turns; i++) {
            const page = await pageAt(fetcher, logs, direction, positions, limit)
            out.push(...page.records.map(idOf))
            positions = page.edges
          }
          const home: string[] = []
          for (let more = true; more; ) {
            const page = await pageAt(fetcher, logs, back, positions, limit)
            home.push(...page.records.map(idOf))
            positions = page.edges
            more = page.more
          }
          expect(home.sort()).toEqual(out.sort())
        },
      ),
      { numRuns: 200 },
    )
  })
})

/** `count` records of `bytes` from `base` on, twenty a batch. */
function dense(base: bigint, count: number, bytes: number): ModelPartition['batches'] {
  return Array.from({ length: Math.ceil(count / 20) }, (_, b) => {
    const records = Array.from({ length: Math.min(20, count - b * 20) }, (_, i) => {
      const offset = base + BigInt(b * 20 + i)
      return { offset, timestampMs: Number(offset % 2n ** 40n), bytes }
    })
    return { records, lastOffset: base + BigInt(b * 20 + records.length - 1) }
  })
}

test.each([
  ['a gap of a million offsets above a dense log', 1_000_000n, 20_000, 450],
  ['a gap of 2^40 offsets above a dense log', 2n ** 40n, 20_000, 450],
  ['a gap of a thousand above large records', 1_000n, 2_000, 100_000],
  ['no gap above large records', 0n, 2_000, 100_000],
])('newest page across %s: few fetches, few bytes', async (_, gap, count, bytes) => {
  const base = 5_000n
  const log = { start: 0n, end: base + BigInt(count) + gap, batches: dense(base, count, bytes) }
  const marker = { records: [], lastOffset: log.end - 1n }
  const logs = new Map([[0, { ...log, batches: gap > 0n ? [...log.batches, marker] : log.batches }]])
  const fetcher = new ModelFetcher(logs)
  const page = await pageAt(fetcher, logs, 'down', new Map(), 50)
  const newest = base + BigInt(count) - 1n
  expect(page.records.map(one => one.offset)).toEqual(
    Array.from({ length: 50 }, (_, i) => newest - BigInt(i)),
  )
  expect(fetcher.fetches).toBeLessThan(90)
  expect(fetcher.bytes).toBeLessThan(24 * 1024 * 1024)
})

test('one odd timestamp neither holds a partition back nor lets it overtake for more than its place', async () => {
  const at = (offset: number, timestampMs: number) => ({ offset: BigInt(offset), timestampMs, bytes: 100 })
  const old = {
    start: 0n,
    end: 4n,
    batches: [{ records: [at(0, 10), at(1, 30), at(2, 50), at(3, 0)], lastOffset: 3n }],
  }
  const plain = {
    start: 0n,
    end: 4n,
    batches: [{ records: [at(0, 20), at(1, 40), at(2, 60), at(3, 70)], lastOffset: 3n }],
  }
  const logs = new Map([
    [0, old],
    [1, plain],
  ])
  const page = await pageAt(new ModelFetcher(logs), logs, 'down', new Map(), 8)
  expect(page.records.map(idOf)).toEqual(['1/3', '1/2', '0/3', '0/2', '1/1', '0/1', '1/0', '0/0'])
})

test('a broken batch is stepped over and told; a partition that fails leaves the others', async () => {
  const good = dense(0n, 60, 100)
  const batches = good.map((batch, i) => (i === 1 ? { ...batch, broken: true } : batch))
  const logs = new Map([[0, { start: 0n, end: 60n, batches }]])
  for (const direction of ['up', 'down'] as const) {
    const page = await pageAt(new ModelFetcher(logs), logs, direction, new Map(), 100)
    expect(page.records).toHaveLength(40)
    expect(page.problems).toMatchObject([{ code: 'DECODE_FAILED' }])
    expect(page.end.reason).toBe('end')
  }
  const lanes = [7, 0].map(partition => ({ partition, low: 0n, high: 60n, position: 0n, tail: false }))
  const fetcher = new ModelFetcher(logs)
  const page = await readPage(
    fetcher,
    { topic: 't', direction: 'up', isolation: 'read_committed', limit: 9, lanes },
    now,
  )
  expect(page.records).toHaveLength(9)
  expect(page.problems[0]).toMatchObject({ code: 'OFFSET_OUT_OF_RANGE', scope: 'partition:7' })
  expect(page.edges.get(7)).toBe(0n)
})

test.each([
  ['records', { records: 30 }],
  ['bytes', { bytes: 40_000 }],
  ['time', { timeMs: 5 }],
] as const)('a page cut by %s says so and goes on from there', async (detail, budget) => {
  const logs = new Map([
    [0, { start: 0n, end: 2n ** 30n, batches: [...dense(0n, 400, 3000), ...dense(2n ** 29n, 400, 3000)] }],
  ])
  let clock = 0
  const seen: bigint[] = []
  let position = 0n
  let cuts = 0
  for (let more = true; more; ) {
    const lanes = [{ partition: 0, low: 0n, high: 2n ** 30n, position, tail: false }]
    const request = {
      topic: 't',
      direction: 'up',
      isolation: 'read_committed',
      limit: 500,
      lanes,
      budget,
    } as const
    const page = await readPage(new ModelFetcher(logs), request, () => clock++)
    seen.push(...page.records.map(one => one.offset))
    expect(page.edges.get(0)).toBeGreaterThan(position)
    position = page.edges.get(0) ?? 0n
    if (page.end.reason === 'budget') {
      expect(page.end.detail).toBe(detail)
      cuts++
    }
    more = page.more
  }
  expect(cuts).toBeGreaterThan(0)
  expect(seen).toHaveLength(800)
  expect(new Set(seen).size).toBe(800)
})

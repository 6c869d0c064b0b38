import type { PlainClient, PlainIsolation, PlainRecord } from '@/scripts/services/frameworks/plain-client'
import type { Written } from './random-topic'
import type { Rng } from './rng'

/** A record as Java's consumer read it, with what its writer and the two isolation levels tell of it. */
export type TrueRecord = PlainRecord & Written & { aborted: boolean; undecided: boolean }

type TrueRange = { start: bigint; stable: bigint; end: bigint }

/** What a topic holds. */
export type Truth = {
  ranges: Map<number, TrueRange>
  records: TrueRecord[]
  /** Some times to ask for, and by isolation, time and partition the first offset at or after them. */
  times: number[]
  byTime: Record<PlainIsolation, Map<number, Map<number, bigint | null>>>
}

export const placeOf = ({ partition, offset }: { partition: number; offset: bigint | string }) =>
  `${partition}/${offset}`

/** Reads a topic as a consumer that knows of no console would, twice. */
export async function readTruth(
  client: PlainClient,
  topic: string,
  facts: ReadonlyMap<string, Written>,
  times: number[],
): Promise<Truth> {
  const committed = await client.read(topic, 'read_committed')
  const all = await client.read(topic, 'read_uncommitted')
  const asked = [...new Set(times.flatMap(time => [time, time + 1]))]
  const seen = new Set(committed.records.map(placeOf))
  const ranges = new Map(
    [...all.ranges].map(([partition, { start, end }]) => {
      const stable = committed.ranges.get(partition)?.end ?? start
      return [partition, { start, stable, end }]
    }),
  )
  const records = all.records.map(record => {
    const fact = facts.get(placeOf(record))
    if (fact === undefined) throw new Error(`nobody wrote ${placeOf(record)}`)
    const isStable = record.offset < (ranges.get(record.partition)?.stable ?? 0n)
    const aborted = isStable && !seen.has(placeOf(record))
    return { ...record, ...fact, aborted, undecided: !isStable && fact.transactional }
  })
  return {
    ranges,
    records,
    times,
    byTime: {
      read_committed: await client.offsetsForTimes(topic, 'read_committed', asked),
      read_uncommitted: await client.offsetsForTimes(topic, 'read_uncommitted', asked),
    },
  }
}

/** Two readings that say the same: nothing was cleaned or expired in between. */
export function isSame(a: Truth, b: Truth): boolean {
  const told = ({ ranges, records, byTime }: Truth) =>
    JSON.stringify(
      [[...ranges], records.map(one => [placeOf(one), one.aborted, one.undecided]), Object.values(byTime)],
      (_, value) => (typeof value === 'bigint' ? String(value) : value instanceof Map ? [...value] : value),
    )
  return told(a) === told(b)
}

/** Times to ask for: of records, beside them, before and after all. */
export function randomTimes(rng: Rng, records: readonly { timestampMs: number }[]): number[] {
  const near = Array.from({ length: 4 }, () =>
    records.length === 0 ? 0 : rng.pick(records).timestampMs + rng.pick([0, 0, -1, 1]),
  )
  return [...new Set([0, 4_100_000_000_000, ...near.filter(time => time >= 0)])]
}

/** The part of a question that says where to read. */
export type Where = {
  from: string
  until?: string
  order?: 'asc' | 'desc'
  partition?: string[]
  isolation: PlainIsolation
  aborted: boolean
}

export function randomWhere(rng: Rng, truth: Truth): Where {
  const ranges = [...truth.ranges.values()]
  const position = () => {
    const { start, end } = rng.pick(ranges)
    const offset = start - 2n + BigInt(rng.int(0, Number(end - start) + 4))
    return rng.pick([
      'newest',
      'oldest',
      `offset:${offset < 0n ? 0n : offset}`,
      `offset:${rng.pick(['0', '9223372036854775807', String(end)])}`,
      `last:${rng.int(0, Number(end - start) + 3)}`,
      `time:${new Date(rng.pick(truth.times)).toISOString()}`,
    ])
  }
  return {
    from: rng.pick(['newest', 'newest', 'oldest', position(), position()]),
    ...(rng.chance(0.4) ? { until: position() } : {}),
    ...(rng.chance(0.4) ? { order: rng.pick(['asc', 'desc'] as const) } : {}),
    ...(rng.chance(0.3) ? { partition: rng.some([...truth.ranges.keys()]).map(String) } : {}),
    isolation: rng.pick(['read_committed', 'read_committed', 'read_uncommitted']),
    aborted: rng.chance(0.3),
  }
}

/** Between which offsets a question reads: `from` and `until` are boundaries, records from them on lie above. */
export type Span = { partition: number; from: bigint; until: bigint; start: bigint; end: bigint }

export const orderOf = ({ from, order }: Where) => order ?? (from === 'newest' ? 'desc' : 'asc')

/** What `from` and `until` mean in each partition. */
export function spansOf(truth: Truth, where: Where): Span[] {
  const isUp = orderOf(where) === 'asc'
  const chosen = where.partition?.map(Number)
  return [...truth.ranges]
    .filter(([partition]) => chosen === undefined || chosen.includes(partition))
    .map(([partition, { start, stable, end: last }]) => {
      const end = where.isolation === 'read_committed' ? stable : last
      const boundary = (text: string): bigint => {
        const [kind, rest = ''] = [text.split(':')[0], text.slice(text.indexOf(':') + 1)]
        if (kind === 'newest') return end
        if (kind === 'oldest') return start
        if (kind === 'last') return end - BigInt(rest)
        if (kind === 'offset') return isUp ? BigInt(rest) : BigInt(rest) + 1n
        const time = Date.parse(rest) + (isUp ? 0 : 1)
        return truth.byTime[where.isolation].get(time)?.get(partition) ?? end
      }
      const inside = (offset: bigint) => (offset < start ? start : offset > end ? end : offset)
      const from = inside(boundary(where.from))
      const onward = isUp ? end : start
      return {
        partition,
        from,
        until: where.until === undefined ? onward : inside(boundary(where.until)),
        start,
        end,
      }
    })
}

/** Records that a reader of this isolation is shown, wherever they lie. */
export function visibleIn(truth: Truth, { isolation, aborted, partition }: Where): TrueRecord[] {
  return truth.records.filter(record => {
    if (partition !== undefined && !partition.includes(String(record.partition))) return false
    if (isolation === 'read_uncommitted') return true
    if (record.offset >= (truth.ranges.get(record.partition)?.stable ?? 0n)) return false
    return aborted || !record.aborted
  })
}

/** Of these the ones that a question is about, in the order of the log. */
export function withinSpans(records: readonly TrueRecord[], spans: readonly Span[], isUp: boolean) {
  return records.filter(({ partition, offset }) => {
    const span = spans.find(one => one.partition === partition)
    if (span === undefined) return false
    return isUp ? offset >= span.from && offset < span.until : offset >= span.until && offset < span.from
  })
}

/** What lies on the other side of where a question begins. */
export function behindSpans(records: readonly TrueRecord[], spans: readonly Span[], isUp: boolean) {
  return records.filter(({ partition, offset }) => {
    const span = spans.find(one => one.partition === partition)
    if (span === undefined) return false
    return isUp ? offset < span.from : offset >= span.from
  })
}

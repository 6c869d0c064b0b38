import * as z from 'zod'
import { type Outcome, outcome, type Replay } from '@/lib/contracts/replays'

/** One selected dead letter, where it goes, and what became of it. Frozen by the plan but for the last four. */
export type ReplayItem = {
  /** Of the dead letter. */
  partition: number
  offset: bigint
  target: { topic: string; partition: number } | null
  /** `x-replay-count` of the record that is written. */
  count: number
  /** The dead letter only points at its record (share groups): key and value are read at this place. */
  body: { topic: string; partition: number; offset: bigint } | null
  outcome: Outcome
  /** A refusal or an error code. */
  reason: string | null
  targetOffset: bigint | null
  atMs: number | null
}

/** Items to one packed text; rows of the store hold this many. */
export const CHUNK_ITEMS = 1000

const OUTCOMES = outcome.options
const head = z.object({ v: z.literal(1), topics: z.array(z.string()), items: z.array(z.unknown()) })

/**
 * JSON with topic names by number: about 50 bytes an item. Written by hand, since a replay at full speed packs each
 * item while it sends it, and arrays for the serialiser cost three times as much. A few rows at a time become bytes:
 * put together as one text, the pieces of a plan's rows outlive collections of young objects, and take 50 MiB.
 */
export function packItems(items: readonly ReplayItem[]): string {
  const topics: string[] = []
  const numbers = new Map<string, number>()
  const numberOf = (topic: string) => {
    const known = numbers.get(topic)
    if (known !== undefined) return known
    numbers.set(topic, topics.length)
    topics.push(topic)
    return topics.length - 1
  }
  let end = 0
  let some = ''
  for (const item of items) {
    const { target, body, reason, targetOffset } = item
    const to = target ? `${numberOf(target.topic)},${target.partition}` : '-1,-1'
    const at = targetOffset === null ? 'null' : `"${targetOffset}"`
    const place = body ? `[${numberOf(body.topic)},${body.partition},"${body.offset}"]` : 'null'
    const why = reason === null ? 'null' : JSON.stringify(reason)
    const state = OUTCOMES.indexOf(item.outcome)
    some += `${end === 0 && some === '' ? '' : ','}[${item.partition},"${item.offset}",${to},${item.count},${state},${why},${at},${item.atMs},${place}]`
    if (some.length < SOME_CHARS) continue
    end = write(some, end)
    some = ''
  }
  end = write(some, end)
  return `{"v":1,"topics":${JSON.stringify(topics)},"items":[${rows.toString('utf8', 0, end)}]}`
}

const SOME_CHARS = 4096
/** Where rows are written; grows with the longest list. */
let rows = Buffer.allocUnsafe(128 * 1024)

/** Answers where it ends. */
function write(text: string, at: number): number {
  // In UTF-8 one of JavaScript's characters takes three bytes at most.
  const need = at + text.length * 3
  if (need > rows.length) rows = Buffer.concat([rows], need * 2)
  return at + rows.write(text, at)
}

/** Throws (ZodError, SyntaxError, TypeError) for what `packItems` did not write. */
export function unpackItems(text: string): ReplayItem[] {
  const { topics, items } = head.parse(JSON.parse(text))
  const places = new Map<number, Map<number, Target>>()
  // One object for each: of a hundred thousand records few go to another place than the one before.
  const placeAt = (topicAt: number, partition: number): Target => {
    const known = places.get(topicAt)?.get(partition)
    if (known) return known
    const place = { topic: named(topics, topicAt), partition }
    places.set(topicAt, (places.get(topicAt) ?? new Map<number, Target>()).set(partition, place))
    return place
  }
  return items.map(row => unpackRow(row, topics, placeAt))
}

type Target = NonNullable<ReplayItem['target']>

/** Checked by hand: a schema's checks of a hundred thousand rows take as long as sending them. */
function unpackRow(
  row: unknown,
  topics: readonly string[],
  placeAt: (topicAt: number, partition: number) => Target,
): ReplayItem {
  if (!Array.isArray(row) || row.length !== 10) throw new TypeError('no packed item')
  const [partition, offset, topic, targetPartition, count, state, reason, at, atMs, body]: unknown[] = row
  if (reason !== null && typeof reason !== 'string') throw new TypeError('no reason')
  if (atMs !== null && typeof atMs !== 'number') throw new TypeError('no time')
  const topicAt = whole(topic)
  return {
    partition: whole(partition),
    offset: digits(offset),
    target: topicAt < 0 ? null : placeAt(topicAt, whole(targetPartition)),
    count: whole(count),
    body: body === null ? null : unpackPlace(body, topics),
    outcome: OUTCOMES[whole(state)] ?? fail('no outcome'),
    reason,
    targetOffset: at === null ? null : digits(at),
    atMs,
  }
}

function unpackPlace(place: unknown, topics: readonly string[]): ReplayItem['body'] {
  if (!Array.isArray(place) || place.length !== 3) return fail('no place')
  const [topic, partition, offset]: unknown[] = place
  return { topic: named(topics, whole(topic)), partition: whole(partition), offset: digits(offset) }
}

function fail(what: string): never {
  throw new TypeError(what)
}
const whole = (value: unknown) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= -1 ? value : fail('no number')
const digits = (value: unknown) =>
  typeof value === 'string' && /^\d{1,19}$/.test(value) ? BigInt(value) : fail('no offset')
const named = (topics: readonly string[], at: number) => topics[at] ?? fail('no topic')

/** The order of a plan's items: by partition, then offset, as in the log. */
export function standsBefore(a: ReplayItem, b: ReplayItem): boolean {
  return a.partition < b.partition || (a.partition === b.partition && a.offset < b.offset)
}

export type Counts = Pick<Replay, 'selected' | Outcome>

export function countItems(items: readonly ReplayItem[]): Counts {
  const counts: Counts = {
    selected: items.length,
    replayed: 0,
    refused: 0,
    failed: 0,
    cancelled: 0,
    unknown: 0,
    remaining: 0,
  }
  for (const item of items) counts[item.outcome] += 1
  return counts
}

export function sumCounts(parts: readonly Counts[]): Counts {
  const sum = countItems([])
  for (const part of parts) {
    sum.selected += part.selected
    for (const one of OUTCOMES) sum[one] += part[one]
  }
  return sum
}

/** What will be, or was, written to each topic; refused records count for none. */
export function countTargets(items: readonly ReplayItem[]): { topic: string; records: number }[] {
  const counts = new Map<string, number>()
  for (const { target, outcome: state } of items) {
    if (target && state !== 'refused') counts.set(target.topic, (counts.get(target.topic) ?? 0) + 1)
  }
  return [...counts].map(([topic, records]) => ({ topic, records }))
}

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
const digits = z.string().regex(/^\d{1,19}$/)
const packedItem = z.tuple([
  z.number().int().min(0),
  digits,
  z.number().int().min(-1),
  z.number().int(),
  z.number().int().min(0),
  z
    .number()
    .int()
    .min(0)
    .max(OUTCOMES.length - 1),
  z.string().nullable(),
  digits.nullable(),
  z.number().nullable(),
  z.tuple([z.number().int().min(0), z.number().int().min(0), digits]).nullable(),
])
const packed = z.object({ v: z.literal(1), topics: z.array(z.string()), items: z.array(packedItem) })

/** JSON with topic names by number: about 50 bytes an item. */
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
  const rows = items.map(item => [
    item.partition,
    item.offset.toString(),
    item.target ? numberOf(item.target.topic) : -1,
    item.target?.partition ?? -1,
    item.count,
    OUTCOMES.indexOf(item.outcome),
    item.reason,
    item.targetOffset?.toString() ?? null,
    item.atMs,
    item.body ? [numberOf(item.body.topic), item.body.partition, item.body.offset.toString()] : null,
  ])
  return JSON.stringify({ v: 1, topics, items: rows })
}

/** Throws (ZodError, SyntaxError) for what `packItems` did not write. */
export function unpackItems(text: string): ReplayItem[] {
  const { topics, items } = packed.parse(JSON.parse(text))
  return items.map(([partition, offset, topic, targetPartition, count, state, reason, at, atMs, body]) => ({
    partition,
    offset: BigInt(offset),
    target: topic < 0 ? null : { topic: topics[topic] ?? '', partition: targetPartition },
    count,
    body: body && { topic: topics[body[0]] ?? '', partition: body[1], offset: BigInt(body[2]) },
    outcome: OUTCOMES[state] ?? 'remaining',
    reason,
    targetOffset: at === null ? null : BigInt(at),
    atMs,
  }))
}

/** By partition, then offset: the items of a slice stand together, in the order of the log. */
export function compareItems(a: ReplayItem, b: ReplayItem): number {
  return a.partition - b.partition || (a.offset < b.offset ? -1 : a.offset > b.offset ? 1 : 0)
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

/** What will be, or was, written to each topic; refused records count for none. */
export function countTargets(items: readonly ReplayItem[]): { topic: string; records: number }[] {
  const counts = new Map<string, number>()
  for (const { target, outcome: state } of items) {
    if (target && state !== 'refused') counts.set(target.topic, (counts.get(target.topic) ?? 0) + 1)
  }
  return [...counts].map(([topic, records]) => ({ topic, records }))
}

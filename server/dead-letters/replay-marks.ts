import * as z from 'zod'
import type { LogRecord } from '@/server/kafka/port'

/** The ledger of replays (semantics.md, "Replay"): compacted, written in the transaction of the replayed records. */
export const LEDGER_TOPIC = '__milena_replays'
/** Replays remembered for one cluster, the latest of them. */
const MAX_MARKS = 200_000

const offset = z
  .union([z.string().regex(/^\d{1,19}$/), z.number().int().min(0)])
  .transform(value => BigInt(value))
const instantMs = z.union([z.iso.datetime().transform(text => Date.parse(text)), z.number().int().min(0)])
const ledgerKey = z.object({ topicId: z.string().max(64), partition: z.number().int().min(0), offset })
const ledgerValue = z.object({
  replay: z.string().max(100),
  at: instantMs,
  target: z.object({
    topicId: z.string().max(64).nullish(),
    topic: z.string().min(1).max(249),
    partition: z.number().int().min(0),
    offset: offset.nullish(),
  }),
  count: z.number().int().min(0),
})

export type ReplayMark = {
  replay: string
  atMs: number
  target: { topic: string; partition: number; offset: bigint | null }
  count: number
}
export type ReplayedLetter = { topicId: string; partition: number; offset: bigint; mark: ReplayMark }

/** A ledger record, or null for one that isn't (a tombstone, another version's, somebody else's). */
export function readLedgerRecord(record: Pick<LogRecord, 'key' | 'value'>): ReplayedLetter | null {
  const key = ledgerKey.safeParse(json(record.key))
  const value = ledgerValue.safeParse(json(record.value))
  if (!key.success || !value.success) return null
  const { replay, at, target, count } = value.data
  return {
    ...key.data,
    mark: {
      replay,
      atMs: at,
      target: { topic: target.topic, partition: target.partition, offset: target.offset ?? null },
      count,
    },
  }
}

function json(bytes: Buffer | null): unknown {
  if (bytes === null || bytes.length > 10_000) return null
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return null
  }
}

/** Which letters were replayed, by topic id, partition and offset: a topic made anew under the same name has none. */
export class ReplayMarks {
  readonly #limit: number
  readonly #byLetter = new Map<string, ReplayMark[]>()
  readonly #targets = new Set<string>()

  constructor(limit = MAX_MARKS) {
    this.#limit = limit
  }

  get size(): number {
    return this.#byLetter.size
  }

  add({ topicId, partition, offset, mark }: ReplayedLetter): void {
    const key = `${topicId}/${partition}/${offset}`
    const known = this.#byLetter.get(key)
    if (!known) this.#byLetter.set(key, [mark])
    else if (known.every(other => other.replay !== mark.replay)) known.push(mark)
    const { target } = mark
    if (target.offset !== null) this.#targets.add(targetKey(target.topic, target.partition, target.offset))
    // The oldest go first: sets and maps keep the order in which things came.
    if (this.#byLetter.size > this.#limit) forgetFirst(this.#byLetter)
    if (this.#targets.size > this.#limit) forgetFirst(this.#targets)
  }

  of(topicId: string, partition: number, offset: bigint): readonly ReplayMark[] {
    return this.#byLetter.get(`${topicId}/${partition}/${offset}`) ?? []
  }

  /** Was the record at this place written by a replay? A letter that came from there failed again. */
  isTarget(topic: string, partition: number, offset: bigint): boolean {
    return this.#targets.has(targetKey(topic, partition, offset))
  }
}

function targetKey(topic: string, partition: number, offset: bigint): string {
  return `${topic}/${partition}/${offset}`
}

function forgetFirst(collection: Map<string, unknown> | Set<string>): void {
  const first = collection.keys().next()
  if (!first.done) collection.delete(first.value)
}

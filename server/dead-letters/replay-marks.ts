import type { LedgerEntry } from '@/server/replays/ledger'

/** Replays remembered for one cluster, the latest of them. */
const MAX_MARKS = 200_000

/** What the ledger says of one replay of a letter. */
export type ReplayMark = Pick<LedgerEntry, 'replay' | 'atMs' | 'target' | 'count'>

/** Which letters were replayed, by topic id, partition and offset: a topic made anew under the same name has none. */
export class ReplayMarks {
  readonly #limit: number
  readonly #byLetter = new Map<string, ReplayMark[]>()
  readonly #targets = new Set<string>()

  constructor(limit = MAX_MARKS) {
    this.#limit = limit
  }

  add({ topicId, partition, offset, replay, atMs, target, count }: LedgerEntry): void {
    const mark = { replay, atMs, target, count }
    const key = `${topicId}/${partition}/${offset}`
    const known = this.#byLetter.get(key)
    if (!known) this.#byLetter.set(key, [mark])
    else if (known.every(other => other.replay !== mark.replay)) known.push(mark)
    this.#targets.add(targetKey(target.topic, target.partition, target.offset))
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

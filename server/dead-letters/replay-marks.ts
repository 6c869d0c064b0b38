import type { LedgerEntry } from '@/server/replays/ledger'

/** Replays remembered for one cluster: the latest, at least half as many. */
const MAX_MARKS = 400_000

/** What the ledger says of one replay of a letter. */
export type ReplayMark = Pick<LedgerEntry, 'replay' | 'atMs' | 'target' | 'count'>

/**
 * Which letters were replayed, by topic id, partition and offset: a topic made anew under the same name has none. Two generations: when
 * the younger is full the older goes, so that forgetting costs nothing (a map that loses its first key for each it gains is walked
 * through its gaps every time).
 */
export class ReplayMarks {
  readonly #limit: number
  #young = newGeneration()
  #old = newGeneration()

  constructor(limit = MAX_MARKS) {
    this.#limit = limit
  }

  add({ topicId, partition, offset, replay, atMs, target, count }: LedgerEntry): void {
    const mark = { replay, atMs, target, count }
    const key = letterKey(topicId, partition, offset)
    const known = this.#marksOf(key)
    if (known.some(other => other.replay === mark.replay)) return
    this.#young.byLetter.set(key, [...known, mark])
    this.#young.targets.add(targetKey(target.topic, target.partition, target.offset))
    if (this.#young.byLetter.size <= this.#limit / 2) return
    this.#old = this.#young
    this.#young = newGeneration()
  }

  of(topicId: string, partition: number, offset: bigint): readonly ReplayMark[] {
    return this.#marksOf(letterKey(topicId, partition, offset))
  }

  /** Was the record at this place written by a replay? A letter that came from there failed again. */
  isTarget(topic: string, partition: number, offset: bigint): boolean {
    const key = targetKey(topic, partition, offset)
    return this.#young.targets.has(key) || this.#old.targets.has(key)
  }

  #marksOf(key: string): readonly ReplayMark[] {
    return this.#young.byLetter.get(key) ?? this.#old.byLetter.get(key) ?? []
  }
}

const newGeneration = () => ({ byLetter: new Map<string, ReplayMark[]>(), targets: new Set<string>() })

function letterKey(topicId: string, partition: number, offset: bigint): string {
  return `${topicId}/${partition}/${offset}`
}

function targetKey(topic: string, partition: number, offset: bigint): string {
  return `${topic}/${partition}/${offset}`
}

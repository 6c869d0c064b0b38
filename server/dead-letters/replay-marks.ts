import type { LedgerEntry, Place } from '@/server/replays/ledger'
import type { ForgottenLog } from '@/server/replays/ledger-map'
import { OffsetSet } from './offset-set'

/**
 * A letter that was replayed; `target` null: the record that it became stands in another cluster, or nothing
 * says where.
 */
export type ReplayMark = Pick<LedgerEntry, 'topicId' | 'partition' | 'offset'> & { target: Place | null }

/**
 * Which letters were replayed, by topic id, partition and offset (a topic made anew under the same name has
 * none), and where replays wrote: what the ledger and the mirrors of replays without a ledger say. Who wants
 * more than yes or no asks those.
 */
export class ReplayMarks {
  readonly letters = new OffsetSet()
  readonly targets = new OffsetSet()
  /** Of letters, by log: they go when their topic does. */
  readonly #forgotten = new Map<string, ForgottenLog>()

  add({ topicId, partition, offset, target }: ReplayMark): void {
    this.letters.add(topicId, partition, Number(offset))
    if (target) this.targets.add(target.topic, target.partition, Number(target.offset))
  }

  isReplayed(topicId: string, partition: number, offset: number): boolean {
    return this.letters.has(topicId, partition, offset)
  }

  /** Was the record at this place written by a replay? A letter that came from there failed again. */
  isTarget(topic: string, partition: number, offset: bigint): boolean {
    return this.targets.has(topic, partition, Number(offset))
  }

  /** The letters before this offset are gone from Kafka. */
  trim(topicId: string, partition: number, start: number): void {
    this.letters.trim(topicId, partition, start)
  }

  /**
   * The ledger's retention took what it said of these. Letters that are still there stay marked: they were
   * replayed all the same.
   */
  forget(gone: readonly ForgottenLog[], isThere: (topicId: string) => boolean): void {
    for (const one of gone) {
      if (one.of === 'places') this.targets.trim(one.log, one.partition, startOf(one))
      else this.#forgotten.set(`${one.log}/${one.partition}`, one)
    }
    for (const [key, one] of this.#forgotten) {
      if (isThere(one.log)) continue
      this.letters.trim(one.log, one.partition, startOf(one))
      this.#forgotten.delete(key)
    }
  }
}

const startOf = ({ until }: ForgottenLog) => (until === null ? Number.POSITIVE_INFINITY : Number(until))

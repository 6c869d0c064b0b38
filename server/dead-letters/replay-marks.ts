import type { LedgerEntry } from '@/server/replays/ledger'
import { OffsetSet } from './offset-set'

/**
 * Which letters were replayed, by topic id, partition and offset (a topic made anew under the same name has
 * none), and where replays wrote: all that the ledger says, none forgotten. Who wants more than yes or no
 * asks the ledger itself.
 */
export class ReplayMarks {
  readonly letters = new OffsetSet()
  readonly targets = new OffsetSet()

  add({
    topicId,
    partition,
    offset,
    target,
  }: Pick<LedgerEntry, 'topicId' | 'partition' | 'offset' | 'target'>): void {
    this.letters.add(topicId, partition, Number(offset))
    this.targets.add(target.topic, target.partition, Number(target.offset))
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
}

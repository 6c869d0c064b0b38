import { expect, it } from 'vitest'
import type { LedgerEntry } from '@/server/replays/ledger'
import { LedgerMap } from '@/server/replays/ledger-map'
import { ReplayMarks } from './replay-marks'

/** A ledger of one partition: what it holds is in the map and in the marks, as the follower does it. */
class Ledger {
  readonly map = new LedgerMap('ledger')
  readonly marks = new ReplayMarks()
  #next = 0n

  constructor() {
    this.map.begin(0, 1)
  }

  /** Many of one letter topic, so that whole stretches of the ledger are theirs. */
  write(topicId: string, target: string, from: number, count: number): void {
    for (let n = from; n < from + count; n++) {
      const entry: LedgerEntry = {
        topicId,
        partition: 0,
        offset: BigInt(n),
        replay: 'r',
        atMs: 0,
        target: { topic: target, partition: 0, offset: BigInt(n) },
        count: 1,
        origin: null,
      }
      this.map.note({ partition: 0, offset: this.#next++ }, entry)
      this.marks.add(entry)
    }
  }

  /** Retention takes what stands before this entry. */
  expire(until: number, there: readonly string[] = []): void {
    this.marks.forget(this.map.trim(0, BigInt(until)), topicId => there.includes(topicId))
  }
}

it('marks go with what the ledger says of them; letters that are still there stay marked', () => {
  const ledger = new Ledger()
  // Two topics of letters, replayed long before the third.
  ledger.write('gone', 'orders', 0, 70_000)
  ledger.write('there', 'orders', 70_000, 70_000)
  ledger.write('young', 'orders', 140_000, 10)
  const { marks } = ledger
  const targets = () => [...marks.targets.chunks()].length
  expect([targets(), [...marks.letters.chunks()].length]).toEqual([3, 5])
  ledger.expire(140_000, ['there', 'young'])
  expect(marks.isReplayed('gone', 0, 5)).toBe(false)
  expect(marks.isReplayed('there', 0, 70_005)).toBe(true)
  expect(marks.isReplayed('young', 0, 140_005)).toBe(true)
  expect(marks.isTarget('orders', 0, 5n)).toBe(false)
  expect(marks.isTarget('orders', 0, 140_005n)).toBe(true)
  // The rest of the ledger is gone, and the topics too.
  ledger.expire(200_000)
  expect([targets(), [...marks.letters.chunks()].length]).toEqual([0, 0])
})

it('a place that a younger entry still names is kept, and nothing is forgotten without a trim', () => {
  const ledger = new Ledger()
  ledger.write('a', 'orders', 0, 100)
  ledger.write('b', 'other', 0, 9_000)
  ledger.write('a', 'orders', 100, 1)
  ledger.expire(0)
  expect(ledger.marks.isTarget('orders', 0, 5n)).toBe(true)
  ledger.expire(8_192)
  expect(ledger.marks.isTarget('orders', 0, 100n)).toBe(true)
  expect(ledger.marks.isReplayed('a', 0, 100)).toBe(true)
  expect(ledger.marks.isTarget('other', 0, 8_999n)).toBe(true)
})

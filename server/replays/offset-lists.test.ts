import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OffsetLists } from './offset-lists'
import { placesOfRefs } from './read-records'
import { seenOrigins } from './seen-origins'

const offset = fc.oneof(fc.bigInt({ min: 0n, max: 20n }), fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }))
const entry = fc.tuple(fc.constantFrom('a/0', 'a/1', 'b/0'), offset)
const ascending = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0)

test('lists of offsets know what was added, and what was added twice', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 300 }), fc.array(entry), (added, others) => {
      const lists = new OffsetLists()
      const half = added.length >> 1
      for (const [log, one] of added.slice(0, half)) lists.add(log, one)
      lists.repeated()
      // Also what comes after somebody has looked.
      for (const [log, one] of added.slice(half)) lists.add(log, one)
      const of = (log: string) => added.flatMap(([name, one]) => (name === log ? [one] : []))
      for (const log of ['a/0', 'a/1', 'b/0', 'c/0'])
        expect([...(lists.get(log) ?? [])]).toEqual(of(log).sort(ascending))
      for (const [log, one] of [...added, ...others]) expect(lists.has(log, one)).toBe(of(log).includes(one))
      const twice = (log: string) => new Set(of(log).filter((one, at, all) => all.indexOf(one) !== at))
      for (const log of ['a/0', 'a/1', 'b/0'])
        expect(lists.repeated().get(log) ?? new Set()).toEqual(twice(log))
    }),
  )
})

test('places are by partition, ascending as numbers, each once', () => {
  const at = (partition: number, one: bigint) => ({ partition, offset: one })
  const refs = [at(1, 10n), at(0, 9n), at(1, 9n), at(0, 10n), at(1, 10n), at(10, 0n), at(2, 2n ** 63n - 1n)]
  expect([...placesOfRefs(refs)].map(([partition, offsets]) => [partition, [...offsets]])).toEqual([
    [0, [9n, 10n]],
    [1, [9n, 10n]],
    [2, [2n ** 63n - 1n]],
    [10, [0n]],
  ])
  expect(placesOfRefs([]).size).toBe(0)
})

test('only an origin that several letters name is remembered', () => {
  const place = { topic: 'orders', partition: 0, offset: 7n }
  const decoded = (one: bigint) => ({
    ...{ family: 'spring' as const, consumerGroup: null, notes: [], replay: null },
    origin: { ...place, offset: one, timestampMs: null },
  })
  const letter = (n: bigint, of: bigint) => ({
    ...{
      partition: 0,
      offset: n,
      found: true,
      timestampMs: 1,
      decoded: decoded(of),
      body: null,
      bodyGone: false,
    },
    ...{
      isPointer: false,
      editTrouble: null,
      isEdited: false,
      keyHash: null,
      payloadBytes: 1,
      batchBytes: 1,
    },
  })
  const seen = seenOrigins([letter(1n, 7n), letter(2n, 8n), letter(3n, 7n)])
  expect(seen.get(place)).toBeUndefined()
  seen.set(place, { partition: 0, offset: 1n })
  seen.set({ ...place, offset: 8n }, { partition: 0, offset: 2n })
  expect(seen.get(place)).toEqual({ partition: 0, offset: 1n })
  expect(seen.get({ ...place, partition: 1 })).toBeUndefined()
  expect(seen.get({ ...place, offset: 8n })).toBeUndefined()
})

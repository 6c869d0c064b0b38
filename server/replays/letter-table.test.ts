import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deadLetterNote, family } from '@/lib/contracts/dead-letters'
import type { Letter } from './letter'
import { LetterTable } from './letter-table'

const offset = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })
const KIND = { field: 'a', before: 'number', after: 'text' } as const
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null })
const number = fc.nat(2 ** 31 - 1)
const letter: fc.Arbitrary<Letter> = fc
  .record({
    partition: number,
    offset,
    found: fc.boolean(),
    timestampMs: fc.integer({ min: -1, max: 8_640_000_000_000_000 }),
    decoded: maybe(
      fc.record({
        family: fc.constantFrom(...family.options),
        origin: fc.record({
          topic: maybe(fc.string({ maxLength: 249 })),
          partition: maybe(number),
          offset: maybe(offset),
          timestampMs: maybe(fc.nat()),
        }),
        consumerGroup: maybe(fc.string({ maxLength: 1000 })),
        // In the list's order.
        notes: fc
          .subarray(deadLetterNote.options)
          .map(notes => deadLetterNote.options.filter(one => notes.includes(one))),
        replay: maybe(fc.record({ count: number })),
      }),
    ),
    hasBody: fc.boolean(),
    bodyGone: fc.boolean(),
    isPointer: fc.boolean(),
    editTrouble: maybe(
      fc.record({
        problem: fc.constantFrom('not-json' as const, 'lossy' as const),
        part: fc.constantFrom('key' as const, 'value' as const),
        at: fc.string(),
        detail: fc.string(),
      }),
    ),
    isEdited: fc.boolean(),
    kinds: fc.constantFrom(undefined, [KIND], [KIND, { ...KIND, field: 'b' }]),
    keyHash: maybe(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    payloadBytes: fc.nat(),
    batchBytes: fc.nat(),
  })
  .map(({ hasBody, kinds, ...facts }) => {
    const rest = { ...facts, ...(kinds ? { kinds } : {}) }
    const { topic = null, partition = null, offset: at = null } = rest.decoded?.origin ?? {}
    const isPlace = topic !== null && partition !== null && at !== null
    return { ...rest, body: hasBody && isPlace ? { topic, partition, offset: at } : null }
  })

test('letters come out as they went in', () => {
  fc.assert(
    fc.property(fc.array(letter, { maxLength: 40 }), letters => {
      const table = new LetterTable(letters.length)
      for (const one of letters) table.add(one)
      expect([...table]).toEqual(letters)
      expect(table.size).toBe(letters.length)
    }),
  )
})

const plain: Letter = {
  ...{ partition: 0, offset: 0n, found: true, timestampMs: 1, body: null, bodyGone: false, isPointer: false },
  ...{ editTrouble: null, isEdited: false, keyHash: null, payloadBytes: 1, batchBytes: 1 },
  decoded: {
    family: 'generic',
    origin: { topic: null, partition: null, offset: null, timestampMs: null },
    consumerGroup: null,
    notes: [],
    replay: null,
  },
}
const named = (topic: string | null, consumerGroup: string | null): Letter => ({
  ...plain,
  decoded: plain.decoded && {
    ...plain.decoded,
    consumerGroup,
    origin: { ...plain.decoded.origin, topic },
  },
})

test('names that nothing can have, and groups without end, are not kept', () => {
  const table = new LetterTable(2_001)
  table.add(named('x'.repeat(250), 'g'.repeat(1_001)))
  for (let n = 0; n < 2_000; n++) table.add(named('orders', `g${n}`))
  const groups = [...table].map(one => one.decoded?.consumerGroup)
  expect([...table][0]?.decoded?.origin.topic).toBeNull()
  expect(new Set(groups).size).toBe(1_001)
  expect(groups.slice(0, 3)).toEqual([null, 'g0', 'g1'])
  expect(groups.at(-1)).toBeNull()
})

test('of many letters that an edit does not fit a hundred say why', () => {
  const table = new LetterTable(300)
  const trouble = (n: number) => ({
    problem: 'not-json' as const,
    part: 'value' as const,
    at: '',
    detail: `${n}`,
  })
  for (let n = 0; n < 300; n++) table.add({ ...plain, editTrouble: trouble(n) })
  const details = [...table].map(one => one.editTrouble?.detail)
  expect(details.slice(0, 100)).toEqual(Array.from({ length: 100 }, (_, n) => `${n}`))
  expect(details[299]).toBe('99')
})

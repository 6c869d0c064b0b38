import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppError } from '@/lib/errors'
import {
  CURSOR_CHARS_MAX,
  type CursorBinding,
  claimedOrder,
  decodePageCursor,
  encodePageCursor,
  type PageCursor,
} from './page-cursor'

const binding: CursorBinding = {
  cluster: 'dev',
  topic: 'order.created',
  topicId: '5L6g3nShT-eMCtK--X86sw',
  partitions: null,
  isolation: 'read_committed',
}
const cursors = fc.record(
  {
    order: fc.constantFrom('asc' as const, 'desc' as const),
    toward: fc.constantFrom('next' as const, 'previous' as const),
    positions: fc
      .array(fc.tuple(fc.nat({ max: 0x7fffffff }), fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })), {
        maxLength: 30,
      })
      .map(pairs => new Map(pairs)),
    isSeekingKey: fc.constant(true as const),
  },
  { requiredKeys: ['order', 'toward', 'positions'] },
)

function encode(cursor: PageCursor, to: CursorBinding = binding): string {
  const text = encodePageCursor(to, cursor)
  if (text === null) throw new Error('too long')
  return text
}

const code = (run: () => unknown) => {
  try {
    run()
    return 'accepted'
  } catch (error) {
    return error instanceof AppError ? error.code : 'another error'
  }
}

test('what was put in comes out', () => {
  fc.assert(
    fc.property(cursors, cursor => {
      const text = encode(cursor)
      expect(decodePageCursor(binding, text)).toEqual({
        ...cursor,
        positions: new Map([...cursor.positions]),
      })
      expect(claimedOrder(text)).toBe(cursor.order)
    }),
  )
})

test('a single changed, added or missing character is refused', () => {
  fc.assert(
    fc.property(
      cursors,
      fc.nat(),
      fc.constantFrom(...'Aa0-_Zz9='),
      fc.constantFrom(0, 1, 2),
      (cursor, seed, char, kind) => {
        const text = encode(cursor)
        const at = seed % text.length
        const hurt = text.slice(0, at) + (kind === 0 ? '' : char) + text.slice(kind === 2 ? at : at + 1)
        // Bits that base64 does not use may differ; the bytes are what counts.
        fc.pre(!Buffer.from(hurt, 'base64url').equals(Buffer.from(text, 'base64url')))
        expect(code(() => decodePageCursor(binding, hurt))).toBe('CURSOR_INVALID')
      },
    ),
    { numRuns: 500 },
  )
})

test.each<Partial<CursorBinding>>([
  { cluster: 'prod' },
  { topic: 'order.cancelled' },
  { topicId: 'AAAAAAAAAAAAAAAAAAAAAA' },
  { partitions: [0, 1] },
  { isolation: 'read_uncommitted' },
])('bound to what it was made for: not %j', over => {
  const cursor: PageCursor = { order: 'asc', toward: 'next', positions: new Map([[0, 7n]]) }
  expect(code(() => decodePageCursor({ ...binding, ...over }, encode(cursor)))).toBe('CURSOR_INVALID')
})

test.each(['', 'a', '%%%', 'x'.repeat(200), 'A'.repeat(CURSOR_CHARS_MAX + 1)])(
  'no cursor at all: %j',
  text => {
    expect(code(() => decodePageCursor(binding, text))).toBe('CURSOR_INVALID')
  },
)

test('fifteen hundred partitions fit; more than fits is null, not a broken cursor', () => {
  const positions = (count: number) =>
    new Map(Array.from({ length: count }, (_, i) => [i, 1_000_000_000n + BigInt(i * 9973)]))
  expect(
    encodePageCursor(binding, { order: 'desc', toward: 'next', positions: positions(1500) })?.length,
  ).toBeLessThan(12_288)
  expect(encodePageCursor(binding, { order: 'desc', toward: 'next', positions: positions(9000) })).toBeNull()
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeHeader, headerName } from './decode-header'
import { decodePayload, MAX_TEXT_BYTES } from './decode-payload'

/**
 * Far beyond what linear work takes on a busy machine, far below what quadratic work would: a guard, no claim
 * of speed.
 */
const HANGS_MS = 20_000

const bytes = (...values: number[]) => Buffer.from(values)

test('JSON stays as it was written: long integers, repeated keys, spacing', () => {
  const text = '{ "id": 12345678901234567890, "a": 1,\n"a": 1.0 }'
  expect(decodePayload(Buffer.from(text))).toEqual({
    format: 'json',
    decoder: 'json',
    reason: 'json-syntax',
    text,
    truncated: false,
    bytes: text.length,
  })
})

test('null, empty and text are three things', () => {
  expect(decodePayload(null)).toBeNull()
  expect(decodePayload(Buffer.alloc(0))).toEqual({
    format: 'text',
    decoder: 'text',
    reason: 'empty',
    text: '',
    bytes: 0,
    truncated: false,
  })
  expect(decodePayload(Buffer.from('null'))).toMatchObject({ format: 'text', text: 'null' })
})

test.each([
  ['주문 접수 ✓', 'text', '주문 접수 ✓'],
  ['12345678', 'text', '12345678'],
  ['6f1c9c3e-4f4e-4b1a-9a3e-0d8d3a1f2b7c', 'text', '6f1c9c3e-4f4e-4b1a-9a3e-0d8d3a1f2b7c'],
  ['\u001b[31mred\u001b[0m', 'text', '\u001b[31mred\u001b[0m'],
  ['8=FIX.4.4\u00019=65\u000135=A\u0001', 'text', '8=FIX.4.4\u00019=65\u000135=A\u0001'],
  ['{"cut":', 'text', '{"cut":'],
])('%j is %s', (text, format, shown) => {
  expect(decodePayload(Buffer.from(text))).toMatchObject({ format, text: shown })
})

test('integers are big-endian and signed; other binary is hex', () => {
  const long = Buffer.alloc(8)
  long.writeBigInt64BE(1_763_689_380_123n)
  expect(decodePayload(bytes(0, 0, 0, 42))).toMatchObject({ format: 'number', text: '42' })
  expect(decodePayload(bytes(255, 255, 255, 255))).toMatchObject({ format: 'number', text: '-1' })
  expect(decodePayload(long)).toMatchObject({ format: 'number', text: '1763689380123' })
  expect(decodePayload(bytes(0xff, 0xfe, 0x00))).toMatchObject({ format: 'hex', text: 'fffe00' })
})

test("Confluent's frame is recognised, shown as bytes, and says why", () => {
  const framed = decodePayload(bytes(0, 0, 0, 0, 142, 2, 6, 0x61))
  expect(framed).toMatchObject({ format: 'number' }) // eight bytes: a long
  expect(decodePayload(bytes(0, 0, 0, 0, 142, 2, 6, 0x61, 0x62))).toEqual({
    format: 'hex',
    text: '000000008e02066162',
    truncated: false,
    bytes: 9,
    schema: { id: 142, subject: null, version: null },
    decoder: 'hex',
    reason: 'confluent-frame',
    error: 'Schema 142 was not looked up: no schema registry is configured for this cluster.',
    errorCode: 'REGISTRY_NONE',
    errorParams: { schema: '142' },
  })
})

test('text is cut between characters, at the size asked for and never above the limit', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.integer({ min: 1, max: 40 }),
      (text, maxTextBytes) => {
        const cut = decodePayload(Buffer.from(text), { maxTextBytes })
        if (cut.format !== 'text') return
        expect(text.startsWith(cut.text)).toBe(true)
        expect(Buffer.byteLength(cut.text)).toBeLessThanOrEqual(maxTextBytes)
        expect(cut.truncated).toBe(cut.text !== text)
        expect(cut.bytes).toBe(Buffer.byteLength(text))
      },
    ),
  )
})

test('ten megabytes of JSON, text and noise take well under a second', () => {
  const size = 10_000_000
  const json = Buffer.from(`[${'{"a":"한글","n":123},'.repeat(size / 22)}1]`)
  const noise = Buffer.alloc(size, Buffer.from([0xff, 0x00, 0x80]))
  const startedMs = performance.now()
  expect(decodePayload(json)).toMatchObject({ format: 'json', truncated: true, bytes: json.length })
  expect(decodePayload(Buffer.alloc(size, 'x')).text.length).toBe(MAX_TEXT_BYTES)
  expect(decodePayload(noise)).toMatchObject({ format: 'hex', truncated: true, bytes: size })
  expect(decodePayload(noise).text.length).toBe(2 * 65_536)
  expect(performance.now() - startedMs).toBeLessThan(HANGS_MS)
})

test('any bytes become some payload whose text fits', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 100 }), (raw, maxTextBytes) => {
      const payload = decodePayload(Buffer.from(raw), { maxTextBytes })
      expect(payload.bytes).toBe(raw.length)
      if (payload.format !== 'number')
        expect(Buffer.byteLength(payload.text)).toBeLessThanOrEqual(maxTextBytes)
    }),
    { numRuns: 3000 },
  )
})

test('headers: names that are no UTF-8 stay visible, numbers go by the name', () => {
  expect(headerName(Buffer.from([0x61, 0xff, 0x0a]))).toBe('a\\xff\\x0a')
  expect(headerName(Buffer.from('추적'))).toBe('추적')
  const name = Buffer.from('kafka_dlt-original-offset')
  expect(decodeHeader({ name, value: Buffer.from('12345678') }).value).toMatchObject({ format: 'number' })
  expect(decodeHeader({ name: Buffer.from('retry-count'), value: Buffer.from('1234') }).value).toMatchObject({
    format: 'text',
    text: '1234',
  })
  expect(decodeHeader({ name, value: null })).toEqual({ name: 'kafka_dlt-original-offset', value: null })
})

import { describe, expect, test } from 'vitest'
import type { LogRecord } from '@/server/kafka/port'
import { autoPlan } from '@/server/serde/serde-plan'
import { serdeReader } from './serde-reader'

/** As it lies in its batch: what a picker looks through. */
function recordOf(value: Buffer): LogRecord {
  const bytes = Buffer.concat([Buffer.from('before'), value, Buffer.from('behind')])
  const body = { bytes, keyAt: 0, keyBytes: -1, valueAt: 6, valueBytes: value.length }
  return { key: null, value, headers: [], body } as unknown as LogRecord
}
const read = (value: Buffer, ...fields: string[]) =>
  serdeReader(autoPlan('t')).value('value', recordOf(value), fields.length === 0 ? null : new Set(fields))

describe('JSON behind a byte order mark', () => {
  const marked = (text: string) => Buffer.from(`\ufeff${text}`)
  test.each([
    [['id'], { id: 7n }],
    [['id', 'in'], { id: 7n, in: { name: 'x' } }],
    [[], { id: 7n, in: { name: 'x' } }],
  ])('gives %j as without one', (fields, expected) => {
    expect(read(marked('{"id":7,"in":{"name":"x"}}'), ...fields)).toEqual(expected)
    expect(read(marked(' {"id":7,"in":{"name":"x"}}'), ...fields)).toMatchObject(expected)
  })

  test('keeps digits that take the careful way, and is shown without the mark', () => {
    const long = marked('{"id":12345678901234567890}')
    expect(read(long, 'id')).toEqual({ id: 12345678901234567890n })
    expect(serdeReader(autoPlan('t')).text('value', recordOf(long))).toBe('{"id":12345678901234567890}')
  })
})

describe('JSON whose bytes are no UTF-8', () => {
  const broken = Buffer.from('{"id":7,"name":"M\xfcller","in":{"name":"\xfc"}}', 'latin1')

  test('gives the fields that are whole', () => {
    expect(read(broken, 'id')).toEqual({ id: 7n })
  })

  test.each([['name'], ['id', 'name'], ['in'], []])('is an error where %j %j is looked at', (...fields) => {
    expect(() => read(broken, ...fields)).toThrow(
      expect.objectContaining({ failure: { code: 'NOT_UTF8', params: {} } }),
    )
  })

  test('is one too where a number takes the careful way', () => {
    const careful = Buffer.from('{"id":12345678901234567890,"name":"\xfc"}', 'latin1')
    expect(() => read(careful, 'id')).toThrow(expect.objectContaining({ name: 'DecodeError' }))
  })

  test('is not what is UTF-8, or no JSON', () => {
    expect(read(Buffer.from('{"name":"\ufffd"}'), 'name')).toEqual({ name: '\ufffd' })
    const noise = Buffer.from([0x7b, 0xff, 0x00, 0x01, 0x02])
    expect(read(noise, 'name')).toEqual(noise)
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tableOf } from './headers'
import type { HeaderBytes } from './types'

const bytes = (text: string) => new TextEncoder().encode(text)
const header: fc.Arbitrary<HeaderBytes> = fc.record({
  name: fc.constantFrom('a', 'b', 'ab', 'kafka_dlt-x', 'kafka_x', '', '김').map(bytes),
  value: fc.option(fc.uint8Array({ maxLength: 3 }), { nil: null }),
})
const nameOf = (one: HeaderBytes) => new TextDecoder().decode(one.name)

test('a table says what the list says, whatever lists were read before', () => {
  fc.assert(
    fc.property(fc.array(fc.array(header, { maxLength: 6 }), { maxLength: 30 }), lists => {
      // Read twice, so that shapes are met again after others.
      for (const list of [...lists, ...lists]) {
        const table = tableOf(list)
        for (const name of ['a', 'b', 'ab', 'kafka_dlt-x', 'kafka_x', '', '김', 'none']) {
          const values = list.filter(one => nameOf(one) === name).map(one => one.value)
          expect(table.all(name)).toEqual(values)
          expect(table.first(name)).toBe(values[0])
          expect(table.last(name)).toBe(values.at(-1))
          expect(table.has(name)).toBe(values.length > 0)
          expect(table.position(name)).toBe(list.findIndex(one => nameOf(one) === name))
        }
        for (const prefix of ['kafka_', 'kafka_dlt-', 'a', 'x'])
          expect(table.hasPrefix(prefix)).toBe(list.some(one => nameOf(one).startsWith(prefix)))
        expect([...table.names()]).toEqual([...new Set(list.map(nameOf))])
      }
    }),
  )
})

test('a list whose bytes change afterwards is not taken for what it was', () => {
  const name = bytes('abc')
  expect(tableOf([{ name, value: null }]).has('abc')).toBe(true)
  name.set(bytes('xyz'))
  expect(tableOf([{ name, value: null }]).has('abc')).toBe(false)
  expect(tableOf([{ name: bytes('abc'), value: null }]).has('abc')).toBe(true)
})

test('names beyond 256 bytes are cut, and told apart by their beginning alone', () => {
  const long = (end: string) => [{ name: bytes('n'.repeat(256) + end), value: bytes(end) }]
  expect(tableOf(long('1')).last('n'.repeat(256))).toEqual(bytes('1'))
  expect(tableOf(long('2')).last('n'.repeat(256))).toEqual(bytes('2'))
})

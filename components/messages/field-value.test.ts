import { describe, expect, test } from 'vitest'
import type { Message, Payload } from '@/lib/contracts/messages'
import { fieldCell, parseFieldPath } from './field-value'

const payload = (value: string, over: Partial<Payload> = {}): Payload =>
  ({ text: value, format: 'json', bytes: value.length, truncated: false, ...over }) as Payload
const record = (value: Payload | null, headers: [string, string | null][] = []): Message =>
  ({
    key: payload('k-1'),
    value,
    headers: headers.map(([name, text]) => ({ name, value: text === null ? null : payload(text) })),
  }) as unknown as Message

describe('a column made of a field', () => {
  const value = payload(
    '{"id":9007199254740993,"price":1.10,"a":{"b":["x",{"c":null}]},"o k":"y","__proto__":{"p":1}}',
  )
  test.each([
    ['value.id', '9007199254740993'],
    ['value.price', '1.10'],
    ['value.a.b[0]', 'x'],
    ['value.a.b[1].c', 'null'],
    ['value.a.b', '["x",{"c":null}]'],
    ['value["o k"]', 'y'],
    ['value.__proto__.p', '1'],
    ['key', 'k-1'],
    ['headers["x-t"]', 'two'],
  ])('%s is %s', (path, expected) => {
    const cell = fieldCell(
      record(value, [
        ['x-t', 'one'],
        ['x-t', 'two'],
      ]),
      path,
    )
    expect(cell).toMatchObject({ kind: 'text', text: expected })
  })

  test.each([
    ['value.missing', 'absent'],
    ['value.id.deeper', 'absent'],
    ['value.toString', 'absent'],
    ['value.constructor', 'absent'],
    ['value.a.__proto__', 'absent'],
    ['value.a.b.length', 'absent'],
    ['headers["none"]', 'absent'],
    ['value..x', 'unknown'],
    ['offset', 'unknown'],
  ])('%s is %s', (path, kind) => expect(fieldCell(record(value), path).kind).toBe(kind))

  test('what came cut or is no JSON is not known, a tombstone has no fields', () => {
    expect(fieldCell(record(payload('{"id":1', { truncated: true })), 'value.id').kind).toBe('unknown')
    expect(fieldCell(record(payload('plain')), 'value.id').kind).toBe('unknown')
    expect(fieldCell(record(null), 'value.id').kind).toBe('absent')
  })

  test('what nests without end breaks no cell', () => {
    const deep = (levels: number) => `{"id":7,"a":${'['.repeat(levels)}${']'.repeat(levels)}}`
    expect(fieldCell(record(payload(deep(2_000))), 'value.a')).toMatchObject({
      text: expect.stringContaining('…'),
    })
    for (const path of ['value.id', 'value.a'])
      expect(() => fieldCell(record(payload(deep(60_000))), path)).not.toThrow()
  })
})

test.each(['value', 'value.a', 'headers["a b"]', 'value[3].x', 'key.id'])('%s is a path', path =>
  expect(parseFieldPath(path)).not.toBeNull(),
)
test.each(['', 'values.a', 'value.', 'value[x]', 'headers', 'headers["a"].b', 'value["a'])(
  '%s is none',
  path => expect(parseFieldPath(path)).toBeNull(),
)

test('a name with an escape is what was written, whatever stood in its place before', () => {
  JSON.parse('{"h":0,"\\\\":1}')
  const cell = fieldCell(record(payload('{"h":0,"\\n":1.50}')), 'value["\n"]')
  expect(cell).toEqual({ kind: 'text', text: '1.50', numeric: true })
})

import { describe, expect, test } from 'vitest'
import type { ReplayEdit } from '@/lib/contracts/replay-request'
import { checkEdit } from './check-edit'
import { EditError } from './edit-error'
import { editRecord } from './edit-record'
import { type KindChange, KindChanges } from './kind-changes'

const header = (name: string, value: string | null) => ({
  name: Buffer.from(name),
  value: value === null ? null : Buffer.from(value),
})
const record = (value: string | null, headers: ReturnType<typeof header>[] = []) => ({
  key: Buffer.from('k'),
  value: value === null ? null : Buffer.from(value),
  headers,
})
const fields = (value: string, ...rules: NonNullable<ReplayEdit['fields']>) =>
  editRecord(record(value), { fields: rules })
const textOf = (edited: ReturnType<typeof editRecord>) => edited.record.value?.toString()

describe('fields', () => {
  test('set, remove and rename by dots or pointer; the others keep their order and digits', () => {
    const value = '{"id":12345678901234567890,"rate":1.50,"a":{"b":[{"c":1},{"c":2}]},"x/y":true}'
    const edited = fields(
      value,
      { op: 'set', path: 'a.b.1.c', value: 'two' },
      { op: 'remove', path: '/x~1y' },
      { op: 'rename', path: 'rate', to: 'price' },
    )
    expect(textOf(edited)).toBe('{"id":12345678901234567890,"price":1.50,"a":{"b":[{"c":1},{"c":"two"}]}}')
    expect(edited.changed).toBe(true)
  })

  test('a number that is set keeps its digits', () => {
    const rule = { op: 'set', path: 'b', json: '12345678901234567890.10' } as const
    expect(textOf(fields('{"a":1}', rule))).toBe('{"a":1,"b":12345678901234567890.10}')
  })

  test('a field that becomes of another kind is counted, null aside', () => {
    const kinds = new KindChanges()
    const edit = {
      fields: [
        { op: 'set', path: 'n', value: 'twelve' },
        { op: 'set', path: 'a.0', json: '1' },
        { op: 'set', path: 'long', json: '12345678901234567890' },
        { op: 'set', path: 'gone', json: 'null' },
        { op: 'set', path: 'was', json: '7' },
        { op: 'set', path: 'new', json: '7' },
      ] as const,
    } as unknown as ReplayEdit
    const counted = (one: string) => {
      const found: KindChange[] = []
      try {
        editRecord(record(one), edit, undefined, found)
      } finally {
        kinds.add(found)
      }
    }
    const value = '{"n":12,"a":["x"],"long":1.50,"gone":true,"was":null}'
    for (const one of [value, value, '{"n":"eleven","a":[2],"long":{}}']) counted(one)
    // Of what it does not fit nothing is counted.
    expect(() => counted('{"n":1,"a":7}')).toThrow(EditError)
    expect(kinds.list()).toEqual([
      { field: 'n', before: 'number', after: 'text', records: 2 },
      { field: 'a.0', before: 'text', after: 'number', records: 2 },
      { field: 'long', before: 'object', after: 'number', records: 1 },
    ])
  })

  test('a rule that finds nothing leaves the bytes as they were', () => {
    const edited = fields('{ "a" : 1 }', { op: 'remove', path: 'b' }, { op: 'rename', path: 'c', to: 'd' })
    expect(textOf(edited)).toBe('{ "a" : 1 }')
    expect(edited.changed).toBe(false)
    expect(fields('{"a":1}', { op: 'set', path: 'a', value: 1 }).changed).toBe(false)
  })

  test('what it does not fit is said', () => {
    const problemOf = (run: () => unknown) => {
      try {
        run()
      } catch (error) {
        return error instanceof EditError ? error.trouble.problem : error
      }
    }
    const set = { op: 'set', path: 'a.b', value: 1 } as const
    expect(problemOf(() => fields('no json', set))).toBe('not-json')
    expect(problemOf(() => editRecord(record(null), { fields: [set] }))).toBe('not-json')
    expect(problemOf(() => fields('7', set))).toBe('not-an-object')
    expect(problemOf(() => fields('{"a":1}', set))).toBe('not-an-object')
    expect(problemOf(() => fields('{"a":1,"b":2}', { op: 'rename', path: 'a', to: 'b' }))).toBe('exists')
    expect(problemOf(() => fields('[1]', { op: 'set', path: '9', value: 1 }))).toBe('not-an-object')
  })

  test('a hostile field is data and nothing else', () => {
    const edited = fields('{"__proto__":{"admin":true},"a":1}', { op: 'rename', path: 'a', to: 'b' })
    expect(textOf(edited)).toBe('{"__proto__":{"admin":true},"b":1}')
    expect(Reflect.get({}, 'admin')).toBeUndefined()
  })
})

test('headers: set keeps the place, add appends, remove takes all of a name, null is not empty', () => {
  const before = [header('a', '1'), header('b', '2'), header('a', '3')]
  const { record: after } = editRecord(record('v', before), {
    headers: [
      { op: 'set', name: 'a', value: 'x' },
      { op: 'remove', name: 'b' },
      { op: 'add', name: 'c', value: null },
      { op: 'add', name: 'c', value: '' },
    ],
  })
  expect(after.headers.map(one => [one.name.toString(), one.value?.toString() ?? null])).toEqual([
    ['a', 'x'],
    ['c', null],
    ['c', ''],
  ])
})

test('key and value: null, empty and bytes', () => {
  const edit: ReplayEdit = { key: null, value: { encoding: 'base64', data: 'AP8=' } }
  expect(editRecord(record('v'), edit).record).toMatchObject({ key: null, value: Buffer.from([0, 255]) })
  const empty = editRecord(record('v'), { value: { encoding: 'text', data: '' } }).record
  expect(empty.value).toEqual(Buffer.alloc(0))
})

test.each<[ReplayEdit, boolean, string]>([
  [{ value: null }, false, 'edit.value'],
  [{ value: { encoding: 'json', data: '{' } }, true, 'edit.value'],
  [{ key: { encoding: 'base64', data: '***' } }, true, 'edit.key'],
  [{ fields: [{ op: 'set', path: 'a' }] }, true, 'edit.fields.0.value'],
  [{ fields: [{ op: 'set', path: 'a', json: '{' }] }, true, 'edit.fields.0.json'],
  [{ fields: [{ op: 'remove', path: 'a..b' }] }, true, 'edit.fields.0.path'],
  [{ fields: [{ op: 'set', path: '__proto__.x', value: 1 }] }, true, 'edit.fields.0.path'],
  [{ headers: [{ op: 'set', name: 'x-replay-id', value: 'r' }] }, true, 'edit.headers.0.name'],
  [{ headers: [{ op: 'add', name: 'a' }] }, true, 'edit.headers.0.value'],
])('an invalid edit %j is refused', (edit, single, path) => {
  expect(() => checkEdit(edit, single)).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID', fields: [expect.objectContaining({ path })] }),
  )
})

import { expect, test } from 'vitest'
import { fieldSteps, kindAt } from './field-path'

test('a path is a JSON Pointer or has dots', () => {
  expect(fieldSteps('a.0.b')).toEqual(['a', '0', 'b'])
  expect(fieldSteps('/a~1b/~0')).toEqual(['a/b', '~'])
  expect(fieldSteps('a..b')).toBeNull()
})

test.each([
  ['n', 'number'],
  ['s', 'text'],
  ['b', 'boolean'],
  ['o', 'object'],
  ['o.list', 'list'],
  ['/o/list/0', 'null'],
  ['o.list.length', null],
  ['o.list.1', null],
  ['toString', null],
  ['s.length', null],
  ['a..b', null],
])('%s holds %s', (path, kind) => {
  expect(kindAt('{"n":1,"s":"1","b":true,"o":{"list":[null]}}', path)).toBe(kind)
  expect(kindAt('no JSON', path)).toBeNull()
})

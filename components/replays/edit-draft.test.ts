import { expect, test } from 'vitest'
import { NO_EDIT, type RuleLine, toEdit } from './edit-draft'

const line = (over: Partial<RuleLine>): RuleLine => ({
  id: 1,
  of: 'field',
  op: 'set',
  name: 'a',
  value: '',
  ...over,
})

test('lines become rules; those without a name are not ready', () => {
  const lines = [
    line({ value: '12' }),
    line({ value: '"12"' }),
    line({ value: 'seoul' }),
    line({ op: 'remove' }),
    line({ op: 'rename', value: ' b ' }),
    line({ name: ' ' }),
    line({ of: 'header', op: 'set', name: 'tenant', value: '' }),
    line({ of: 'header', op: 'remove', name: 'x' }),
  ]
  expect(toEdit({ lines, value: null })).toEqual({
    fields: [
      { op: 'set', path: 'a', json: '12' },
      { op: 'set', path: 'a', json: '"12"' },
      { op: 'set', path: 'a', value: 'seoul' },
      { op: 'remove', path: 'a' },
      { op: 'rename', path: 'a', to: 'b' },
    ],
    headers: [
      { op: 'set', name: 'tenant', value: '' },
      { op: 'remove', name: 'x' },
    ],
  })
})

test('a whole value is JSON where it is, else text; nothing is no edit', () => {
  expect(toEdit({ lines: [], value: '{"a":1}' })?.value).toEqual({ encoding: 'json', data: '{"a":1}' })
  expect(toEdit({ lines: [], value: 'plain' })?.value).toEqual({ encoding: 'text', data: 'plain' })
  expect(toEdit(NO_EDIT)).toBeNull()
})

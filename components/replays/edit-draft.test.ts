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
  expect(toEdit({ ...NO_EDIT, lines })).toEqual({
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

test('a whole part is JSON where it is, else text; a schema takes only JSON; nothing is no edit', () => {
  const value = (data: string, subject = '') => toEdit({ ...NO_EDIT, value: { data, subject } })?.value
  expect(value('{"a":1}')).toEqual({ encoding: 'json', data: '{"a":1}' })
  expect(value('plain')).toEqual({ encoding: 'text', data: 'plain' })
  const schema = { subject: 'orders-value' }
  expect(value('{"a":1}', ' orders-value ')).toEqual({ encoding: 'json', data: '{"a":1}', schema })
  expect(value('plain', 'orders-value')).toEqual({ encoding: 'json', data: 'plain', schema })
  expect(toEdit({ ...NO_EDIT, key: { data: 'k', subject: '' } })).toEqual({
    key: { encoding: 'text', data: 'k' },
  })
  expect(toEdit(NO_EDIT)).toBeNull()
})

import { expect, test } from 'vitest'
import { completionsAt } from './complete-filter'

const fields = [
  { path: 'value.orderId', types: ['string'], examples: ['"1024"'] },
  { path: 'value.amount', types: ['int'], examples: ['12000'] },
  { path: 'headers["x-trace"]', types: ['string'], examples: [] },
]
const at = (text: string) => completionsAt(text, text.length, fields)
const inserts = (text: string) => at(text).list.map(one => one.insert)

test('an empty line offers the names of a record first', () =>
  expect(inserts('').slice(0, 3)).toEqual(['value', 'key', 'headers']))
test('a path is completed where it began', () => {
  expect(inserts('size > 3 && value.am')).toEqual(['value.amount'])
  expect(at('size > 3 && value.am').from).toBe(12)
})
test('a field is found by its name alone', () => expect(inserts('orderI')).toEqual(['value.orderId']))
test('a header is completed within its brackets', () =>
  expect(inserts('headers["x')).toEqual(['headers["x-trace"]']))
test('what is complete is not offered', () => expect(inserts('value.amount')).toEqual([]))
test.each(['key == "val', "key == 'va", 'value.amount >= 5'])('nothing inside %s', text =>
  expect(inserts(text)).toEqual([]),
)
test('behind an operator everything is offered', () => expect(inserts('size > ')).toHaveLength(8))

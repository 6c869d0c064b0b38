import { expect, it } from 'vitest'
import { readCut } from './read-cut'

const at = { zone: 'Asia/Seoul', nowMs: Date.parse('2026-11-20T05:00:00Z') }

it.each([
  ['end', '', { to: 'end' }],
  [' 1000 ', '', { to: 'offset:1000' }],
  ['offset:1000', '0-2, 7', { to: 'offset:1000', partitions: [0, 1, 2, 7] }],
  ['2026-11-20 14:00', '', { to: 'time:2026-11-20T05:00:00.000Z' }],
  ['time:2026-11-20T05:00:00Z', '', { to: 'time:2026-11-20T05:00:00.000Z' }],
  ['-1h', '', { to: 'time:2026-11-20T04:00:00.000Z' }],
])('%j of %j is asked for as it stands', (to, of, asked) => {
  expect(readCut(to, of, at)).toEqual(asked)
})

it.each([
  ['', ''],
  ['oldest', ''],
  ['-5', ''],
  ['yesterday', ''],
  ['end', 'a'],
])('%j of %j is nothing that one could cut at', (to, of) => {
  expect(readCut(to, of, at)).toBeNull()
})

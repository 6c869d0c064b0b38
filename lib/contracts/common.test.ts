import { expect, it } from 'vitest'
import { givenInstant } from './common'
import { drift } from './drift'
import { policySpec } from './policy-spec'

it.each([
  ['2026-12-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
  ['2026-12-01T00:00:00Z', '2026-12-01T00:00:00.000Z'],
  ['2026-12-01T09:30:00+09:00', '2026-12-01T00:30:00.000Z'],
  ['2026-12-01T00:00:00.5-03:30', '2026-12-01T03:30:00.500Z'],
  ['2026-12-01T00:00:00.123456789Z', '2026-12-01T00:00:00.123Z'],
  ['2028-02-29T12:00:00Z', '2028-02-29T12:00:00.000Z'],
])('%s is an instant', (given, read) => {
  expect(givenInstant.parse(given)).toBe(read)
})

it.each([
  '',
  '2026-12-01',
  '2026-12-01T00:00:00',
  '2026-12-01T00:00Z',
  '2026-12-01 00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-12-01T24:00:00Z',
  '2026-12-01T00:00:60Z',
  '2026-12-01T00:00:00+24:00',
  '9999-12-31T23:59:59-23:00',
  '0000-01-01T00:00:00+23:00',
  'tomorrow',
])('%j is none', given => {
  expect(givenInstant.safeParse(given).success).toBe(false)
})

it('what a waiver and an exception are given until is kept as answers say it', () => {
  const until = '2026-12-01T09:00:00+09:00'
  const read = '2026-12-01T00:00:00.000Z'
  const waiver = { cluster: 'c', topic: 't', rules: ['unused'], reason: 'seasonal', until }
  expect(drift.waive.input.parse(waiver)).toMatchObject({ until: read })
  const exceptions = policySpec.shape.exceptions
  const exception = { topics: ['a.*'], rules: ['naming'], reason: 'legacy', until }
  expect(exceptions.parse([exception])).toMatchObject([{ until: read }])
})

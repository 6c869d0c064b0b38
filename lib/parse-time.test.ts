import { expect, it } from 'vitest'
import { parseTime } from './parse-time'

const now = Date.UTC(2026, 10, 20, 12)

it.each([
  ['2026-11-20 14:03', 'Asia/Seoul', '2026-11-20T05:03:00.000Z'],
  ['2026-11-20 14:03:07.12', 'Asia/Seoul', '2026-11-20T05:03:07.120Z'],
  ['2026-11-20T14:03', 'UTC', '2026-11-20T14:03:00.000Z'],
  ['2026-11-20', 'UTC', '2026-11-20T00:00:00.000Z'],
  ['2026-07-01 00:00', 'America/New_York', '2026-07-01T04:00:00.000Z'],
  ['2026-03-08 02:30', 'America/New_York', '2026-03-08T06:30:00.000Z'],
  ['-15m', 'UTC', '2026-11-20T11:45:00.000Z'],
  ['-2d', 'UTC', '2026-11-18T12:00:00.000Z'],
  ['1795207007382', 'UTC', new Date(1795207007382).toISOString()],
  ['2026-11-20T14:03:00+09:00', 'UTC', '2026-11-20T05:03:00.000Z'],
  ['2026-11-20T14:03:00.123456Z', 'Asia/Seoul', '2026-11-20T14:03:00.123Z'],
  ['2024-02-29T23:59:59.9-03:30', 'UTC', '2024-03-01T03:29:59.900Z'],
])('%s in %s', (text, zone, expected) => {
  const parsed = parseTime(text, zone, now)
  expect(parsed === null ? null : new Date(parsed).toISOString()).toBe(expected)
})

const IMPOSSIBLE = [
  '2026-02-30T00:00:00Z',
  '2025-02-29T00:00:00+09:00',
  '2026-13-01T00:00:00Z',
  '2026-11-20T24:00:00Z',
  '2026-11-20 14:60',
  '2026-11-20T14:03:60Z',
  '2026-11-20T14:03:00+24:00',
  '2026-11-20T14:03:00+09:60',
  '2026-11-20TnonsenseZ',
]

it.each(['', 'soon', '2026-02-31', '2026-11-20 25:00', '12345', '-5y', ...IMPOSSIBLE])('refuses %s', text => {
  expect(parseTime(text, 'UTC', now)).toBeNull()
})

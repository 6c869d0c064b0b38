import { describe, expect, it } from 'vitest'
import { readPlace } from './parse-place'

describe('an end of a stretch', () => {
  const now = Date.parse('2026-11-21T12:00:00Z')
  it.each([
    ['', null],
    ['2026-11-20 14:03', '2026-11-20T05:03:00.000Z'],
    ['2026-11-20T14:00:00Z', '2026-11-20T14:00:00.000Z'],
    ['time:2026-11-20T14:00:00+09:00', '2026-11-20T05:00:00.000Z'],
    ['-1h', '2026-11-21T11:00:00.000Z'],
    ['time:-1h', '2026-11-21T11:00:00.000Z'],
    ['1793800000000', new Date(1_793_800_000_000).toISOString()],
    ['offset:1200', 'offset:1200'],
    ['offset:9007199254740993', 'offset:9007199254740993'],
    ['0042', 'offset:42'],
    ['offset:', 'invalid'],
    ['2026-02-31', 'invalid'],
    ['yesterday', 'invalid'],
    ['newest', 'invalid'],
  ])('%j', (typed, place) => {
    for (const end of ['from', 'until'] as const)
      expect(readPlace(end, typed, 'Asia/Seoul', now), end).toBe(place)
  })
  it('begins with the oldest, and never ends there', () => {
    expect(readPlace('from', ' oldest ', 'Asia/Seoul', now)).toBeNull()
    expect(readPlace('until', ' oldest ', 'Asia/Seoul', now)).toBe('invalid')
  })
})

import { describe, expect, test } from 'vitest'
import { AppError } from '@/lib/errors'
import { boundaryOf, parsePosition, timeToAsk } from './positions'

const range = { start: 100n, end: 200n }

describe('boundaries', () => {
  test.each([
    ['newest', 'asc', 200n],
    ['newest', 'desc', 200n],
    ['oldest', 'asc', 100n],
    ['oldest', 'desc', 100n],
    ['offset:150', 'asc', 150n],
    ['offset:150', 'desc', 151n],
    ['offset:5', 'asc', 100n],
    ['offset:5', 'desc', 100n],
    ['offset:9999999999999999999', 'asc', 200n],
  ] as const)('%s %s is %s', (text, order, boundary) => {
    expect(boundaryOf(parsePosition(text, 'from'), order, range, null)).toBe(boundary)
  })

  test('a time is where ListOffsets found it; behind the end when it found nothing', () => {
    const time = parsePosition('time:2026-11-20T14:03:07.123+09:00', 'from')
    const ms = Date.UTC(2026, 10, 20, 5, 3, 7, 123)
    expect(timeToAsk(time, 'asc')).toBe(ms)
    expect(timeToAsk(time, 'desc')).toBe(ms + 1)
    expect(boundaryOf(time, 'asc', range, 120n)).toBe(120n)
    expect(boundaryOf(time, 'asc', range, null)).toBe(200n)
  })
})

test.each([
  'time:2026-13-45T99:99:99Z',
  'time:2026-02-30T00:00:00Z',
  'time:2026-02-01T24:00:00Z',
  'time:2026-02-01T..Z',
  'offset:-1',
  'offset:',
  'soon',
])('%s is refused with its field', text => {
  try {
    parsePosition(text, 'until')
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: 'INPUT_INVALID', fields: [{ path: 'until' }] })
  }
})

import { describe, expect, it } from 'vitest'
import {
  formatAge,
  formatBytes,
  formatClock,
  formatCompact,
  formatDuration,
  formatExactRate,
  formatInteger,
  formatPercent,
  formatRate,
  formatShift,
  formatSignedRate,
  formatTimestamp,
  middleTruncate,
  shortTopic,
  simpleClassName,
  zoneLabel,
} from './format'

describe('numbers', () => {
  it('keeps every digit of 64-bit integers', () => {
    expect(formatInteger('9223372036854775807')).toBe('9,223,372,036,854,775,807')
    expect(formatInteger(-12_345n)).toBe('-12,345')
    expect(formatInteger('not a number')).toBe('not a number')
  })
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1K'],
    [12_480, '12.5K'],
    [999_950, '1M'],
    [1_284_002, '1.28M'],
    [25_340_000_000, '25.3B'],
    [-12_480, '-12.5K'],
  ])('shortens %d to %s', (value, text) => expect(formatCompact(value)).toBe(text))
  it.each([
    [0, '0%'],
    [0.001, '<1%'],
    [0.616, '62%'],
    [0.999, '>99%'],
    [1, '100%'],
  ])('never calls %d a false 0 or 100: %s', (ratio, text) => expect(formatPercent(ratio)).toBe(text))
  it('does not round a small rate to nothing, and signs trends', () => {
    expect(formatRate(0.04)).toBe('<0.1')
    expect(formatRate(-0.04)).toBe('≈0')
    expect(formatExactRate(0.05)).toBe('0.05')
    expect(formatExactRate(12_000.5)).toBe('12,000.5')
    expect(formatRate(1204.4)).toBe('1,204')
    expect(formatSignedRate(9)).toBe('+9')
    expect(formatSignedRate(-4.25)).toBe('−4.3')
    expect(formatSignedRate(0)).toBe('0')
    expect(formatSignedRate(-0.04)).toBe('−0.04')
    expect(formatSignedRate(0.0021)).toBe('+0.002')
    expect(formatSignedRate(-0.0004)).toBe('≈0')
    expect(formatShift('-100000')).toBe('−100,000')
    expect(formatShift('5')).toBe('+5')
    expect(formatShift('+9223372036854775807', 'ko')).toBe('+9,223,372,036,854,775,807')
    expect(formatShift('later')).toBe('later')
  })
})

describe('bytes', () => {
  it.each([
    ['0', '0 B'],
    [612, '612 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1_048_575, '1 MiB'],
    ['90409811149', '84.2 GiB'],
    ['9223372036854775807', '8 EiB'],
  ])('%s is %s', (value, text) => expect(formatBytes(value)).toBe(text))
})

describe('durations', () => {
  it.each([
    [850, '850ms', '850ms'],
    [1200, '1.2초', '1.2s'],
    [42_000, '42초', '42s'],
    [192_000, '3분 12초', '3m 12s'],
    [3_600_000, '1시간', '1h'],
    [532_800_000, '6일 4시간', '6d 4h'],
    [86_405_000, '1일', '1d'],
  ])('%d ms', (ms, ko, en) => {
    expect(formatDuration(ms, 'ko')).toBe(ko)
    expect(formatDuration(ms, 'en')).toBe(en)
  })
  it('ages are one unit and never negative', () => {
    expect(formatAge(3_400, 'ko')).toBe('3초')
    expect(formatAge(119_000, 'en')).toBe('1m')
    expect(formatAge(-5_000, 'en')).toBe('0s')
  })
})

describe('times', () => {
  const at = '2026-11-20T05:03:07.123Z'
  it('are full, in the zone that is asked for', () => {
    expect(formatTimestamp(at, 'Asia/Seoul')).toBe('2026-11-20 14:03:07.123')
    expect(formatTimestamp(at, 'UTC', 's')).toBe('2026-11-20 05:03:07')
    expect(formatTimestamp(-1, 'UTC')).toBe('1969-12-31 23:59:59.999')
    expect(formatClock(at, 'Asia/Seoul', 'm')).toBe('14:03')
    expect(formatTimestamp('2026-11-20T15:00:00.000Z', 'Asia/Seoul', 'm')).toBe('2026-11-21 00:00')
  })
  it('gives text that is no time back', () => expect(formatTimestamp('soon', 'UTC')).toBe('soon'))
  it('names the zone', () => {
    expect(zoneLabel('Asia/Seoul', 0)).toBe('KST')
    expect(zoneLabel('UTC', 0)).toBe('UTC')
    expect(zoneLabel('America/New_York', Date.parse('2026-01-15T00:00:00Z'))).toBe('UTC−5')
    expect(zoneLabel('America/New_York', Date.parse('2026-07-15T00:00:00Z'))).toBe('UTC−4')
  })
})

describe('names', () => {
  it('cuts in the middle, never through a character', () => {
    expect(middleTruncate('order.order-service.created', 16)).toBe('order.ord…reated')
    expect(middleTruncate('short', 16)).toBe('short')
    const cut = middleTruncate('👩🏽‍💻'.repeat(30), 9)
    expect(cut.isWellFormed()).toBe(true)
    expect([...cut]).toHaveLength(9)
  })
  it('shows topics and classes by what tells them apart', () => {
    expect(shortTopic('order.order-service.created-dlt')).toBe('order.…created-dlt')
    expect(shortTopic('plain')).toBe('plain')
    expect(simpleClassName('java.lang.NullPointerException')).toBe('NullPointerException')
    expect(simpleClassName('com.acme.Outer$Inner')).toBe('Outer$Inner')
    expect(simpleClassName('odd.')).toBe('odd.')
  })
})

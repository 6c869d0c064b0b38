/** Numbers, sizes, times for people. Pure: locale and zone come in, nothing is read from the environment. */
import { zonedParts } from './zone'

export type FormatLocale = 'ko' | 'en'

const INT = /^-?\d+$/
const integers = new Map<string, Intl.NumberFormat>()

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale}:${JSON.stringify(options)}`
  let format = integers.get(key)
  if (!format) {
    format = new Intl.NumberFormat(locale, options)
    integers.set(key, format)
  }
  return format
}

/** Grouped digits, exact for 64-bit strings. What is no integer is given back as it came. */
export function formatInteger(value: string | number | bigint, locale: FormatLocale = 'en'): string {
  if (typeof value === 'string') {
    if (!INT.test(value)) return value
    return numberFormat(locale, {}).format(BigInt(value))
  }
  return numberFormat(locale, { maximumFractionDigits: 0 }).format(value)
}

/** `1.28M`: axes and tiles only. K/M/B in both languages, as Grafana and the CLI write them. */
export function formatCompact(value: number): string {
  const magnitude = Math.abs(value)
  if (magnitude < 1000) return trimNumber(value)
  const units: [number, string][] = [
    [1e12, 'T'],
    [1e9, 'B'],
    [1e6, 'M'],
    [1e3, 'K'],
  ]
  // 999,950 would round to `1000K`: take the next unit from there on.
  const [size, unit] = units.find(([s]) => magnitude >= s * 0.99995) ?? [1e3, 'K']
  return `${trimNumber(value / size)}${unit}`
}

/** Three significant digits, no trailing zeros. */
function trimNumber(value: number): string {
  const magnitude = Math.abs(value)
  const decimals = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : 2
  return numberFormat('en', { maximumFractionDigits: decimals, useGrouping: false }).format(value)
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']

/** IEC, three significant digits: number and unit apart, so that the unit can be set quieter. */
export function splitBytes(bytes: string | number | bigint): { value: string; unit: string } {
  let value = typeof bytes === 'string' && !INT.test(bytes) ? Number.NaN : Number(bytes)
  if (!Number.isFinite(value)) return { value: String(bytes), unit: '' }
  let unit = 0
  while (Math.abs(value) >= 1023.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return { value: unit === 0 ? String(Math.round(value)) : trimNumber(value), unit: BYTE_UNITS[unit] ?? 'B' }
}

export function formatBytes(bytes: string | number | bigint): string {
  const { value, unit } = splitBytes(bytes)
  return unit ? `${value} ${unit}` : value
}

/** A rate with one decimal under 10, none above; tiny but not zero is `<0.1`, tiny and backwards `≈0`. */
export function formatRate(perSecond: number, locale: FormatLocale = 'en'): string {
  const magnitude = Math.abs(perSecond)
  if (magnitude > 0 && magnitude < 0.1) return perSecond > 0 ? '<0.1' : '≈0'
  return numberFormat(locale, { maximumFractionDigits: magnitude < 10 ? 1 : 0 }).format(perSecond)
}

/** A limit that a person set, as it was set: `0.05`. */
export function formatExactRate(perSecond: number, locale: FormatLocale = 'en'): string {
  return numberFormat(locale, { maximumFractionDigits: 6 }).format(perSecond)
}

/** Like formatRate with its sign. One before `<0.1` would read badly: a small rate has its first digit. */
export function formatSignedRate(perSecond: number, locale: FormatLocale = 'en'): string {
  const magnitude = Math.abs(perSecond)
  if (magnitude > 0 && magnitude < 0.001) return '≈0'
  const text =
    magnitude > 0 && magnitude < 0.1
      ? numberFormat(locale, { maximumSignificantDigits: 1 }).format(magnitude)
      : formatRate(magnitude, locale)
  return perSecond > 0 ? `+${text}` : perSecond < 0 ? `−${text}` : text
}

/** A whole number that something is moved by, of any size: `+100,000`, `−5`. What is no number stays as it is. */
export function formatShift(by: string, locale: FormatLocale = 'en'): string {
  const [, sign, digits] = /^([+−-]?)(\d+)$/.exec(by) ?? []
  if (digits === undefined) return by
  return `${sign === '' || sign === '+' ? '+' : '−'}${formatInteger(digits, locale)}`
}

/** No decimals; never a false 0 or 100. `ratio` is 0..1. */
export function formatPercent(ratio: number): string {
  if (ratio > 0 && ratio < 0.01) return '<1%'
  if (ratio < 1 && ratio > 0.99) return '>99%'
  return `${Math.round(ratio * 100)}%`
}

type DurationUnit = 'd' | 'h' | 'm' | 's'
const UNIT_WORDS: Record<FormatLocale, Record<DurationUnit, string>> = {
  ko: { d: '일', h: '시간', m: '분', s: '초' },
  en: { d: 'd', h: 'h', m: 'm', s: 's' },
}
const UNIT_SECONDS: [DurationUnit, number][] = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
]

/** `850ms`, `4.2초`, `3분 12초`, `6일 4시간`: two units at most, the smaller one rounded down. */
export function formatDuration(ms: number, locale: FormatLocale): string {
  const words = UNIT_WORDS[locale]
  if (!Number.isFinite(ms)) return '—'
  const sign = ms < 0 ? '−' : ''
  const magnitude = Math.abs(ms)
  if (magnitude < 1000) return `${sign}${Math.round(magnitude)}ms`
  if (magnitude < 10_000) {
    const tenths = Math.floor(magnitude / 100) / 10
    return `${sign}${Number.isInteger(tenths) ? tenths : tenths.toFixed(1)}${words.s}`
  }
  let rest = Math.floor(magnitude / 1000)
  const parts: string[] = []
  for (const [unit, seconds] of UNIT_SECONDS) {
    const count = Math.floor(rest / seconds)
    rest -= count * seconds
    if (count > 0) parts.push(`${count}${words[unit]}`)
    else if (parts.length > 0) break
    if (parts.length === 2) break
  }
  return sign + parts.join(' ')
}

/** An age in one unit, for stamps that tick: `3초`, `2m`, `6일`. Negative (clock skew) counts as 0. */
export function formatAge(ms: number, locale: FormatLocale): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [unit, size] = UNIT_SECONDS.find(([, s]) => seconds >= s) ?? ['s', 1]
  return `${Math.floor(seconds / size)}${UNIT_WORDS[locale][unit]}`
}

/**
 * `2026-11-20 14:03:07.123` in a zone, both languages; `precision` `s` leaves the milliseconds out, `m` the
 * seconds too.
 */
export function formatTimestamp(
  instant: string | number | Date,
  zone: string,
  precision: 'ms' | 's' | 'm' = 'ms',
): string {
  const at = typeof instant === 'number' ? instant : new Date(instant).getTime()
  if (!Number.isFinite(at)) return String(instant)
  const p = zonedParts(at, zone)
  const text = `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}`
  if (precision === 'm') return text
  if (precision === 's') return `${text}:${p.second}`
  return `${text}:${p.second}.${String(((at % 1000) + 1000) % 1000).padStart(3, '0')}`
}

/** `14:03:07` (or `14:03`). */
export function formatClock(
  instant: string | number | Date,
  zone: string,
  precision: 's' | 'm' = 's',
): string {
  return formatTimestamp(instant, zone, precision).slice(11)
}

/** `KST`, `UTC`, or the offset (`UTC−5`) where a zone has no name everyone reads the same way. */
export function zoneLabel(zone: string, at: number): string {
  if (zone === 'Asia/Seoul') return 'KST'
  if (zone === 'UTC' || zone === 'Etc/UTC') return 'UTC'
  const offset = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' })
    .formatToParts(at)
    .find(part => part.type === 'timeZoneName')?.value
  return (offset ?? zone).replace('GMT', 'UTC').replace('-', '−')
}

/** Keeps both ends of a long id: `order.order-ser…created`. Counts code points, so a surrogate pair stays whole. */
export function middleTruncate(text: string, max: number): string {
  const points = [...text]
  if (points.length <= max) return text
  const tail = Math.floor((max - 1) * 0.4)
  const head = max - 1 - tail
  return `${points.slice(0, head).join('')}…${points.slice(points.length - tail).join('')}`
}

/** A three-segment topic by its ends: `order.order-service.created-dlt` → `order.…created-dlt`. Others stay whole. */
export function shortTopic(name: string): string {
  const segments = name.split('.')
  if (segments.length < 3) return name
  return `${segments[0]}.…${segments[segments.length - 1]}`
}

/** `com.acme.order.OrderFailed` → `OrderFailed`; inner classes keep their outer (`Outer$Inner`). */
export function simpleClassName(className: string): string {
  return className.slice(className.lastIndexOf('.') + 1) || className
}

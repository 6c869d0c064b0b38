import { zoneOffsetMs } from './zone'

const RELATIVE = /^-(\d{1,6})\s*(s|m|h|d)$/
const LOCAL = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?$/
/** Digits beyond milliseconds are read and dropped. */
const WITH_OFFSET =
  /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(?:(?<=\.\d{3})\d{1,6})?(?:Z|([+-])(\d{2}):(\d{2}))$/
const UNIT_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * A time as people type it: `2026-11-20 14:03(:07(.123))` in `zone`, `-15m`, epoch milliseconds, or ISO with an offset.
 * Answers epoch ms, or null when it is no time. A local time that a clock change skips is taken an hour earlier.
 */
export function parseTime(text: string, zone: string, nowMs: number): number | null {
  const input = text.trim()
  const relative = input.match(RELATIVE)
  if (relative) return nowMs - Number(relative[1]) * (UNIT_MS[relative[2] ?? ''] ?? 0)
  if (/^\d{12,14}$/.test(input)) return Number(input)
  const local = input.match(LOCAL)
  if (local) return localToEpoch(local, zone)
  return parseInstant(input)
}

/**
 * An ISO 8601 time with an offset (`Z`, `+09:00`) as epoch ms; null for what no calendar or clock knows. Not
 * `Date.parse`, which rolls 30 February over and takes hour 24.
 */
export function parseInstant(input: string): number | null {
  const [, text = '', sign, hours = '0', minutes = '0'] = WITH_OFFSET.exec(input) ?? []
  const parts = text.match(LOCAL)
  const asUtc = parts ? asUtcMs(parts) : null
  if (asUtc === null || Number(hours) > 23 || Number(minutes) > 59) return null
  const offsetMs = Number(hours) * 3_600_000 + Number(minutes) * 60_000
  return sign === '-' ? asUtc + offsetMs : asUtc - offsetMs
}

/** What was typed, as if it were UTC; null for a day or a time of day that is none. */
function asUtcMs(match: RegExpMatchArray): number | null {
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(part => Number(part ?? 0))
  const ms = Number((match[7] ?? '0').padEnd(3, '0'))
  const back = new Date(0)
  // Not Date.UTC, which reads the years 0 to 99 as 1900 to 1999.
  back.setUTCFullYear(year ?? 0, (month ?? 1) - 1, day ?? 1)
  back.setUTCHours(hour ?? 0, minute ?? 0, second ?? 0, ms)
  // 31 February rolls over: what comes back must be what was typed.
  const sameDay = back.getUTCMonth() + 1 === month && back.getUTCDate() === day
  const isTime = (hour ?? 0) < 24 && (minute ?? 0) < 60 && (second ?? 0) < 60
  return sameDay && isTime ? back.getTime() : null
}

function localToEpoch(match: RegExpMatchArray, zone: string): number | null {
  const asUtc = asUtcMs(match)
  if (asUtc === null) return null
  // The offset depends on the instant that is sought: two rounds settle it on either side of a clock change.
  const first = asUtc - zoneOffsetMs(asUtc, zone)
  return asUtc - zoneOffsetMs(first, zone)
}

import { zoneOffsetMs } from './zone'

const RELATIVE = /^-(\d{1,6})\s*(s|m|h|d)$/
const LOCAL = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?$/
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
  if (!/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(input)) return null
  const parsed = Date.parse(input)
  return Number.isFinite(parsed) ? parsed : null
}

function localToEpoch(match: RegExpMatchArray, zone: string): number | null {
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(part => Number(part ?? 0))
  const ms = Number((match[7] ?? '0').padEnd(3, '0'))
  const asUtc = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, ms)
  const back = new Date(asUtc)
  // Date.UTC rolls 31 February over: what comes back must be what was typed.
  if (back.getUTCMonth() + 1 !== month || back.getUTCDate() !== day || (hour ?? 0) > 23) return null
  // The offset depends on the instant that is sought: two rounds settle it on either side of a clock change.
  const first = asUtc - zoneOffsetMs(asUtc, zone)
  return asUtc - zoneOffsetMs(first, zone)
}

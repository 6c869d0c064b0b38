import type { LongLogical } from './avro-node'

/** What ISO 8601 says in four digits of year. */
const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z')
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z')
const DAY_MS = 86_400_000

/** Units a second, and digits after the point. */
const PRECISION = { millis: 3, micros: 6, nanos: 9 } as const

/** Two's complement, big-endian, as decimal digits with `scale` of them after the point: exact whatever its size. */
export function decimalText(bytes: Buffer, scale: number): string {
  if (bytes.length === 0) return scale === 0 ? '0' : `0.${'0'.repeat(scale)}`
  const raw = BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`))
  const digits = (raw < 0n ? -raw : raw).toString().padStart(scale + 1, '0')
  const sign = raw < 0n ? '-' : ''
  if (scale === 0) return sign + digits
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** Days since 1970 as `2026-11-21`; null for what no calendar says. */
export function dateText(days: number): string | null {
  const ms = days * DAY_MS
  return ms >= FIRST_MS && ms <= LAST_MS ? new Date(ms).toISOString().slice(0, 10) : null
}

/** A time of day; null when it is none. */
export function timeText(value: number | bigint, unit: 'millis' | 'micros'): string | null {
  const perDay = unit === 'millis' ? DAY_MS : DAY_MS * 1000
  if (typeof value === 'bigint' || value < 0 || value >= perDay) return null
  return instantText(BigInt(value), unit)?.slice(11) ?? null
}

/** A timestamp in UTC with all its digits, `Z` where it is an instant; null outside the years 0 to 9999. */
export function timestampText(value: number | bigint, logical: LongLogical): string | null {
  if (logical === 'time-micros') return timeText(value, 'micros')
  const unit = logical.endsWith('millis') ? 'millis' : logical.endsWith('micros') ? 'micros' : 'nanos'
  const text = instantText(BigInt(value), unit)
  if (text === null) return null
  return logical.startsWith('local-') ? text : `${text}Z`
}

function instantText(value: bigint, unit: keyof typeof PRECISION): string | null {
  const digits = PRECISION[unit]
  const perSecond = 10n ** BigInt(digits)
  let seconds = value / perSecond
  let rest = value % perSecond
  if (rest < 0n) {
    rest += perSecond
    seconds -= 1n
  }
  const ms = Number(seconds) * 1000
  if (!(ms >= FIRST_MS && ms <= LAST_MS)) return null
  return `${new Date(ms).toISOString().slice(0, 19)}.${rest.toString().padStart(digits, '0')}`
}

/** Avro's duration: three unsigned little-endian counts. */
export function durationText(bytes: Buffer): string {
  const [months, days, ms] = [bytes.readUInt32LE(0), bytes.readUInt32LE(4), bytes.readUInt32LE(8)]
  const seconds = `${Math.floor(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}`
  return `P${months}M${days}DT${seconds}S`
}

/** 16 bytes as `6f1c9c3e-4f4e-4b1a-9a3e-0d8d3a1f2b7c`. */
export function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex', 0, 16)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

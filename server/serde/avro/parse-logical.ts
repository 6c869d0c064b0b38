import type { LongLogical } from './avro-node'

const DECIMAL = /^([+-]?)(\d{1,2000})(?:\.(\d{0,1000}))?(?:[eE]([+-]?\d{1,4}))?$/

/**
 * A decimal's digits as two's complement, big-endian; null for what is none or has more digits than `scale`
 * after the point.
 */
export function bytesOfDecimal(text: string, scale: number): Buffer | null {
  const match = DECIMAL.exec(text.trim())
  if (!match) return null
  const fraction = match[3] ?? ''
  const shift = scale - fraction.length + Number(match[4] ?? 0)
  if (shift > 3000) return null
  let unscaled = BigInt(`${match[2]}${fraction}`)
  if (shift >= 0) unscaled *= 10n ** BigInt(shift)
  else {
    const divisor = 10n ** BigInt(-shift)
    if (unscaled % divisor !== 0n) return null
    unscaled /= divisor
  }
  return twosComplement(match[1] === '-' ? -unscaled : unscaled)
}

function twosComplement(value: bigint): Buffer {
  let bytes = 1
  while (BigInt.asIntN(bytes * 8, value) !== value) bytes++
  const hex = BigInt.asUintN(bytes * 8, value)
    .toString(16)
    .padStart(bytes * 2, '0')
  return Buffer.from(hex, 'hex')
}

const DATE = /^\d{4}-\d\d-\d\d$/
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?$/
const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?$/

/** Text as `logical.ts` shows it (and ISO 8601 with a zone) as the number Avro stores; null for what is none. */
export function unitsOfTime(text: string, logical: LongLogical | 'date' | 'time-millis'): bigint | null {
  if (logical === 'date') {
    const ms = DATE.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
    return Number.isNaN(ms) ? null : BigInt(Math.round(ms / 86_400_000))
  }
  const digits = logical.endsWith('millis') ? 3 : logical.endsWith('micros') ? 6 : 9
  if (logical === 'time-millis' || logical === 'time-micros') {
    const match = TIME.exec(text)
    if (!match) return null
    const [hours, minutes, seconds] = [Number(match[1]), Number(match[2]), Number(match[3])]
    if (hours > 23 || minutes > 59 || seconds > 59) return null
    return withFraction(BigInt(hours * 3600 + minutes * 60 + seconds), match[4], digits)
  }
  const match = INSTANT.exec(text)
  if (!match) return null
  // A local time has no zone, an instant must have one.
  if (logical.startsWith('local-') !== (match[3] === undefined)) return null
  const ms = Date.parse(`${match[1]}${match[3] ?? 'Z'}`)
  return Number.isNaN(ms) ? null : withFraction(BigInt(ms / 1000), match[2], digits)
}

/** null when digits would be lost. */
function withFraction(seconds: bigint, fraction = '', digits: number): bigint | null {
  if (/[1-9]/.test(fraction.slice(digits))) return null
  return seconds * 10n ** BigInt(digits) + BigInt(fraction.slice(0, digits).padEnd(digits, '0') || '0')
}

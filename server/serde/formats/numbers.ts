import type { DecoderName } from '@/lib/contracts/serdes'
import { jsonFloat, jsonNumber } from '../text-out'

type NumberFormat = { bytes: number; read(bytes: Buffer): number | bigint; float?: 'single' | 'double' }

/**
 * Fixed-width numbers as Java's and most other serialisers write them (big-endian), and as C programs do
 * (little-endian).
 */
const NUMBERS: Partial<Record<DecoderName, NumberFormat>> = {
  'int16-be': { bytes: 2, read: bytes => bytes.readInt16BE(0) },
  'int16-le': { bytes: 2, read: bytes => bytes.readInt16LE(0) },
  'int32-be': { bytes: 4, read: bytes => bytes.readInt32BE(0) },
  'int32-le': { bytes: 4, read: bytes => bytes.readInt32LE(0) },
  'int64-be': { bytes: 8, read: bytes => bytes.readBigInt64BE(0) },
  'int64-le': { bytes: 8, read: bytes => bytes.readBigInt64LE(0) },
  'float32-be': { bytes: 4, read: bytes => bytes.readFloatBE(0), float: 'single' },
  'float32-le': { bytes: 4, read: bytes => bytes.readFloatLE(0), float: 'single' },
  'float64-be': { bytes: 8, read: bytes => bytes.readDoubleBE(0), float: 'double' },
  'float64-le': { bytes: 8, read: bytes => bytes.readDoubleLE(0), float: 'double' },
}

export function numberFormat(name: DecoderName): NumberFormat | undefined {
  return NUMBERS[name]
}

/** The digits of a number: integers whole, floats in their shortest form that reads back the same. */
export function numberText(format: NumberFormat, bytes: Buffer): string {
  const value = format.read(bytes)
  if (typeof value === 'bigint' || !format.float) return String(value)
  if (!Number.isFinite(value)) return String(value)
  return format.float === 'single' ? jsonFloat(value) : jsonNumber(value)
}

/** As data for filters: integers as bigint. */
export function numberValue(format: NumberFormat, bytes: Buffer): bigint | number {
  const value = format.read(bytes)
  return format.float || typeof value === 'bigint' ? value : BigInt(value)
}

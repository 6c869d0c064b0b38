import { wrong } from './encode-error'
import { ExactNumber, type SerdeValue } from './serde-value'

/** How JSON of Avro and of Protobuf writes the numbers that JSON has none for. */
const SPECIAL: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}

/** A value as a float or a double, however it was given. Throws EncodeError. */
function fractionOf(value: SerdeValue | undefined, path: string): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof ExactNumber) return Number(value.text)
  const special = typeof value === 'string' && Object.hasOwn(SPECIAL, value) ? SPECIAL[value] : undefined
  if (special === undefined) throw wrong(path, 'a number', value)
  return special
}

/** The same in little endian, as both formats have it. */
export function fractionBytes(size: 4 | 8, value: SerdeValue | undefined, path: string): Buffer {
  const bytes = Buffer.alloc(size)
  const number = fractionOf(value, path)
  if (size === 4) bytes.writeFloatLE(number)
  else bytes.writeDoubleLE(number)
  return bytes
}

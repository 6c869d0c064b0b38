import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { DecodeError } from './decode-error'

/** What a compressed value may become: beyond that it is shown as it is, with the reason. */
const INFLATED_MAX = 32 * 1024 * 1024

export type Compression = 'gzip' | 'zstd'

/** The compression that the first bytes name: RFC 1952's 1f 8b 08, RFC 8878's 28 b5 2f fd; null for none. */
export function compressionOf(bytes: Buffer): Compression | null {
  if (bytes.length < 8) return null
  if (bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8) return 'gzip'
  return bytes.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : null
}

/** Bytes that may still be opened for one answer; less than none is left when the last one was larger. */
export type InflateAllowance = { left: number }

/**
 * What was compressed. Throws DecodeError for broken data, for what grows beyond 32 MiB, and where nothing is
 * left of the allowance: kilobytes can become gigabytes.
 */
export function unwrap(wrapping: Compression, bytes: Buffer, allowance?: InflateAllowance): Buffer {
  const about = { format: wrapping }
  if (allowance && allowance.left <= 0)
    throw new DecodeError(`the ${wrapping} data was not opened in this list`, 'INFLATE_SPENT', about)
  const options = { maxOutputLength: INFLATED_MAX }
  let size = INFLATED_MAX
  try {
    const inside = wrapping === 'gzip' ? gunzipSync(bytes, options) : zstdDecompressSync(bytes, options)
    size = inside.length
    return inside
  } catch (error) {
    throw error instanceof RangeError
      ? new DecodeError(`the ${wrapping} data grows beyond 32 MiB`, 'INFLATED_TOO_LARGE', about)
      : new DecodeError(`the ${wrapping} data inside is broken`, 'INFLATE_FAILED', about)
  } finally {
    if (allowance) allowance.left -= size
  }
}

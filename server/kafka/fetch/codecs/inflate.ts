import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { BatchInfo } from '../../port'
import { CorruptBatch } from '../corrupt-batch'
import { lz4Decompress } from './lz4'
import { snappyDecompress } from './snappy'

export type Compression = BatchInfo['compression']

const COMPRESSIONS: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

/**
 * Kafka's codec by its number, the lowest three bits of a batch's attributes; null for 5, 6 and 7, which
 * nobody has given a meaning.
 */
export function compressionOf(attributes: number): Compression | null {
  return COMPRESSIONS[attributes & 7] ?? null
}

/** Decompresses the records of a batch into at most `maxBytes`. Throws CorruptBatch for broken data and for bombs. */
export function inflate(compression: Compression, input: Buffer, maxBytes: number): Buffer {
  switch (compression) {
    case 'none':
      return input
    case 'snappy':
      return guarded('snappy', () => snappyDecompress(input, maxBytes))
    case 'lz4':
      return guarded('lz4', () => lz4Decompress(input, maxBytes))
    case 'gzip':
      return guarded('gzip', () => gunzipSync(input, { maxOutputLength: maxBytes }))
    case 'zstd':
      return guarded('zstd', () => zstdDecompressSync(input, { maxOutputLength: maxBytes }))
  }
}

function guarded(name: string, run: () => Buffer): Buffer {
  try {
    return run()
  } catch (error) {
    if (error instanceof CorruptBatch)
      throw error.fault === 'structure' ? new CorruptBatch(error.message, 'compression') : error
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
    throw new CorruptBatch(`${name}: ${code}`, code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'compression')
  }
}

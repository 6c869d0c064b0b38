import { CorruptBatch } from '../corrupt-batch'

/** More than `maxBytes` when decompressed: a bomb, or a batch beyond our limit. */
export const tooLarge = (maxBytes: number) =>
  new CorruptBatch(`more than ${maxBytes} bytes when decompressed`, 'too-large')

/**
 * A growing buffer with a hard end: what a codec writes into. Exceeding the end means a bomb, or a batch
 * beyond our limit.
 */
export class OutputBuffer {
  bytes: Buffer
  length = 0
  readonly maxBytes: number

  constructor(expectedBytes: number, maxBytes: number) {
    this.maxBytes = maxBytes
    this.bytes = Buffer.allocUnsafeSlow(Math.min(Math.max(expectedBytes, 1024), maxBytes))
  }

  /**
   * Makes room for up to `more` bytes: as much of it as the limit allows. Throws CorruptBatch when there is
   * no room left at all.
   */
  reserve(more: number): void {
    const wanted = Math.min(this.length + more, this.maxBytes)
    if (more > 0 && wanted === this.length) throw tooLarge(this.maxBytes)
    if (wanted <= this.bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.min(this.maxBytes, Math.max(wanted, this.bytes.length * 2)))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
  }

  append(from: Buffer, start: number, end: number): void {
    const length = end - start
    this.reserve(length)
    if (this.length + length > this.bytes.length) throw tooLarge(this.maxBytes)
    from.copy(this.bytes, this.length, start, end)
    this.length += length
  }

  done(): Buffer {
    return this.bytes.subarray(0, this.length)
  }
}

/**
 * Copies `length` bytes from `back` bytes before `to`; they overlap when the run repeats. The caller has
 * checked both ends.
 */
export function repeat(bytes: Uint8Array, to: number, back: number, length: number): number {
  const end = to + length
  if (length > 64 && back >= length) bytes.copyWithin(to, to - back, end - back)
  else for (let at = to; at < end; at++) bytes[at] = bytes[at - back] ?? 0
  return end
}

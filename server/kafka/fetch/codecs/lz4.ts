import { CorruptBatch } from '../corrupt-batch'
import { OutputBuffer, repeat } from './output-buffer'

const MAGIC = 0x184d2204
/** The upper 28 bits of the magic numbers of frames that hold no data. */
const SKIPPABLE = 0x184d2a5
const BLOCK_BYTES_MAX = [0, 0, 0, 0, 65_536, 262_144, 1_048_576, 4_194_304]

/**
 * LZ4 frames (github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md), one after another, into at most `maxBytes`.
 * Own because the wasm codec has no cap on its output and loses memory at each corrupt batch (docs/adr).
 * Frame checksums are not read: the batch's CRC covers them, and old Kafka clients wrote wrong ones
 * (KAFKA-3160). Throws CorruptBatch.
 */
export function lz4Decompress(input: Buffer, maxBytes: number): Buffer {
  const out = new OutputBuffer(input.length * 4, maxBytes)
  let at = 0
  while (at < input.length) {
    if (input.length - at < 8) throw new CorruptBatch('lz4: frame too short')
    const magic = input.readUInt32LE(at)
    if (magic === MAGIC) at = readFrame(input, at + 4, out)
    else if (magic >>> 4 === SKIPPABLE) at += 8 + input.readUInt32LE(at + 4)
    else throw new CorruptBatch('lz4: not a frame')
  }
  return out.done()
}

function readFrame(input: Buffer, from: number, out: OutputBuffer): number {
  const flags = input[from] ?? 0
  if (flags >>> 6 !== 1) throw new CorruptBatch('lz4: unknown frame version')
  const blockBytesMax = BLOCK_BYTES_MAX[((input[from + 1] ?? 0) >>> 4) & 7] ?? 0
  if (blockBytesMax === 0) throw new CorruptBatch('lz4: unknown block size')
  let at = from + 3 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0)
  const blockTail = flags & 0x10 ? 4 : 0
  for (;;) {
    if (at + 4 > input.length) throw new CorruptBatch('lz4: no end mark')
    const size = input.readUInt32LE(at)
    at += 4
    if (size === 0) return at + (flags & 0x04 ? 4 : 0)
    const length = size & 0x7fffffff
    if (at + length > input.length) throw new CorruptBatch('lz4: block beyond the end')
    if (size >>> 31) out.append(input, at, at + length)
    else readBlock(input, at, at + length, out, blockBytesMax)
    at += length + blockTail
  }
}

/** Sequences of literals and back references; the output is one buffer, so linked blocks reach back by themselves. */
function readBlock(input: Buffer, from: number, end: number, out: OutputBuffer, blockBytesMax: number): void {
  out.reserve(Math.min(blockBytesMax, (end - from) * 255))
  const bytes = out.bytes
  const limit = Math.min(bytes.length, out.length + blockBytesMax)
  let to = out.length
  let at = from
  while (at < end) {
    const token = input[at++] ?? 0
    let literals = token >>> 4
    if (literals === 15) {
      let more = 255
      while (more === 255) {
        if (at >= end) throw new CorruptBatch('lz4: ends inside a length')
        more = input[at++] ?? 0
        literals += more
      }
    }
    if (literals > end - at || literals > limit - to) throw new CorruptBatch('lz4: literals beyond the end')
    if (literals < 24) for (let i = 0; i < literals; i++) bytes[to++] = input[at++] ?? 0
    else {
      bytes.set(input.subarray(at, at + literals), to)
      to += literals
      at += literals
    }
    if (at === end) break
    if (end - at < 2) throw new CorruptBatch('lz4: ends inside an offset')
    const back = (input[at] ?? 0) | ((input[at + 1] ?? 0) << 8)
    at += 2
    let length = (token & 15) + 4
    if (length === 19) {
      let more = 255
      while (more === 255) {
        if (at >= end) throw new CorruptBatch('lz4: ends inside a length')
        more = input[at++] ?? 0
        length += more
      }
    }
    if (back === 0 || back > to || length > limit - to) throw new CorruptBatch('lz4: reference out of range')
    to = repeat(bytes, to, back, length)
  }
  out.length = to
}

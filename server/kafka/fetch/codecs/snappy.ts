import { CorruptBatch } from '../corrupt-batch'
import { OutputBuffer, repeat, tooLarge } from './output-buffer'

const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])

/**
 * Snappy (github.com/google/snappy/blob/main/format_description.txt), raw as librdkafka writes it or in the frame of
 * snappy-java ("xerial") as Java and kafkajs do, into at most `maxBytes`. Own for the reasons of lz4.ts.
 * Throws CorruptBatch.
 */
export function snappyDecompress(input: Buffer, maxBytes: number): Buffer {
  const out = new OutputBuffer(input.length * 3, maxBytes)
  if (!input.subarray(0, 8).equals(XERIAL)) {
    readBlock(input, 0, input.length, out)
    return out.done()
  }
  let at = 16
  while (at < input.length) {
    if (at + 4 > input.length) throw new CorruptBatch('snappy: ends inside a length')
    const length = input.readUInt32BE(at)
    at += 4
    if (length > input.length - at) throw new CorruptBatch('snappy: block beyond the end')
    readBlock(input, at, at + length, out)
    at += length
  }
  return out.done()
}

function readBlock(input: Buffer, from: number, end: number, out: OutputBuffer): void {
  let at = from
  let size = 0
  for (let scale = 1; ; scale *= 128) {
    if (at >= end || scale > 2 ** 28) throw new CorruptBatch('snappy: bad length')
    const byte = input[at++] ?? 0
    size += (byte & 0x7f) * scale
    if (byte < 0x80) break
  }
  // Three bytes of input make 64 of output at best: a greater promise is a lie and must not be allocated.
  if (size > (end - at) * 22 + 64) throw new CorruptBatch('snappy: bad length')
  if (size > out.maxBytes - out.length) throw tooLarge(out.maxBytes)
  if (size > 0) out.reserve(size)
  const start = out.length
  const limit = start + size
  const bytes = out.bytes
  let to = start
  while (at < end) {
    const tag = input[at++] ?? 0
    const kind = tag & 3
    if (kind === 0) {
      let length = tag >>> 2
      if (length >= 60) {
        const width = length - 59
        if (end - at < width) throw new CorruptBatch('snappy: ends inside a length')
        length = input.readUIntLE(at, width)
        at += width
      }
      length++
      if (length > end - at || length > limit - to) throw new CorruptBatch('snappy: literals beyond the end')
      if (length < 24) for (let i = 0; i < length; i++) bytes[to++] = input[at++] ?? 0
      else {
        bytes.set(input.subarray(at, at + length), to)
        to += length
        at += length
      }
      continue
    }
    const width = kind === 1 ? 1 : kind === 2 ? 2 : 4
    if (end - at < width) throw new CorruptBatch('snappy: ends inside an offset')
    let back = input[at] ?? 0
    let length = (tag >>> 2) + 1
    if (kind === 1) {
      back |= (tag >>> 5) << 8
      length = ((tag >>> 2) & 7) + 4
    } else if (kind === 2) back |= (input[at + 1] ?? 0) << 8
    else back = input.readUInt32LE(at)
    at += width
    if (back === 0 || back > to - start || length > limit - to)
      throw new CorruptBatch('snappy: reference out of range')
    to = repeat(bytes, to, back, length)
  }
  if (to !== limit) throw new CorruptBatch('snappy: length does not match')
  out.length = to
}

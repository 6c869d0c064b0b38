import type { OutgoingRecord, PackedRecord, RecordHeader, RecordSpans } from '../port'
import { VARINT_BYTES_MAX, varintBytes, writeVarint } from './varint'

const CHUNK_BYTES = 1024 * 1024
/** Up to here, as names and most header values are, a loop is quicker than a call that copies. */
const SHORT_BYTES = 32

type Blob = Uint8Array | null
const NOTHING = Buffer.alloc(0)

/**
 * Lays out keys, values and headers as a batch of format 2 holds them
 * (https://kafka.apache.org/documentation/#recordbatch), one after the other in large chunks: no object a part,
 * nothing copied that is not written. `reset` gives the chunks to the next records; those packed before must have
 * been written by then.
 */
export class RecordPacker {
  readonly #chunks: Buffer[] = []
  #open = -1
  #bytes: Buffer = NOTHING
  #at = 0

  pack(record: OutgoingRecord): PackedRecord {
    const from = this.#room(
      blobBytesMax(record.key) + blobBytesMax(record.value) + headersBytesMax(record.headers),
    )
    this.#blob(record.key)
    this.#blob(record.value)
    return this.#end(record.partition, record.timestampMs, record.headers, from)
  }

  /** A record of a log once more, with other headers: its key and value are copied from where they stand. */
  repack(
    body: RecordSpans,
    record: Pick<OutgoingRecord, 'headers' | 'partition' | 'timestampMs'>,
  ): PackedRecord {
    const { bytes, keyAt, keyBytes, valueAt, valueBytes } = body
    const length = Math.max(0, keyBytes) + Math.max(0, valueBytes) + 2 * VARINT_BYTES_MAX
    const from = this.#room(length + headersBytesMax(record.headers))
    this.#span(bytes, keyAt, keyBytes)
    this.#span(bytes, valueAt, valueBytes)
    return this.#end(record.partition, record.timestampMs, record.headers, from)
  }

  /** Key and value are texts, there are no headers. */
  packText(record: { key: string; value: string; partition: number; timestampMs: number }): PackedRecord {
    const { key, value, partition, timestampMs } = record
    const from = this.#room(3 * (key.length + value.length) + 3 * VARINT_BYTES_MAX)
    this.#text(key)
    this.#text(value)
    return this.#end(partition, timestampMs, NO_HEADERS, from)
  }

  reset(): void {
    this.#open = -1
    this.#bytes = NOTHING
    this.#at = 0
  }

  /** Makes sure that so many bytes fit in one piece; answers where they begin. */
  #room(bytes: number): number {
    if (this.#bytes.length - this.#at >= bytes) return this.#at
    this.#at = 0
    if (bytes > CHUNK_BYTES) {
      // Of one large record; not kept for others.
      this.#bytes = Buffer.allocUnsafeSlow(bytes)
      return 0
    }
    this.#open += 1
    const chunk = this.#chunks[this.#open] ?? Buffer.allocUnsafeSlow(CHUNK_BYTES)
    this.#chunks[this.#open] = chunk
    this.#bytes = chunk
    return 0
  }

  #end(partition: number, timestampMs: number, headers: readonly RecordHeader[], from: number): PackedRecord {
    this.#at = writeVarint(this.#bytes, this.#at, headers.length)
    for (const { name, value } of headers) {
      this.#blob(name)
      this.#blob(value)
    }
    return { partition, timestampMs, bytes: this.#bytes, from, to: this.#at }
  }

  #blob(blob: Blob): void {
    if (blob === null) this.#at = writeVarint(this.#bytes, this.#at, -1)
    else this.#copy(blob, 0, blob.length)
  }

  #span(bytes: Buffer, at: number, length: number): void {
    if (length < 0) this.#at = writeVarint(this.#bytes, this.#at, -1)
    else this.#copy(bytes, at, length)
  }

  #copy(from: Uint8Array, at: number, length: number): void {
    const to = this.#bytes
    const start = writeVarint(to, this.#at, length)
    if (length <= SHORT_BYTES) for (let i = 0; i < length; i++) to[start + i] = from[at + i] ?? 0
    else if (at === 0 && length === from.length) to.set(from, start)
    else to.set(from.subarray(at, at + length), start)
    this.#at = start + length
  }

  #text(text: string): void {
    // Of plain text, as nearly all is, the bytes are as many as the letters: written where they then stand.
    const start = this.#at + varintBytes(text.length)
    const length = this.#bytes.write(text, start, 'utf8')
    const moved = this.#at + varintBytes(length)
    if (moved !== start) this.#bytes.copyWithin(moved, start, start + length)
    writeVarint(this.#bytes, this.#at, length)
    this.#at = moved + length
  }
}

const NO_HEADERS: readonly RecordHeader[] = []

const blobBytesMax = (blob: Blob) => VARINT_BYTES_MAX + (blob?.length ?? 0)

function headersBytesMax(headers: readonly RecordHeader[]): number {
  let bytes = VARINT_BYTES_MAX
  for (const { name, value } of headers) bytes += 2 * VARINT_BYTES_MAX + name.length + (value?.length ?? 0)
  return bytes
}

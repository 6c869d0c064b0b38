import type { BatchInfo, LogRecord, RecordHeader, RecordSpans } from '../port'
import { ByteCursor } from './byte-cursor'

/** Where the parts of a record lie in the bytes of its batch; a length below 0 is null. All checked before. */
export type RecordLayout = {
  offsetDelta: number
  timestampMs: number
  keyAt: number
  keyBytes: number
  valueAt: number
  valueBytes: number
  headersAt: number
  headerCount: number
}

/** What the records of one batch share. */
export type RecordHome = {
  partition: number
  batch: BatchInfo
  body: Buffer
  timestampType: LogRecord['timestampType']
}

const NO_NAME = Buffer.alloc(0)

/** The last name at each place: records of a topic carry the same ones, and a Buffer costs more than to compare. */
const lastNames: Buffer[] = []
const PLACES_MAX = 64
const NAME_BYTES_MAX = 256

function isAt(bytes: Buffer, at: number, name: Buffer): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return false
  return true
}

/**
 * A record that is cut out of its batch only where somebody looks: a page shows 50 of the thousands that a
 * fetch brings. Its Buffers are views.
 */
export class LazyRecord implements LogRecord {
  readonly #home: RecordHome
  readonly #layout: RecordLayout

  constructor(home: RecordHome, layout: RecordLayout) {
    this.#home = home
    this.#layout = layout
  }

  get partition(): number {
    return this.#home.partition
  }

  get offset(): bigint {
    return this.#home.batch.baseOffset + BigInt(this.#layout.offsetDelta)
  }

  get timestampMs(): number {
    return this.#layout.timestampMs
  }

  get timestampType(): LogRecord['timestampType'] {
    return this.#layout.timestampMs === -1 ? 'NoTimestamp' : this.#home.timestampType
  }

  get key(): Buffer | null {
    return this.#slice(this.#layout.keyAt, this.#layout.keyBytes)
  }

  get value(): Buffer | null {
    return this.#slice(this.#layout.valueAt, this.#layout.valueBytes)
  }

  get headers(): RecordHeader[] {
    if (this.#layout.headerCount === 0) return []
    const cursor = new ByteCursor(this.#home.body, this.#layout.headersAt)
    const headers: RecordHeader[] = []
    for (let place = 0; place < this.#layout.headerCount; place++)
      headers.push({ name: this.#nextName(cursor, place), value: this.#next(cursor) })
    return headers
  }

  get body(): RecordSpans {
    const { keyAt, keyBytes, valueAt, valueBytes } = this.#layout
    return { bytes: this.#home.body, keyAt, keyBytes, valueAt, valueBytes }
  }

  get batch(): BatchInfo {
    return this.#home.batch
  }

  #nextName(cursor: ByteCursor, place: number): Buffer {
    const length = cursor.varint()
    const { at } = cursor
    if (length > 0) cursor.skip(length)
    const { body } = this.#home
    const last = lastNames[place]
    if (last?.length === length && isAt(body, at, last)) return last
    const name = this.#slice(at, length) ?? NO_NAME
    if (place < PLACES_MAX && length <= NAME_BYTES_MAX) lastNames[place] = Buffer.from(name)
    return name
  }

  #next(cursor: ByteCursor): Buffer | null {
    const length = cursor.varint()
    const at = cursor.at
    if (length > 0) cursor.skip(length)
    return this.#slice(at, length)
  }

  #slice(at: number, length: number): Buffer | null {
    return length < 0 ? null : this.#home.body.subarray(at, at + length)
  }
}

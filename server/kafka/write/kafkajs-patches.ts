/**
 * Two cures for kafkajs 2.2.4 (no release since 2023), for every client of this process, whoever loaded it first:
 * headers as an ordered list, byte for byte (its own are an object: no duplicates in order, no null, no
 * binary names), and a request queue that sleeps when there is nothing to send (stock: some 900 wake-ups a
 * second and connection).
 */
import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import 'kafkajs'
import type { RecordHeader } from '../port'

/** What a patched message may carry as `headers`. */
export type OrderedHeaders = readonly RecordHeader[]

type Encoder = {
  writeInt8(n: number): Encoder
  writeVarLong(n: number): Encoder
  writeVarInt(n: number): Encoder
  writeVarIntBytes(bytes: Buffer | null | undefined): Encoder
  writeEncoder(inner: Encoder): Encoder
  size(): number
}
type KafkaJsRecord = {
  offsetDelta?: number
  timestampDelta?: number
  key?: Buffer | null
  value?: Buffer | null
  headers?: unknown
}
type RecordEncoder = (record: KafkaJsRecord) => Encoder
type RequestQueue = {
  pending: unknown[]
  throttledUntil: number
  throttleCheckTimeoutId: NodeJS.Timeout | null
  checkPendingRequests(): void
  scheduleCheckPendingRequests(): void
}

const PATCHED = Symbol.for('milena.kafkajs-patched')
const RECORD = 'protocol/recordBatch/record/v0/index.js'
const FULL_QUEUE_MS = 10

let patched = false

/**
 * Patches the one kafkajs that this process has loaded; again is nothing. Looked up in Node's module cache,
 * since a bundler may give the package another name or place. Throws when kafkajs is not as it was in 2.2.4.
 */
export function patchKafkaJs(): void {
  if (patched) return
  const require = createRequire(import.meta.url)
  const src = sourceFolder(require)
  const inside = createRequire(`${src}${sep}index.js`)
  orderHeaders(inside, src)
  calmQueue(inside)
  patched = true
}

function sourceFolder(require: NodeJS.Require): string {
  const index = Object.keys(require.cache).find(file =>
    /[\\/]kafkajs[^\\/]*[\\/]src[\\/]index\.js$/.test(file),
  )
  if (index === undefined) throw new Error('kafkajs is not in the module cache')
  return dirname(index)
}

function orderHeaders(inside: NodeJS.Require, src: string): void {
  const file = inside.resolve(`./${RECORD}`)
  const original = inside(file) as RecordEncoder & { [PATCHED]?: true }
  const cached = inside.cache[file]
  if (!cached || typeof original !== 'function') throw new Error('kafkajs has another record encoder')
  if (original[PATCHED]) return
  const EncoderClass = inside('./protocol/encoder.js') as new () => Encoder
  const encode: RecordEncoder = record => {
    const { headers } = record
    if (!isOrdered(headers)) return original(record)
    const body = new EncoderClass()
      .writeInt8(0)
      .writeVarLong(record.timestampDelta ?? 0)
      .writeVarInt(record.offsetDelta ?? 0)
      .writeVarIntBytes(record.key)
      .writeVarIntBytes(record.value)
      .writeVarInt(headers.length)
    for (const { name, value } of headers) body.writeVarIntBytes(name).writeVarIntBytes(value)
    return new EncoderClass().writeVarInt(body.size()).writeEncoder(body)
  }
  cached.exports = Object.assign(encode, { [PATCHED]: true })
  // Produce requests that are loaded already hold the old encoder; kafkajs requires them anew at the next send.
  const requests = `${src}${sep}protocol${sep}requests${sep}produce${sep}`
  for (const loaded of Object.keys(inside.cache)) {
    if (loaded.startsWith(requests) && /[\\/]v\d+[\\/]request\.js$/.test(loaded)) delete inside.cache[loaded]
  }
}

function isOrdered(headers: unknown): headers is OrderedHeaders {
  return Array.isArray(headers)
}

function calmQueue(inside: NodeJS.Require): void {
  const queue = inside('./network/requestQueue/index.js') as { prototype: RequestQueue }
  if (typeof queue.prototype.scheduleCheckPendingRequests !== 'function')
    throw new Error('kafkajs has another request queue')
  queue.prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue) {
    if (this.throttleCheckTimeoutId) return
    let delayMs = this.throttledUntil - Date.now()
    if (this.pending.length > 0) delayMs = delayMs > 0 ? delayMs : FULL_QUEUE_MS
    // Nothing waits and nothing is throttled: the next request or answer looks at the queue itself.
    else if (!(delayMs > 0)) return
    this.throttleCheckTimeoutId = setTimeout(() => {
      this.throttleCheckTimeoutId = null
      this.checkPendingRequests()
    }, delayMs)
  }
}

import { type Message, Partitioners, type PartitionMetadata, type Producer } from 'kafkajs'
import { partitionsOf } from './company/topics.ts'

/** Records a request: large enough to be quick, small enough for a batch a partition below a megabyte. */
const FLUSH_RECORDS = 6_000

export interface PastRecord {
  key: string
  value: string | null
  headers: NonNullable<Message['headers']>
  atMs: number
  /** Otherwise by the key, as any producer does. */
  partition?: number
}

const partitioner = Partitioners.DefaultPartitioner()

const metadata = new Map<string, PartitionMetadata[]>()

function metadataOf(topic: string): PartitionMetadata[] {
  const known = metadata.get(topic)
  if (known) return known
  const made = Array.from({ length: partitionsOf(topic) }, (_, partitionId) => ({
    partitionId,
    leader: 1,
    partitionErrorCode: 0,
    replicas: [1],
    isr: [1],
  }))
  metadata.set(topic, made)
  return made
}

/** Where kafkajs (and Java) put a key. */
const partitionFor = (topic: string, key: string): number =>
  partitioner({ topic, partitionMetadata: metadataOf(topic), message: { key, value: null } })

/**
 * Writes many records of the past in their order. The topics must be new, since the next offsets are counted
 * here, and the producer idempotent: a request that is sent again must not write again.
 */
export class BulkWriter {
  readonly #producer: Producer
  readonly #waiting = new Map<string, Message[]>()
  readonly #sending = new Map<string, Promise<unknown>>()
  readonly #ends = new Map<string, number[]>()

  constructor(producer: Producer) {
    this.#producer = producer
  }

  /** How many records each partition of the topic has. */
  endsOf(topic: string): number[] {
    const known = this.#ends.get(topic)
    if (known) return known
    const ends = new Array<number>(partitionsOf(topic)).fill(0)
    this.#ends.set(topic, ends)
    return ends
  }

  /** Takes a record and answers where it will be. */
  async add(topic: string, record: PastRecord): Promise<{ partition: number; offset: number }> {
    const { key, value, headers, atMs, partition = partitionFor(topic, key) } = record
    const ends = this.endsOf(topic)
    const offset = ends[partition] ?? 0
    ends[partition] = offset + 1
    const waiting = this.#waiting.get(topic) ?? []
    waiting.push({ key, value, headers, partition, timestamp: String(atMs) })
    this.#waiting.set(topic, waiting)
    if (waiting.length >= FLUSH_RECORDS) await this.#flush(topic)
    return { partition, offset }
  }

  /** One request a topic at a time keeps the order; the next one is made up meanwhile. */
  async #flush(topic: string): Promise<void> {
    const messages = this.#waiting.get(topic) ?? []
    this.#waiting.set(topic, [])
    await this.#sending.get(topic)
    if (messages.length === 0) return
    const sending = this.#producer.send({ topic, messages, acks: -1 })
    sending.catch(() => undefined) // told at the next flush
    this.#sending.set(topic, sending)
  }

  /** Topics that were written to. */
  topics(): string[] {
    return [...this.#ends.keys()]
  }

  async end(): Promise<void> {
    for (const topic of this.#waiting.keys()) await this.#flush(topic)
    await Promise.all(this.#sending.values())
  }
}

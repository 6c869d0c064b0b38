import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Message } from '@/lib/contracts/messages'
import type { LogRecord } from '@/server/kafka/port'
import { wantedBy } from '@/server/schemas/open-serde'
import { decodeRecord } from '@/server/serde/decode-record'
import type { InflateAllowance } from '@/server/serde/inflate-inside'
import { MAX_TEXT_BYTES, RecordSerde } from '@/server/serde/record-serde'
import type { Hit } from './scan/scan-types'
import type { Serdes } from './serdes-of'

const NOTHING = Buffer.alloc(0)
/** So long at most nobody else is answered, but for one record's own time. */
const TURN_MS = 10
/** Of the values of one answer that were compressed, so many bytes are opened: 64 MiB stand in the words. */
const INFLATED_BYTES = 64 * 1024 * 1024

/** Bytes of text that a `preview` of the contract stands for. */
export const textBytes = (preview: number) => (preview === 0 ? MAX_TEXT_BYTES : preview)

/** How much of a record is shown: `preview` bytes of each text, 0 for all that is ever shown; so many headers. */
export type ShownLimits = { preview: number; headerLimit?: number | undefined }

/** Hits as the contract has them, each topic read by its serde; asks for schemas as they come up. */
export class HitDecoder {
  readonly #serdes: Serdes
  readonly #limits: { maxTextBytes: number; maxHeaders: number | undefined }
  readonly #byTopic: Map<string, RecordSerde>

  constructor(serdes: Serdes, { preview, headerLimit }: ShownLimits) {
    this.#serdes = serdes
    this.#limits = { maxTextBytes: textBytes(preview), maxHeaders: headerLimit }
    this.#byTopic = new Map(serdes.plans.map(plan => [plan.topic, new RecordSerde(plan)]))
  }

  /** Hits that are answered together. */
  async decode(hits: readonly Hit[]): Promise<Message[]> {
    const messages: Message[] = []
    for await (const { message } of this.each(hits, { left: INFLATED_BYTES })) messages.push(message)
    return messages
  }

  /** One by one, so that nobody has to hold them all; compressed values are opened as far as `inflate` goes. */
  async *each(
    hits: readonly Hit[],
    inflate?: InflateAllowance,
  ): AsyncGenerator<{ message: Message; record: LogRecord }, void, void> {
    const records = hits.map(toRecord)
    for (const [topic, serde] of this.#byTopic) {
      const mine = this.#byTopic.size === 1 ? records : records.filter((_, i) => hits[i]?.topic === topic)
      await this.#prepare(topic, serde, mine)
    }
    let begunMs = performance.now()
    for (const [i, record] of records.entries()) {
      yield { message: this.#show(hits[i]?.topic ?? '', record, inflate), record }
      begunMs = await this.#turn(begunMs)
    }
  }

  /** Records of one topic that are answered together. */
  async page(topic: string, records: readonly LogRecord[]): Promise<Message[]> {
    const serde = this.#byTopic.get(topic)
    if (serde) await this.#prepare(topic, serde, records)
    const inflate = { left: INFLATED_BYTES }
    const messages: Message[] = []
    let begunMs = performance.now()
    for (const record of records) {
      messages.push(this.#show(topic, record, inflate))
      begunMs = await this.#turn(begunMs)
    }
    return messages
  }

  /** Who reads this topic's records; knows the schemas of what was decoded. */
  serdeOf(topic: string): RecordSerde | undefined {
    return this.#byTopic.get(topic)
  }

  async #prepare(topic: string, serde: RecordSerde, records: readonly LogRecord[]): Promise<void> {
    const wanted = wantedBy(serde, records)
    if (wanted.length > 0) serde.learn(await this.#serdes.schemasOf(topic, wanted))
  }

  #show(topic: string, record: LogRecord, inflate: InflateAllowance | undefined): Message {
    return decodeRecord(record, { serde: this.#byTopic.get(topic), ...this.#limits, inflate })
  }

  /** Lets others be answered when that is due. */
  async #turn(begunMs: number): Promise<number> {
    if (performance.now() - begunMs < TURN_MS) return begunMs
    await nextTurn()
    return performance.now()
  }
}

/** What came from a worker as a record again; its Buffers are windows over the very same memory. */
function toRecord(hit: Hit): LogRecord {
  const { partition, offset, timestampMs, timestampType, batch } = hit
  return {
    partition,
    offset,
    timestampMs,
    timestampType,
    batch,
    key: asBuffer(hit.key),
    value: asBuffer(hit.value),
    headers: hit.headers.map(({ name, value }) => ({
      name: asBuffer(name) ?? NOTHING,
      value: asBuffer(value),
    })),
  }
}

function asBuffer(bytes: Uint8Array | null): Buffer | null {
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

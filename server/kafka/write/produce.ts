import { type ICustomPartitioner, Kafka, type Message, type Producer, type RecordMetadata } from 'kafkajs'
import { AppError } from '@/lib/errors'
import { partitionKey } from '@/lib/partition-key'
import type { CallOptions, PlacedRecord, ProduceRecord, ProduceResult } from '../port'
import type { Connections } from '../protocol/connections'
import { type Scope, within } from '../protocol/deadline'
import { produceError } from './answer-codes'
import { patchKafkaJs } from './kafkajs-patches'
import { Turns } from './turns'

export interface RecordProducer {
  /** One record, as a run of one. */
  produce(topic: string, record: PlacedRecord, options?: CallOptions): Promise<ProduceResult>
  /**
   * Records to one partition as one batch, idempotent, acknowledged by all in-sync replicas: all of them are written,
   * or none. TOPIC_UNKNOWN, PARTITION_UNKNOWN and LEADER_UNAVAILABLE before anything is sent, also when those before
   * them in their partition took too long; a broker's refusal as such; a lost answer is OUTCOME_UNKNOWN and never
   * sent again.
   */
  produceRun(
    topic: string,
    partition: number,
    records: readonly ProduceRecord[],
    options?: CallOptions,
  ): Promise<ProduceResult[]>
  close(): Promise<void>
}

type Stamped = ProduceRecord & { timestampMs: number }
type Run = { topic: string; partition: number; stamped: readonly Stamped[] }

const SEND_MS = 15_000
const BROKER_WAIT_MS = 8_000
const IDLE_MS = 60_000

/**
 * kafkajs's producer for what people write by hand: connects at the first record, leaves after a minute
 * without any.
 */
export function createProducer(connections: Connections, now: () => number): RecordProducer {
  let current: Promise<Producer> | null = null
  /** What each producer was asked to write to. */
  const topicsOf = new WeakMap<Promise<Producer>, Set<string>>()
  // kafkajs gives a record the sequence number of one whose answer it has not heard: the broker then takes either
  // for the other, and what kafkajs sends again after that is written twice. So each partition has one at a time.
  const turns = new Turns()
  let idle: NodeJS.Timeout | undefined
  let closed = false

  const leave = async (leaving = current) => {
    if (leaving === current) {
      clearTimeout(idle)
      current = null
    }
    await leaving?.then(producer => producer.disconnect()).catch(() => undefined)
  }

  const connect = async (): Promise<Producer> => {
    patchKafkaJs()
    const producer = new Kafka(connections.kafkaJsOptions()).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: onlyKnownPartitions,
      // kafkajs demands one at least; with its sequence number the broker knows the repetition for what it is.
      retry: { retries: 1, initialRetryTime: 100 },
    })
    await producer.connect()
    return producer
  }

  const send = async (
    by: Promise<Producer>,
    { topic, partition, stamped }: Run,
  ): Promise<ProduceResult[]> => {
    let producer: Producer
    try {
      producer = await by
    } catch (error) {
      void leave(by)
      // Nothing was sent: the port's own connection says it best.
      await connections.control()
      throw new AppError('CLUSTER_UNREACHABLE', { cause: error })
    }
    try {
      const answers = await producer.send({
        topic,
        acks: -1,
        timeout: BROKER_WAIT_MS,
        messages: stamped.map(record => toMessage(record, partition)),
      })
      return placed(answers, { topic, partition, stamped })
    } catch (error) {
      // Its sequence numbers may be off now: the next record gets a producer of its own.
      void leave(by)
      throw produceFailure(error, topic, partition)
    }
  }

  return {
    async produce(topic, { partition, ...record }, options) {
      const [placed] = await this.produceRun(topic, partition, [record], options)
      if (!placed) throw outcomeUnknown(topic, partition)
      return placed
    },
    async produceRun(topic, partition, records, options) {
      if (closed) throw new AppError('SHUTTING_DOWN')
      const where = { topic, partition }
      const call = { signal: options?.signal, timeoutMs: options?.timeoutMs ?? SEND_MS }
      // kafkajs drops a record for a partition that does not exist without a word.
      await connections.leaderOf(topic, partition, { ...call, maxAgeMs: 0 })
      const endTurn = await turns
        .take(partitionKey(where), { ...call, timeoutMs: 2 * call.timeoutMs })
        .catch(error => {
          if (error instanceof AppError && error.code === 'CANCELLED') throw error
          throw new AppError('LEADER_UNAVAILABLE', { params: where, cause: error })
        })
      clearTimeout(idle)
      const nowMs = now()
      const stamped = records.map(record => ({ ...record, timestampMs: record.timestampMs ?? nowMs }))
      let by = current
      let work: Promise<unknown> | undefined
      let isNew = false
      const attempt = () => {
        current ??= connect()
        by = current
        const topics = topicsOf.get(by) ?? new Set()
        isNew = !topics.has(topic)
        topicsOf.set(by, topics.add(topic))
        return send(by, { topic, partition, stamped })
      }
      // kafkajs asks for every topic that this producer wrote to: one that is gone since keeps a record from
      // another one. Unsent, if that one is new to it: it asks before; a producer of its own knows only this topic.
      // Else it may have asked because an answer was lost.
      const sent = ({ signal }: Scope) =>
        attempt().catch(error => {
          if (error instanceof NeverSent && !signal.aborted) return attempt()
          if (!(error instanceof AppError) || error.code !== 'TOPIC_UNKNOWN') throw error
          if (!isNew) throw outcomeUnknown(topic, partition, error)
          if (signal.aborted) throw error
          return attempt()
        })
      try {
        return await within(call, scope => {
          const sending = sent(scope)
          work = sending
          return sending
        })
      } catch (error) {
        // What waits for an answer that does not come would hold up the next record too.
        if (error instanceof AppError && error.code === 'TIMED_OUT' && by) {
          void leave(by)
          work = undefined
        }
        if (error instanceof NeverSent) throw new AppError('LEADER_UNAVAILABLE', { params: where })
        if (error instanceof AppError && (error.code === 'TIMED_OUT' || error.code === 'CANCELLED'))
          throw outcomeUnknown(topic, partition, error)
        throw error
      } finally {
        // Whoever waits no longer may have left a record behind that this producer still sends.
        if (work) work.then(endTurn, endTurn)
        else endTurn()
        clearTimeout(idle)
        idle = setTimeout(() => void leave(), IDLE_MS).unref()
      }
    },
    async close() {
      closed = true
      await leave()
    },
  }
}

/** A record for a partition that this producer's metadata does not have yet: a producer of its own asks anew. */
class NeverSent extends Error {}

/**
 * kafkajs knows only the partitions that there were when it asked last, and leaves out a record for another one
 * without a word. Refused here, before anything is sent; once a record passed, its answer may be lost.
 */
const onlyKnownPartitions: ICustomPartitioner = () => {
  const passed = new WeakSet<Message>()
  return ({ topic, partitionMetadata, message }) => {
    const { partition = -1 } = message
    if (partitionMetadata.some(one => one.partitionId === partition)) {
      passed.add(message)
      return partition
    }
    if (passed.has(message)) throw new Error(`${topic}/${partition} is not known any more`)
    throw new NeverSent()
  }
}

const outcomeUnknown = (topic: string, partition: number, cause?: unknown) =>
  new AppError('OUTCOME_UNKNOWN', { params: { topic, partition }, cause })

function toMessage(record: Stamped, partition: number): Message {
  return {
    partition,
    key: record.key,
    value: record.value,
    // An ordered list is what our patch of kafkajs takes; its types know objects only.
    headers: record.headers as unknown as NonNullable<Message['headers']>,
    timestamp: String(record.timestampMs),
  }
}

function placed(answers: RecordMetadata[], { topic, partition, stamped }: Run): ProduceResult[] {
  const answer = answers.find(one => one.topicName === topic && one.partition === partition)
  if (answer?.baseOffset === undefined) throw outcomeUnknown(topic, partition)
  const base = BigInt(answer.baseOffset)
  const appendedMs = Number(answer.logAppendTime ?? -1)
  return stamped.map(({ timestampMs }, i) => ({
    partition,
    offset: base + BigInt(i),
    timestampMs: appendedMs >= 0 ? appendedMs : timestampMs,
  }))
}

/** Codes by which a broker says "not written"; after a time-out or too few replicas it may be written all the same. */
const IN_DOUBT: ReadonlySet<number> = new Set([7, 13, 20])

/** kafkajs wraps its errors in one another; the first one with a Kafka code decides. */
function produceFailure(thrown: unknown, topic: string, partition: number): AppError | NeverSent {
  if (thrown instanceof AppError) return thrown
  const unknown = outcomeUnknown(topic, partition, thrown)
  let error = thrown
  for (let depth = 0; depth < 5 && error instanceof Error; depth++) {
    if (error instanceof NeverSent) return error
    if ('type' in error && 'code' in error && typeof error.code === 'number' && error.code > 0)
      return IN_DOUBT.has(error.code) ? unknown : produceError(error.code, topic, partition, null)
    error = 'cause' in error ? error.cause : undefined
  }
  return unknown
}

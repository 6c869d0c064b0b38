import { randomBytes } from 'node:crypto'
import { CompressionTypes, Kafka, logLevel, type Message, Partitioners, type Producer } from 'kafkajs'
import { patchKafkaJs } from '../server/kafka/write/kafkajs-patches.ts'

/** A topic that is one journey's alone, written by a client that is not Milena's. */
export interface OwnTopic {
  name: string
  /** Writes records in their order; answers the offset of the first. */
  write(...records: Message[]): Promise<string>
  /** Writes one record so many times, compressed: much to read that is little to keep. */
  repeat(record: Message, times: number): Promise<void>
  /** Writes records in a transaction that stays open until it is ended. */
  begin(...records: Message[]): Promise<OpenTransaction>
}

export interface OpenTransaction {
  write(...records: Message[]): Promise<void>
  commit(): Promise<void>
  abort(): Promise<void>
}

const BATCH_RECORDS = 100

/** Makes a topic of one partition that takes records of up to 32 MiB, lends it, and lets the connections go. */
export async function withOwnTopic<T>(
  bootstrap: string,
  about: string,
  use: (topic: OwnTopic) => Promise<T>,
): Promise<T> {
  patchKafkaJs()
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
  const name = `e2e.${about}.${randomBytes(4).toString('hex')}`
  const admin = kafka.admin()
  const usual = { allowAutoTopicCreation: false, createPartitioner: Partitioners.DefaultPartitioner }
  const producer: Producer = kafka.producer(usual)
  const writers: Producer[] = []
  try {
    await Promise.all([admin.connect(), producer.connect()])
    const configEntries = [{ name: 'max.message.bytes', value: String(32 * 1024 * 1024) }]
    await admin.createTopics({
      topics: [{ topic: name, numPartitions: 1, configEntries }],
      waitForLeaders: true,
    })
    return await use({
      name,
      write: async (...messages) => {
        const [placed] = await producer.send({ topic: name, messages })
        return placed?.baseOffset ?? ''
      },
      repeat: async (record, times) => {
        for (let left = times; left > 0; left -= BATCH_RECORDS) {
          const messages = Array.from({ length: Math.min(left, BATCH_RECORDS) }, () => record)
          await producer.send({ topic: name, messages, compression: CompressionTypes.GZIP })
        }
      },
      begin: async (...messages) => {
        const transactionalId = `${name}-${writers.length}`
        const writer = kafka.producer({ ...usual, transactionalId, maxInFlightRequests: 1, idempotent: true })
        writers.push(writer)
        await writer.connect()
        const transaction = await writer.transaction()
        const write = async (...records: Message[]) =>
          void (await transaction.send({ topic: name, messages: records }))
        await write(...messages)
        return { write, commit: () => transaction.commit(), abort: () => transaction.abort() }
      },
    })
  } finally {
    await Promise.all([admin, producer, ...writers].map(one => one.disconnect()))
  }
}

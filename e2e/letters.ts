import { type Admin, Kafka, logLevel } from 'kafkajs'
import { patchKafkaJs } from '../server/kafka/write/kafkajs-patches.ts'

patchKafkaJs()

/** A letter as Spring's recoverer writes it; what is left out stands in no header. */
export interface Letter {
  value: string | Buffer
  exception?: string
  message?: string
  headers?: Record<string, string>
}

/** Letters that are one journey's alone: their topic, its origin, and the group that failed. */
export interface Letters {
  origin: string
  topic: string
  group: string
  /** All that were written at first, as an address names them. */
  records: string
  write(...letters: Letter[]): Promise<void>
  withAdmin(use: (admin: Admin) => Promise<unknown>): Promise<void>
}

const int64 = (n: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(n))
  return bytes
}

/** A topic of one partition, and its dead-letter topic with these letters in it. */
export async function makeLetters(bootstrap: string, first: readonly Letter[]): Promise<Letters> {
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
  const origin = `order.order-service.chosen-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`
  const [topic, group] = [`${origin}-dlt`, `${origin}-group`]
  let written = 0
  const write = async (...letters: Letter[]) => {
    const producer = kafka.producer({ allowAutoTopicCreation: false })
    const messages = letters.map(({ value, exception, message, headers }, at) => ({
      key: `k-${written + at}`,
      value,
      headers: {
        'kafka_dlt-original-topic': origin,
        'kafka_dlt-original-partition': Buffer.alloc(4),
        'kafka_dlt-original-offset': int64(written + at),
        'kafka_dlt-original-consumer-group': group,
        ...(exception === undefined ? {} : { 'kafka_dlt-exception-fqcn': exception }),
        ...(message === undefined ? {} : { 'kafka_dlt-exception-message': message }),
        tenant: 'kr',
        ...headers,
      },
    }))
    await producer.connect()
    try {
      await producer.send({ topic, messages })
    } finally {
      await producer.disconnect()
    }
    written += letters.length
  }
  const withAdmin = async (use: (admin: Admin) => Promise<unknown>) => {
    const admin = kafka.admin()
    await admin.connect()
    try {
      await use(admin)
    } finally {
      await admin.disconnect()
    }
  }
  const topics = [origin, topic].map(name => ({ topic: name, numPartitions: 1 }))
  await withAdmin(admin => admin.createTopics({ topics, waitForLeaders: true }))
  await write(...first)
  return { origin, topic, group, records: `0:${first.map((_, n) => n).join(',')}`, write, withAdmin }
}

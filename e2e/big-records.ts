import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { patchKafkaJs } from '../server/kafka/write/kafkajs-patches.ts'

const MESSAGE_BYTES_MAX = 32 * 1024 * 1024

/** Values that freeze a page which lays them out on its main thread, by the name that is their key. */
export const BIG_VALUES = {
  /** 10 MB of objects with 64-bit ids. */
  objects: () =>
    JSON.stringify(
      Array.from({ length: 60_000 }, (_, i) => ({
        id: '@@',
        sku: `SKU-${i}`,
        name: '한빛 상점의 상품 이름, 조금 길게',
        tags: ['a', 'b', 'c'],
        price: { amount: i, currency: 'KRW' },
      })),
    ).replaceAll('"@@"', '9007199254740993'),
  line: () => `one line ${'x'.repeat(2 * 1024 * 1024)}`,
  array: () => `[${Array.from({ length: 1_000_000 }, (_, i) => i).join(',')}]`,
  deep: () => `${'['.repeat(10_000)}1${']'.repeat(10_000)}`,
  headers: () => '{"headers": 5000}',
} as const
export type BigValue = keyof typeof BIG_VALUES

/** Writes one record of each kind into a new topic of one partition; answers their offsets. */
export async function writeBigRecords(bootstrap: string, topic: string): Promise<Record<BigValue, string>> {
  patchKafkaJs()
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  try {
    await Promise.all([admin.connect(), producer.connect()])
    const configEntries = [{ name: 'max.message.bytes', value: String(MESSAGE_BYTES_MAX) }]
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }], waitForLeaders: true })
    const offsets: Partial<Record<BigValue, string>> = {}
    for (const [name, make] of Object.entries(BIG_VALUES)) {
      const headers =
        name === 'headers'
          ? Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`header-${i}`, `value ${i}`]))
          : {}
      const [placed] = await producer.send({ topic, messages: [{ key: name, value: make(), headers }] })
      offsets[name as BigValue] = placed?.baseOffset ?? ''
    }
    return offsets as Record<BigValue, string>
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()])
  }
}

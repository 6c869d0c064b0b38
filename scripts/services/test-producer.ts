import { Kafka, logLevel, type Message, Partitioners, type Producer } from 'kafkajs'
import { patchKafkaJs } from '../../server/kafka/write/kafkajs-patches.ts'
import { kafkaBootstrap } from './in-test.ts'

/**
 * A kafkajs producer on the run's broker: what the product's own writer did not write is a second opinion.
 * Disconnect it.
 */
export async function connectTestProducer(transactionalId?: string): Promise<Producer> {
  patchKafkaJs() // stock, its queue sets timers of -1.8e12 ms, and Node warns of each
  const kafka = new Kafka({ brokers: [kafkaBootstrap()], logLevel: logLevel.NOTHING })
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    ...(transactionalId && { transactionalId, idempotent: true, maxInFlightRequests: 1 }),
  })
  await producer.connect()
  return producer
}

/** Sends messages with a producer of their own. */
export async function sendMessages(topic: string, messages: Message[]): Promise<void> {
  const producer = await connectTestProducer()
  await producer.send({ topic, messages }).finally(() => producer.disconnect())
}

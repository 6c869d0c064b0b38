import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs'
import { kafkaBootstrap } from './in-test.ts'

/** A kafkajs producer on the run's broker: what the product's own writer did not write is a second opinion. Disconnect it. */
export async function connectTestProducer(transactionalId?: string): Promise<Producer> {
  const kafka = new Kafka({ brokers: [kafkaBootstrap()], logLevel: logLevel.NOTHING })
  const producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    ...(transactionalId && { transactionalId, idempotent: true, maxInFlightRequests: 1 }),
  })
  await producer.connect()
  return producer
}

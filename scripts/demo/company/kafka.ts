import { setTimeout as sleep } from 'node:timers/promises'
import {
  type EachMessagePayload,
  Kafka,
  type KafkaMessage,
  logLevel,
  Partitioners,
  type Producer,
} from 'kafkajs'
import { patchKafkaJs } from '../../../server/kafka/write/kafkajs-patches.ts'
import type { Headers } from './headers.ts'
import type { Journal } from './journal.ts'
import type { Random } from './random.ts'
import type { ServiceName, World } from './world.ts'

/** What every service of the company is given. */
export interface Company {
  brokers: string[]
  world: World
  journal: Journal
  random: Random
}

/** Something that runs until it is told to stop. */
export interface Running {
  stop(): Promise<void>
}

/** A client as a team would set it up; it says only what went wrong. */
export function kafkaClient(clientId: string, brokers: string[]): Kafka {
  patchKafkaJs()
  return new Kafka({
    clientId,
    brokers,
    connectionTimeout: 5_000,
    retry: { initialRetryTime: 200, maxRetryTime: 5_000, retries: 12 },
    logLevel: logLevel.ERROR,
    logCreator:
      () =>
      ({ log, namespace }) => {
        const { message, error } = log as { message: string; error?: string }
        // What a broker answers while it gets ready is tried again; it is told when trying ends.
        if (message.startsWith('Response ')) return
        process.stderr.write(`${clientId} ${namespace}: ${message}${error ? ` (${error})` : ''}\n`)
      },
  })
}

export const companyProducer = (kafka: Kafka, options: { idempotent?: boolean } = {}): Producer =>
  kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    ...options,
  })

export interface Outgoing {
  topic: string
  key: string | Buffer | null
  value: string | Buffer | null
  headers: Headers
  partition?: number
}

/** Publishes one record and answers where it is. */
export async function publish(producer: Producer, { topic, ...message }: Outgoing) {
  const [sent] = await producer.send({ topic, acks: -1, messages: [message] })
  if (sent?.errorCode !== 0) throw new Error(`${topic} did not take the record`)
  return { topic, partition: sent.partition, offset: sent.baseOffset ?? '0' }
}

/** The headers of a record that was read, ready to be written again. kafkajs reads an absent value as undefined. */
export function headersOf(message: KafkaMessage): Headers {
  const headers: Headers = {}
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    if (value === undefined) continue
    headers[name] = Array.isArray(value) ? value.map(one => Buffer.from(one)) : Buffer.from(value)
  }
  return headers
}

const TURN_MS = 200

/**
 * Waits for this service's next free slot. In short turns, so that the group hears from it and a new pace
 * counts at once.
 */
async function keepPace(world: World, service: ServiceName, heartbeat: () => Promise<void>): Promise<void> {
  let perSecond = world.paceOf(service)
  let slotMs = world.takeSlot(service, Date.now())
  while (slotMs > Date.now()) {
    await sleep(Math.min(TURN_MS, slotMs - Date.now()))
    await heartbeat()
    if (world.paceOf(service) === perSecond) continue
    perSecond = world.paceOf(service)
    slotMs = world.takeSlot(service, Date.now())
  }
}

export interface ServicePlan {
  name: ServiceName
  group: string
  topic: string
  /** How many members its group has. */
  members?: number
  handle(payload: EachMessagePayload): Promise<void>
}

/**
 * Runs the members of a group. A handler that throws stops the group at that record: it must dead-letter what
 * it can't do.
 */
export async function consume(company: Company, plan: ServicePlan): Promise<Running> {
  const { name, group, topic, members = 1, handle } = plan
  const consumers = Array.from({ length: members }, (_, index) =>
    kafkaClient(`${group}-${index + 1}`, company.brokers).consumer({
      groupId: group,
      sessionTimeout: 10_000,
      heartbeatInterval: 2_000,
      maxWaitTimeInMs: 300,
      allowAutoTopicCreation: false,
    }),
  )
  await Promise.all(
    consumers.map(async consumer => {
      await consumer.connect()
      await consumer.subscribe({ topics: [topic], fromBeginning: true })
      await consumer.run({
        autoCommitInterval: 1_000,
        partitionsConsumedConcurrently: 3,
        eachMessage: async payload => {
          await keepPace(company.world, name, payload.heartbeat)
          await handle(payload)
        },
      })
    }),
  )
  return {
    stop: async () => {
      await Promise.all(consumers.map(consumer => consumer.disconnect()))
    },
  }
}

import { connect } from 'node:net'
import { join } from 'node:path'
import { SetupError, say } from '../lib/say.ts'
import { startKafka } from '../services/kafka.ts'
import { ensureKafkaReady } from '../services/kafka-node.ts'
import { hasDocker, startDockerKafka } from './docker-kafka.ts'

/** Where the demo's Kafka comes from. */
export interface KafkaSource {
  brokers: string[]
  /** Nobody else uses it. */
  ours: boolean
  stop(): Promise<void>
  /** Null while it runs, or when it isn't ours to know. */
  ended(): string | null
}

/** `host:port,host:port` of KAFKA_BROKERS; null when it isn't set. */
export function brokersOf(value: string | undefined): string[] | null {
  const brokers = (value ?? '')
    .split(',')
    .map(one => one.trim())
    .filter(Boolean)
  const wrong = brokers.find(one => !/^(\[[\da-fA-F:]+\]|[\w.-]+):\d{1,5}$/.test(one))
  if (wrong)
    throw new SetupError(`KAFKA_BROKERS wants host:port, or several with commas; "${wrong}" is not one.`)
  return brokers.length > 0 ? brokers : null
}

const KNOCK_MS = 5_000

const answersAt = (broker: string) =>
  new Promise<boolean>(resolve => {
    const colon = broker.lastIndexOf(':')
    const host = broker.slice(0, colon).replace(/^\[|\]$/g, '')
    const socket = connect({ host, port: Number(broker.slice(colon + 1)), timeout: KNOCK_MS })
    const end = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.once('timeout', () => end(false))
  })

/**
 * Is anybody at one of these addresses? A client of Kafka would try for most of a minute before it says so.
 * Throws SetupError.
 */
export async function knockAt(brokers: readonly string[]): Promise<void> {
  const answers = await Promise.all(brokers.map(answersAt))
  if (!answers.includes(true))
    throw new SetupError(
      `Nothing answers at ${brokers.join(',')}: start that Kafka, or correct KAFKA_BROKERS, or leave it out for a Kafka of the demo's own.`,
    )
}

/** Own jars first; without Java or Maven a Docker engine; without that, the sentence that says what is missing. */
async function chooseEngine(): Promise<'java' | 'docker'> {
  try {
    await ensureKafkaReady()
    return 'java'
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    if (await hasDocker()) {
      say('kafka', 'Java or Maven is missing; Docker runs Kafka instead')
      return 'docker'
    }
    throw new SetupError(
      `${error.message}\nOr start a Docker engine, or name a Kafka of your own: KAFKA_BROKERS=host:port npm run demo`,
    )
  }
}

const isRunning = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** A broker of ours on this port, its data below `home`. */
export async function startOwnKafka(home: string, port: number, fresh: boolean): Promise<KafkaSource> {
  const brokers = [`127.0.0.1:${port}`]
  if ((await chooseEngine()) === 'docker') {
    const { stop } = await startDockerKafka(port, fresh)
    return { brokers, ours: true, stop, ended: () => null }
  }
  const kafka = await startKafka({ dir: join(home, 'kafka'), port, heapMiB: 512 })
  return {
    brokers,
    ours: true,
    stop: () => kafka.stop(),
    ended: () => (isRunning(kafka.pid) ? null : `see ${kafka.logFile}`),
  }
}

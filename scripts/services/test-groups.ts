import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection, findCoordinatorV6, offsetCommitV9 } from '@platformatic/kafka'
import { Kafka, logLevel } from 'kafkajs'
import { patchKafkaJs } from '../../server/kafka/write/kafkajs-patches.ts'
import { kafkaBootstrap } from './in-test.ts'
import { ensureJava } from './java.ts'
import { ensureKafkaJars } from './kafka-jars.ts'

/** kafkajs on the run's broker, or another: for consumers and for what only an admin client does. */
export function testKafka(bootstrap = kafkaBootstrap()): Kafka {
  patchKafkaJs() // as in connectTestProducer
  return new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
}

interface CommittedPartition {
  partitionIndex: number
  committedOffset: bigint
  committedLeaderEpoch: number
  committedMetadata: string | null
}

export interface Committer {
  /** Commits as a program that never joins the group. */
  commit(
    group: string,
    offsets: readonly [topic: string, partition: number, offset: number | bigint][],
  ): Promise<void>
  close(): Promise<void>
}

/**
 * Commits offsets, many a second, on one connection to each of these brokers; the group's coordinator must be
 * one of them. Close it.
 */
export async function connectCommitter(bootstrap = kafkaBootstrap()): Promise<Committer> {
  const connections = await Promise.all(
    bootstrap.split(',').map(async address => {
      const [host = '', port = ''] = address.split(':')
      const connection = new Connection('test-committer')
      // A broker that a test kills; who is asked next hears of it.
      connection.on('error', () => undefined)
      await connection.connect(host, Number(port))
      return connection
    }),
  )
  return {
    async commit(group, offsets) {
      const topics = new Map<string, CommittedPartition[]>()
      for (const [name, partitionIndex, offset] of offsets) {
        const partitions = topics.get(name) ?? []
        topics.set(name, partitions)
        const committedOffset = BigInt(offset)
        partitions.push({
          partitionIndex,
          committedOffset,
          committedLeaderEpoch: -1,
          committedMetadata: null,
        })
      }
      const request = [...topics].map(([name, partitions]) => ({ name, partitions }))
      const send = (connection: Connection) =>
        offsetCommitV9.api.async(connection, group, -1, '', null, request).then(() => undefined)
      const [first] = connections
      // The first to ask makes the broker create its topic of offsets.
      if (first) await findCoordinatorV6.api.async(first, 0, [group]).catch(() => undefined)
      // Brokers that do not coordinate the group refuse; a new coordinator refuses while it loads.
      for (let attempt = 1; ; attempt++) {
        try {
          return await Promise.any(connections.map(send))
        } catch (error) {
          if (attempt === 50) throw error
          await sleep(200)
        }
      }
    },
    async close() {
      await Promise.all(connections.map(connection => connection.close()))
    },
  }
}

const CONSUMERS = {
  classic: ['org.apache.kafka.tools.consumer.ConsoleConsumer', '--from-beginning'],
  consumer: [
    'org.apache.kafka.tools.consumer.ConsoleConsumer',
    '--from-beginning',
    '--command-property',
    'group.protocol=consumer',
  ],
  share: ['org.apache.kafka.tools.consumer.ConsoleShareConsumer'],
} as const

export interface JavaConsumer {
  readonly child: ChildProcess
  /** Lines that it printed: the values it read. */
  readonly lines: string[]
  stop(): Promise<void>
}

/** Kafka's own console consumer as a member of a group of that type: what a Java service is to the broker. */
export async function startJavaConsumer(
  type: keyof typeof CONSUMERS,
  group: string,
  topic: string,
  bootstrap = kafkaBootstrap(),
  properties: Record<string, string> = {},
): Promise<JavaConsumer> {
  const [java, jars] = await Promise.all([ensureJava(), ensureKafkaJars()])
  const [main, ...more] = CONSUMERS[type]
  const flags = ['-Xmx96m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
  const child = spawn(
    java.command,
    [
      ...flags,
      `-Dlog4j2.configurationFile=${jars.logConfig}`,
      `@${jars.argFile}`,
      main,
      ...['--bootstrap-server', bootstrap, '--topic', topic, '--group', group],
      ...more,
      ...Object.entries(properties).flatMap(([name, value]) => ['--command-property', `${name}=${value}`]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const lines: string[] = []
  child.stdout
    ?.setEncoding('utf8')
    .on('data', (text: string) => lines.push(...text.split('\n').filter(Boolean)))
  let complaints = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-2000)
  })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  child.once('exit', code => {
    if (code) lines.push(`exit ${code}: ${complaints}`)
  })
  return {
    child,
    lines,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { Connection, offsetCommitV9 } from '@platformatic/kafka'
import { Kafka, logLevel } from 'kafkajs'
import { kafkaBootstrap } from './in-test.ts'
import { ensureJava } from './java.ts'
import { ensureKafkaJars } from './kafka-jars.ts'

/** kafkajs on the run's broker, or another: for consumers and for what only an admin client does. */
export function testKafka(bootstrap = kafkaBootstrap()): Kafka {
  return new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
}

export interface Committer {
  /** Commits as a program that never joins the group (a broker of one node: every coordinator is there). */
  commit(group: string, offsets: readonly [topic: string, partition: number, offset: number][]): Promise<void>
  close(): Promise<void>
}

/** Commits offsets on one connection, many a second. Close it. */
export async function connectCommitter(bootstrap = kafkaBootstrap()): Promise<Committer> {
  const [host = '', port = ''] = bootstrap.split(':')
  const connection = new Connection('test-committer')
  await connection.connect(host, Number(port))
  return {
    async commit(group, offsets) {
      const topics = new Map<string, { partitionIndex: number; committedOffset: bigint }[]>()
      for (const [topic, partitionIndex, offset] of offsets) {
        const partitions = topics.get(topic) ?? []
        topics.set(topic, partitions)
        partitions.push({ partitionIndex, committedOffset: BigInt(offset) })
      }
      await offsetCommitV9.api.async(
        connection,
        group,
        -1,
        '',
        null,
        [...topics].map(([name, partitions]) => ({
          name,
          partitions: partitions.map(one => ({ ...one, committedLeaderEpoch: -1, committedMetadata: null })),
        })),
      )
    },
    close: () => connection.close(),
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

import { type ChildProcess, spawn } from 'node:child_process'
import { Kafka, logLevel } from 'kafkajs'
import { patchKafkaJs } from '../../server/kafka/write/kafkajs-patches.ts'
import { type Committer, openCommitter } from './committer.ts'
import { kafkaBootstrap } from './in-test.ts'
import { CONSOLE_CONSUMER, kafkaTool } from './kafka-tool.ts'

export type { Committer } from './committer.ts'

/** kafkajs on the run's broker, or another: for consumers and for what only an admin client does. */
export function testKafka(bootstrap = kafkaBootstrap()): Kafka {
  patchKafkaJs() // as in connectTestProducer
  return new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
}

/** `openCommitter` on the run's broker, or others. Close it. */
export function connectCommitter(bootstrap = kafkaBootstrap()): Promise<Committer> {
  return openCommitter(bootstrap)
}

const CONSUMERS = {
  classic: [CONSOLE_CONSUMER, '--from-beginning'],
  consumer: [CONSOLE_CONSUMER, '--from-beginning', '--command-property', 'group.protocol=consumer'],
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
  const [main, ...more] = CONSUMERS[type]
  const tool = await kafkaTool(main)
  const child = spawn(
    tool.command,
    [
      ...tool.args,
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

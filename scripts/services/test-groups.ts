import { type ChildProcess, spawn } from 'node:child_process'
import { AssignerProtocol, Kafka, logLevel, type PartitionAssigner } from 'kafkajs'
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

/** A bad assignor: of each topic the first member has all but the last partition, the second that one, others none. */
export const hoardingAssigner: PartitionAssigner = ({ cluster }) => ({
  name: 'hoarding',
  version: 1,
  protocol: ({ topics }) => ({
    name: 'hoarding',
    metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: Buffer.alloc(0) }),
  }),
  assign: async ({ members, topics }) => {
    const shareOf = (place: number, topic: string) => {
      const all = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId)
      all.sort((a, b) => a - b)
      if (members.length === 1) return all
      return [all.slice(0, -1), all.slice(-1)][place] ?? []
    }
    return members
      .map(({ memberId }) => memberId)
      .sort()
      .map((memberId, place) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          ...{ version: 1, userData: Buffer.alloc(0) },
          assignment: Object.fromEntries(topics.map(topic => [topic, shareOf(place, topic)])),
        }),
      }))
  },
})

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

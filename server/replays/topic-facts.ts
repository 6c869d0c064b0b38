import type { ConfigValue, KafkaCluster } from '@/server/kafka/port'

/** What a replay must know of a topic. Limits that nobody told are null: not checked, the broker will. */
export type TopicFacts = {
  topic: string
  topicId: string
  partitions: number
  compacted: boolean
  maxMessageBytes: number | null
  logAppendTime: boolean
  /** `message.timestamp.{before,after}.max.ms` (KIP-937). */
  timestampBeforeMaxMs: number | null
  timestampAfterMaxMs: number | null
  /** -1: never. */
  retentionMs: number | null
}

export type TopicLook = TopicFacts | 'missing' | 'denied'

const NAMES = [
  'cleanup.policy',
  'max.message.bytes',
  'message.timestamp.type',
  'message.timestamp.before.max.ms',
  'message.timestamp.after.max.ms',
  'retention.ms',
]

/** Facts of topics by name, asked together. Throws only when the cluster as a whole does not answer. */
export async function lookAtTopics(
  cluster: KafkaCluster,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, TopicLook>> {
  if (topics.length === 0) return new Map()
  const resources = topics.map(name => ({ type: 'topic' as const, name }))
  const [metadata, configs] = await Promise.all([
    cluster.metadata({ topics: [...topics], maxAgeMs: 0, signal }),
    cluster.describeConfigs(resources, { names: NAMES, signal }),
  ])
  const values = new Map(
    configs.map(({ resource, answer }) => [resource.name, answer.ok ? answer.value : []]),
  )
  return new Map(
    topics.map((topic): [string, TopicLook] => {
      const answer = metadata.topics.get(topic)
      if (answer?.ok) {
        const { topicId, partitions } = answer.value
        return [topic, toFacts(topic, topicId, partitions.length, values.get(topic) ?? [])]
      }
      return [topic, answer?.problem.code === 'CLUSTER_DENIED' ? 'denied' : 'missing']
    }),
  )
}

function toFacts(
  topic: string,
  topicId: string,
  partitions: number,
  configs: readonly ConfigValue[],
): TopicFacts {
  const textOf = (name: string) => configs.find(one => one.name === name)?.value ?? null
  const numberOf = (name: string) => {
    const value = textOf(name)
    return value === null || !/^-?\d{1,19}$/.test(value) ? null : Number(value)
  }
  return {
    topic,
    topicId,
    partitions,
    compacted: (textOf('cleanup.policy') ?? '').split(',').some(part => part.trim() === 'compact'),
    maxMessageBytes: numberOf('max.message.bytes'),
    logAppendTime: textOf('message.timestamp.type') === 'LogAppendTime',
    timestampBeforeMaxMs: numberOf('message.timestamp.before.max.ms'),
    timestampAfterMaxMs: numberOf('message.timestamp.after.max.ms'),
    retentionMs: numberOf('retention.ms'),
  }
}

import { readTopicMeta, type TopicMeta } from '@/server/catalogue/topic-meta'
import type { Context } from '@/server/context'
import type { ConfigValue, KafkaCluster, TopicMetadata } from '@/server/kafka/port'
import { PART_MS, readTopic, topicError } from '@/server/topics/read-topic'

export type TopicSettings = {
  metadata: TopicMetadata
  replicationFactor: number
  brokers: number
  configs: ReadonlyMap<string, ConfigValue>
  meta: TopicMeta | undefined
}

/**
 * A topic as it stands now: size, every effective config, what people said about it. Throws TOPIC_UNKNOWN,
 * CLUSTER_*.
 */
export async function readTopicSettings(
  ctx: Context,
  cluster: KafkaCluster,
  topic: string,
): Promise<TopicSettings> {
  const options = { signal: ctx.signal, timeoutMs: PART_MS }
  const metadata = await readTopic(ctx, cluster, topic)
  const [[described], { brokers }, meta] = await Promise.all([
    cluster.describeConfigs([{ type: 'topic', name: topic }], options),
    cluster.metadata({ ...options, topics: [], maxAgeMs: 5000 }),
    readTopicMeta(ctx.store.db, cluster.id, [topic]),
  ])
  const answer = described?.answer
  if (!answer?.ok) throw topicError(topic, answer?.problem ?? null)
  return {
    metadata,
    replicationFactor: metadata.partitions.reduce((most, one) => Math.max(most, one.replicas.length), 0),
    brokers: brokers.length,
    configs: new Map(answer.value.map(config => [config.name, config])),
    meta: meta.get(topic),
  }
}

/** What holds when the topic does not set it. */
export function defaultOf(config: ConfigValue | undefined): string | null {
  if (!config) return null
  if (config.source !== 'topic') return config.value
  return config.synonyms.find(one => one.source !== 'topic')?.value ?? null
}

/** The topic's own settings and what it takes from the broker, as the policy asks for them. */
export function factsOf(topic: string, settings: TopicSettings) {
  const own: Record<string, string> = {}
  const defaults: Record<string, string> = {}
  for (const config of settings.configs.values()) {
    if (config.value === null) continue
    if (config.source === 'topic') own[config.name] = config.value
    else defaults[config.name] = config.value
  }
  const { meta } = settings
  return {
    name: topic,
    partitions: settings.metadata.partitions.length,
    replicationFactor: settings.replicationFactor,
    brokers: settings.brokers,
    configs: own,
    defaults,
    owner: meta?.owner ?? null,
    description: meta?.description ?? null,
    classification: meta?.classification ?? null,
    schema: meta?.schema ?? null,
  }
}

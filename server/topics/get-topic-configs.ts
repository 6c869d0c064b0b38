import { topics } from '@/lib/contracts/topics'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import type { ConfigValue } from '@/server/kafka/port'
import { brokerDefaults } from './broker-defaults'
import { PART_MS, topicError } from './read-topic'

/**
 * Effective configs of a topic with source, default and Kafka's own documentation; sensitive values stay
 * null. Throws TOPIC_UNKNOWN.
 */
export const getTopicConfigs = verb(topics.configs, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster, topic: input.topic })
  const cluster = ctx.clusters.get(input.cluster)
  const options = { signal: ctx.signal, timeoutMs: PART_MS }
  const [described] = await cluster.describeConfigs([{ type: 'topic', name: input.topic }], {
    ...options,
    documentation: true,
  })
  const answer = described?.answer
  if (!answer?.ok) throw topicError(input.topic, answer?.problem ?? null)
  const withoutDefault = answer.value.filter(config => defaultOf(config) === null).map(config => config.name)
  const defaults = await brokerDefaults(cluster, withoutDefault, options)
  const items = answer.value.map(config => ({
    name: config.name,
    value: config.sensitive ? null : config.value,
    source: config.source,
    defaultValue: config.sensitive ? null : (defaultOf(config) ?? defaults.get(config.name) ?? null),
    type: config.type,
    readOnly: config.readOnly,
    sensitive: config.sensitive,
    documentation: config.documentation,
  }))
  return {
    items: items.sort((a, b) => (a.name < b.name ? -1 : 1)),
    sampledAt: new Date(ctx.clock.now()).toISOString(),
  }
})

/** What it would be if the topic did not set it: the next synonym, in Kafka's order of precedence. */
function defaultOf(config: ConfigValue): string | null {
  if (config.source !== 'topic') return config.value
  return config.synonyms.find(s => s.source !== 'topic')?.value ?? null
}

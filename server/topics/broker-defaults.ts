import type { CallOptions, ConfigValue, KafkaCluster } from '@/server/kafka/port'

const MINUTE_MS = 60_000n
const HOUR_MS = 3_600_000n

/**
 * Topic configs whose broker setting comes in several units. Kafka leaves them out of a config's synonyms, so
 * their default is worked out here in the broker's own order: the finest unit that is set wins
 * (org.apache.kafka.server.config.ServerTopicConfigSynonyms).
 */
const UNITS: Record<string, readonly (readonly [setting: string, toMs: bigint])[]> = {
  'retention.ms': [
    ['log.retention.ms', 1n],
    ['log.retention.minutes', MINUTE_MS],
    ['log.retention.hours', HOUR_MS],
  ],
  'segment.ms': [
    ['log.roll.ms', 1n],
    ['log.roll.hours', HOUR_MS],
  ],
  'segment.jitter.ms': [
    ['log.roll.jitter.ms', 1n],
    ['log.roll.jitter.hours', HOUR_MS],
  ],
}

/**
 * Defaults in ms of those of these configs that are such; without the right to read a broker's configs, or
 * without a broker, none.
 */
export async function brokerDefaults(
  cluster: KafkaCluster,
  configs: readonly string[],
  options: CallOptions,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const wanted = configs.filter(name => Object.hasOwn(UNITS, name))
  if (wanted.length === 0) return found
  try {
    const { brokers } = await cluster.metadata({ ...options, maxAgeMs: 60_000 })
    const [broker] = brokers
    if (!broker) return found
    const names = wanted.flatMap(name => UNITS[name]?.map(([setting]) => setting) ?? [])
    const [described] = await cluster.describeConfigs([{ type: 'broker', name: String(broker.id) }], {
      ...options,
      names,
    })
    if (!described?.answer.ok) return found
    for (const name of wanted) {
      const value = inMs(UNITS[name] ?? [], described.answer.value)
      if (value !== null) found.set(name, value)
    }
  } catch {
    // A default that is not known is null; the config itself stands.
  }
  return found
}

function inMs(
  units: readonly (readonly [setting: string, toMs: bigint])[],
  values: readonly ConfigValue[],
): string | null {
  for (const [setting, toMs] of units) {
    const value = values.find(one => one.name === setting)?.value
    if (value && /^-?\d{1,18}$/.test(value)) return value === '-1' ? '-1' : String(BigInt(value) * toMs)
  }
  return null
}

import { AppError, type ErrorCode } from '@/lib/errors'
import type { TopicFacts } from '@/lib/naming-policy/check-topic'
import { readTopicMeta } from '@/server/catalogue/topic-meta'
import type { Context } from '@/server/context'
import type { ClusterMetadata, KafkaCluster } from '@/server/kafka/port'

/** A topic that is there, as the policy sees it. */
export type ExistingTopic = TopicFacts & {
  partitions: number
  replicationFactor: number
  internal: boolean
  topicId: string
}

export type FactsSnapshot = {
  atMs: number
  facts: ReadonlyMap<string, ExistingTopic>
  /** False: the cluster did not tell the topics' configs; only names and sizes are known. */
  settingsKnown: boolean
}

type Asker = Pick<Context, 'store' | 'signal' | 'clock' | 'log'>

const LOOK_MS = 5000
const CONFIGS_MS = 20_000
const MAX_AGE_MS = 15_000
/** Topics a request: it takes a broker some thirty milliseconds, and whatever is asked behind it waits no longer. */
const AT_ONCE = 250
/** Brokers that are asked side by side. */
const MOST_ASKED = 4
/** Of thirty-five configs these are what policies speak about. */
const ASKED = [
  'cleanup.policy',
  'compression.type',
  'local.retention.ms',
  'max.message.bytes',
  'message.timestamp.type',
  'min.insync.replicas',
  'remote.storage.enable',
  'retention.bytes',
  'retention.ms',
  'segment.bytes',
  'segment.ms',
  'unclean.leader.election.enable',
]

type Settings = { configs: Record<string, string>; defaults: Record<string, string> }
const kept = new WeakMap<KafkaCluster, { atMs: number; settings: Promise<Map<string, Settings> | null> }>()

/**
 * Every topic of a cluster with its size, what it sets itself, what it takes from the broker, and what people
 * say about it. Settings are up to 15 seconds old. Throws what the cluster throws when it does not answer;
 * settings alone may stay unknown.
 */
export async function readTopicFacts(ctx: Asker, cluster: KafkaCluster): Promise<FactsSnapshot> {
  const metadata = await cluster.metadata({ signal: ctx.signal, timeoutMs: LOOK_MS, maxAgeMs: 2000 })
  const [settings, said] = await Promise.all([
    settingsOf(ctx, cluster, metadata),
    readTopicMeta(ctx.store.db, cluster.id).catch(() => null),
  ])
  const facts = new Map<string, ExistingTopic>()
  for (const [name, answer] of metadata.topics) {
    if (!answer.ok) continue
    const { partitions, internal, topicId } = answer.value
    const meta = said?.get(name)
    facts.set(name, {
      name,
      internal,
      topicId,
      partitions: partitions.length,
      replicationFactor: partitions.reduce((most, one) => Math.max(most, one.replicas.length), 0),
      brokers: metadata.brokers.length,
      configs: settings?.get(name)?.configs ?? {},
      defaults: settings?.get(name)?.defaults,
      // Without the store nobody knows who owns what: nothing is said about it.
      ...(said === null
        ? {}
        : {
            owner: meta?.owner ?? null,
            description: meta?.description ?? null,
            classification: meta?.classification ?? null,
            schema: meta?.schema ?? null,
          }),
    })
  }
  return { atMs: ctx.clock.now(), facts, settingsKnown: settings !== null }
}

async function settingsOf(
  ctx: Asker,
  cluster: KafkaCluster,
  { topics, brokers }: Pick<ClusterMetadata, 'topics' | 'brokers'>,
): Promise<Map<string, Settings> | null> {
  const names = [...topics.keys()]
  const known = kept.get(cluster)
  if (known && performance.now() - known.atMs < MAX_AGE_MS) {
    const settings = await known.settings
    // A topic made since is not in there.
    if (settings && names.every(name => settings.has(name))) return settings
  }
  const ids = brokers.map(one => one.id)
  const settings = readSettings(cluster, names, ids).catch(error => {
    ctx.log.debug({ err: error, cluster: cluster.id }, 'the settings of topics could not be read')
    return null
  })
  kept.set(cluster, { atMs: performance.now(), settings })
  return settings
}

/**
 * Without the caller's signal: others wait for the same answer. A broker answers one question a connection at a
 * time, so each is asked on the one for what is heavy, and one of them beside it where quick questions go.
 */
async function readSettings(
  cluster: KafkaCluster,
  names: string[],
  brokers: readonly number[],
): Promise<Map<string, Settings>> {
  const found = new Map<string, Settings>()
  const parts = Array.from({ length: Math.ceil(names.length / AT_ONCE) }, (_, i) =>
    names.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
  )
  const workers = [...brokers.slice(0, MOST_ASKED), undefined].map(async broker => {
    for (let part = parts.shift(); part !== undefined; part = parts.shift())
      for (const { resource, answer } of await describePart(cluster, part, broker)) {
        const settings: Settings = { configs: {}, defaults: {} }
        // What a cluster does not let us see stays empty: nothing is claimed about it.
        if (answer.ok)
          for (const { name, value, source } of answer.value)
            if (value !== null) settings[source === 'topic' ? 'configs' : 'defaults'][name] = value
        found.set(resource.name, settings)
      }
  })
  await Promise.all(workers)
  return found
}

/** Of the broker, or of any when it does not answer or none is named. Throws when nobody does. */
async function describePart(cluster: KafkaCluster, part: readonly string[], broker: number | undefined) {
  const resources = part.map(name => ({ type: 'topic' as const, name }))
  const options = { timeoutMs: CONFIGS_MS, names: ASKED, synonyms: false }
  const answers = await cluster.describeConfigs(resources, { ...options, broker })
  if (!isUnanswered(answers)) return answers
  const others = broker === undefined ? answers : await cluster.describeConfigs(resources, options)
  if (isUnanswered(others)) throw new AppError('CLUSTER_UNREACHABLE')
  return others
}

const UNANSWERED: ReadonlySet<string> = new Set([
  'BROKER_UNREACHABLE',
  'CLUSTER_UNREACHABLE',
  'TIMED_OUT',
] satisfies ErrorCode[])

/** Lost as a whole: a broker that answers says something about each topic. */
const isUnanswered = (answers: Awaited<ReturnType<KafkaCluster['describeConfigs']>>): boolean =>
  answers.every(({ answer }) => !answer.ok && UNANSWERED.has(answer.problem.code))

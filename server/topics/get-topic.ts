import type { Problem } from '@/lib/contracts/common'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { type PartitionRow, topics } from '@/lib/contracts/topics'
import { toAppError } from '@/lib/errors'
import { classifyTopic } from '@/lib/naming-policy/classify-topic'
import { authorise, mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import type { ConfigValue, KafkaCluster, OffsetAnswer, TopicMetadata } from '@/server/kafka/port'
import { readTopic } from './read-topic'
import { groupsByTopic, toTopicRow } from './topic-row'

/** One topic with its partitions, read now. A broker that does not answer leaves nulls and a problem in its rows. */
export const getTopic = verb(topics.get, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster, topic: input.topic })
  const cluster = ctx.clusters.get(input.cluster)
  const metadata = await readTopic(ctx, cluster, input.topic)
  const [partitionRows, configs] = await Promise.all([
    readPartitions(ctx, cluster, metadata),
    readConfigs(ctx, cluster, input.topic),
  ])
  const groups = groupsByTopic(ctx.services.lag.of(cluster.id))
  const row = toTopicRow(
    input.topic,
    { ok: true, value: metadata },
    ctx.services.topics.of(cluster.id),
    groups ? (groups.get(input.topic) ?? 0) : null,
  )
  const value = (name: string) => configs.values?.find(c => c.name === name)?.value ?? null
  return {
    ...row,
    messages: sumOf(partitionRows.map(p => p.messages)),
    bytes: sumOf(partitionRows.map(p => p.bytes)) ?? row.bytes,
    cleanupPolicy: value('cleanup.policy'),
    retentionMs: value('retention.ms'),
    minInsyncReplicas: value('min.insync.replicas') === null ? null : Number(value('min.insync.replicas')),
    configOverrides: configs.values ? configs.values.filter(c => c.source === 'topic').length : null,
    partitionRows,
    related: await relatedTopics(ctx, cluster, input.topic),
    sampledAt: new Date(ctx.clock.now()).toISOString(),
    problems: configs.problem ? [configs.problem] : [],
  }
})

async function readPartitions(
  ctx: Context,
  cluster: KafkaCluster,
  topic: TopicMetadata,
): Promise<PartitionRow[]> {
  const partitions = topic.partitions.map(({ partition }) => ({ topic: topic.name, partition }))
  const options = { signal: ctx.signal }
  const [starts, stable, ends, disks] = await Promise.all([
    cluster.listOffsets(partitions, 'earliest', options),
    cluster.listOffsets(partitions, 'latest', { ...options, isolation: 'read_committed' }),
    cluster.listOffsets(partitions, 'latest', { ...options, isolation: 'read_uncommitted' }),
    cluster.describeLogDirs({ ...options, topics: [topic.name] }).catch(() => []),
  ])
  const bytes = new Map<string, bigint>()
  for (const { broker, answer } of disks) {
    if (answer.ok) for (const r of answer.value.replicas) bytes.set(`${broker} ${r.partition}`, r.bytes)
  }
  const rows = topic.partitions.map((p): PartitionRow => {
    const start = offsetOf(starts, p.partition)
    const end = offsetOf(ends, p.partition)
    const size = p.leader === null ? undefined : bytes.get(`${p.leader} ${p.partition}`)
    return {
      partition: p.partition,
      leader: p.leader,
      leaderEpoch: p.leaderEpoch,
      replicas: p.replicas,
      isr: p.isr,
      offlineReplicas: p.offlineReplicas,
      firstOffset: start.text,
      lastStableOffset: offsetOf(stable, p.partition).text,
      lastOffset: end.text,
      messages: start.offset === null || end.offset === null ? null : String(end.offset - start.offset),
      bytes: size === undefined ? null : String(size),
      problem: end.problem ?? start.problem,
    }
  })
  return rows.sort((a, b) => a.partition - b.partition)
}

function offsetOf(
  answers: OffsetAnswer[],
  partition: number,
): { offset: bigint | null; text: string | null; problem: Problem | null } {
  const answer = answers.find(a => a.partition === partition)?.answer
  if (!answer) return { offset: null, text: null, problem: null }
  if (!answer.ok) return { offset: null, text: null, problem: answer.problem }
  return { offset: answer.value.offset, text: String(answer.value.offset), problem: null }
}

async function readConfigs(
  ctx: Context,
  cluster: KafkaCluster,
  topic: string,
): Promise<{ values: ConfigValue[] | null; problem: Problem | null }> {
  try {
    const [described] = await cluster.describeConfigs([{ type: 'topic', name: topic }], {
      signal: ctx.signal,
    })
    if (described?.answer.ok) return { values: described.answer.value, problem: null }
    return { values: null, problem: described && !described.answer.ok ? described.answer.problem : null }
  } catch (error) {
    return { values: null, problem: { scope: 'configs', code: toAppError(error).code } }
  }
}

type RelatedTopic = OutputOf<typeof topics.get>['related'][number]

/** Topics that share this one's base name: its dead-letter and retry topics, or the topic they came from. */
async function relatedTopics(ctx: Context, cluster: KafkaCluster, topic: string): Promise<RelatedTopic[]> {
  const metadata = await cluster.metadata({ signal: ctx.signal, maxAgeMs: 5000 })
  const sampler = ctx.services.topics.of(cluster.id)
  const own = classifyTopic(topic)
  const index = ctx.services.deadLetters.of(cluster.id)
  const base = (own.kind === 'dead-letter' ? index.originOf(topic) : null) ?? own.base ?? topic
  return [...metadata.topics.keys()]
    .filter(name => name !== topic && mayDo(ctx, 'topic.read', { cluster: cluster.id, topic: name }))
    .flatMap((name): RelatedTopic[] => {
      const { kind, base: itsBase } = classifyTopic(name)
      const messages = sampler.sample(name)?.messages
      const related = { topic: name, messages: messages == null ? null : String(messages) }
      if (name === base) return [{ ...related, kind: 'origin' }]
      if ((kind === 'dead-letter' || kind === 'retry') && itsBase === base) return [{ ...related, kind }]
      return []
    })
    .slice(0, 50)
}

function sumOf(values: (string | null)[]): string | null {
  let sum = 0n
  for (const value of values) {
    if (value === null) return null
    sum += BigInt(value)
  }
  return String(sum)
}

import type { Problem } from '@/lib/contracts/common'
import { type PartitionRow, topics } from '@/lib/contracts/topics'
import { toAppError } from '@/lib/errors'
import { partitionScope } from '@/lib/partition-key'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import type { ConfigValue, KafkaCluster, OffsetAnswer, TopicMetadata } from '@/server/kafka/port'
import { policyForReading } from '@/server/policies/policy-for'
import { PART_MS, readTopic } from './read-topic'
import { relatedTopics } from './related-topics'
import { groupsByTopic, toTopicRow } from './topic-row'

/**
 * One topic with its partitions, read now. Whatever does not answer (a leader, a disk, the configs) leaves
 * nulls in its place and says so: a partition's problem in its row, the rest in `problems`. Throws
 * TOPIC_UNKNOWN.
 */
export const getTopic = verb(topics.get, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster, topic: input.topic })
  const cluster = ctx.clusters.get(input.cluster)
  const metadata = await readTopic(ctx, cluster, input.topic)
  const problems: Problem[] = []
  const noteIn = (scope: string) => noted(ctx, problems, scope)
  const [partitionRows, configs, related] = await Promise.all([
    readPartitions(ctx, cluster, metadata, noteIn),
    readConfigs(ctx, cluster, input.topic, problems).catch(noteIn('configs')),
    relatedTopics(ctx, cluster, input.topic).catch(noteIn('related')),
  ])
  const groups = groupsByTopic(ctx.services.lag.of(cluster.id))
  const { policy } = await policyForReading(ctx, cluster.id)
  const row = toTopicRow(
    input.topic,
    { ok: true, value: metadata },
    ctx.services.topics.of(cluster.id),
    groups ? (groups.get(input.topic) ?? 0) : null,
    policy,
    ctx.clock.now(),
  )
  const value = (name: string) => configs?.find(c => c.name === name)?.value ?? null
  const minInsync = value('min.insync.replicas')
  return {
    ...row,
    messages: sumOf(partitionRows.map(p => p.messages)),
    bytes: sumOf(partitionRows.map(p => p.bytes)) ?? row.bytes,
    cleanupPolicy: value('cleanup.policy'),
    retentionMs: value('retention.ms'),
    minInsyncReplicas: minInsync === null ? null : Number(minInsync),
    configOverrides: configs ? configs.filter(c => c.source === 'topic').length : null,
    partitionRows,
    related: related ?? [],
    sampledAt: new Date(ctx.clock.now()).toISOString(),
    problems,
  }
})

type Note = (error: unknown) => null

/** Turns the failure of a part into a problem of the page; that the caller is gone ends it all. */
function noted(ctx: Context, problems: Problem[], scope: string): Note {
  return error => {
    if (ctx.signal.aborted) throw error
    problems.push({ scope, code: toAppError(error).code })
    return null
  }
}

async function readPartitions(
  ctx: Context,
  cluster: KafkaCluster,
  topic: TopicMetadata,
  noteIn: (scope: string) => Note,
): Promise<PartitionRow[]> {
  const options = { signal: ctx.signal, timeoutMs: PART_MS }
  const partitions = topic.partitions
    .filter(({ leader }) => leader !== null)
    .map(({ partition }) => ({ topic: topic.name, partition }))
  const noteOffsets = noteIn('offsets')
  const [starts, stable, ends, disks] = await Promise.all([
    cluster.listOffsets(partitions, 'earliest', options).catch(noteOffsets),
    cluster.listOffsets(partitions, 'latest', { ...options, isolation: 'read_committed' }).catch(noteOffsets),
    cluster
      .listOffsets(partitions, 'latest', { ...options, isolation: 'read_uncommitted' })
      .catch(noteOffsets),
    cluster.describeLogDirs({ ...options, topics: [topic.name] }).catch(noteIn('disk')),
  ])
  const [startOf, stableOf, endOf] = [starts, stable, ends].map(byPartition)
  const bytes = new Map<string, bigint>()
  for (const { broker, answer } of disks ?? []) {
    if (answer.ok)
      for (const r of answer.value.replicas) if (!r.future) bytes.set(`${broker} ${r.partition}`, r.bytes)
  }
  const rows = topic.partitions.map((p): PartitionRow => {
    const start = offsetIn(startOf?.get(p.partition))
    const end = offsetIn(endOf?.get(p.partition))
    const size = p.leader === null ? undefined : bytes.get(`${p.leader} ${p.partition}`)
    return {
      partition: p.partition,
      leader: p.leader,
      leaderEpoch: p.leaderEpoch,
      replicas: p.replicas,
      isr: p.isr,
      offlineReplicas: p.offlineReplicas,
      firstOffset: textOf(start),
      lastStableOffset: textOf(offsetIn(stableOf?.get(p.partition))),
      lastOffset: textOf(end),
      messages: start === null || end === null ? null : String(end > start ? end - start : 0n),
      bytes: size === undefined ? null : String(size),
      problem:
        p.leader === null ? leaderless(topic.name, p.partition) : problemOf(endOf, startOf, p.partition),
    }
  })
  return rows.sort((a, b) => a.partition - b.partition)
}

type Answers = ReadonlyMap<number, OffsetAnswer['answer']> | undefined

function byPartition(answers: readonly OffsetAnswer[] | null): Answers {
  return new Map(answers?.map(one => [one.partition, one.answer]))
}

function offsetIn(answer: OffsetAnswer['answer'] | undefined): bigint | null {
  return answer?.ok ? answer.value.offset : null
}

function problemOf(ends: Answers, starts: Answers, partition: number): Problem | null {
  for (const answer of [ends?.get(partition), starts?.get(partition)]) {
    if (answer && !answer.ok) return answer.problem
  }
  return null
}

function leaderless(topic: string, partition: number): Problem {
  const scope = partitionScope({ topic, partition })
  return { scope, code: 'LEADER_UNAVAILABLE', params: { topic, partition } }
}

function textOf(value: bigint | null): string | null {
  return value === null ? null : String(value)
}

async function readConfigs(
  ctx: Context,
  cluster: KafkaCluster,
  topic: string,
  problems: Problem[],
): Promise<ConfigValue[] | null> {
  const [described] = await cluster.describeConfigs([{ type: 'topic', name: topic }], {
    signal: ctx.signal,
    timeoutMs: PART_MS,
  })
  if (described?.answer.ok) return described.answer.value
  if (described && !described.answer.ok) problems.push({ ...described.answer.problem, scope: 'configs' })
  return null
}

/** null when a part is not known: a sum without it would be a lie. */
function sumOf(values: (string | null)[]): string | null {
  let sum = 0n
  for (const value of values) {
    if (value === null) return null
    sum += BigInt(value)
  }
  return String(sum)
}

import type { TopicUsage, TopicUsers } from '@/lib/contracts/topic-changes'
import type { Context } from '@/server/context'
import type { TopicMetadata } from '@/server/kafka/port'
import { PART_MS } from '@/server/topics/read-topic'
import { relatedTopics } from '@/server/topics/related-topics'
import { topicProducers } from '@/server/topics/topic-producers'
import { connectorsOn } from './connectors-on'

const HOUR_MS = 3_600_000

/**
 * Who would notice that a topic is gone: groups with members, connectors, who wrote in the last hour, topics
 * that derive from it.
 */
export async function readUsage(ctx: Context, clusterId: string, topic: TopicMetadata): Promise<TopicUsage> {
  const cluster = ctx.clusters.get(clusterId)
  const lag = ctx.services.lag.of(clusterId)
  await lag.ready(ctx.signal)
  const isKnown = lag.snapshot() !== null
  const groups = lag.onTopic(topic.name).map(({ row }) => ({
    group: row.group,
    state: row.state,
    members: row.members,
    active: (row.members ?? 0) > 0,
  }))
  const sinceMs = ctx.clock.now() - HOUR_MS
  const config = ctx.config.clusters.find(one => one.id === clusterId)
  const connectConfigured = (config?.connect.length ?? 0) > 0
  const [recordsLastHour, related, writers, connectors] = await Promise.all([
    countSince(ctx, clusterId, topic, sinceMs),
    relatedTopics(ctx, cluster, topic.name).catch(() => []),
    topicProducers(ctx, clusterId, topic).catch(() => ({ producers: [] })),
    config && connectConfigured ? connectorsOn(config, topic.name, ctx.signal) : null,
  ])
  const sample = ctx.services.topics.of(clusterId).sample(topic.name)
  return {
    groups,
    recordsLastHour: recordsLastHour === null ? null : String(recordsLastHour),
    messages: sample?.messages == null ? null : String(sample.messages),
    bytes: sample?.bytes == null ? null : String(sample.bytes),
    producers: writers.producers.filter(
      ({ lastWriteAt }) => lastWriteAt !== null && Date.parse(lastWriteAt) >= sinceMs,
    ),
    connectors: connectors ?? [],
    connectorsKnown: connectors !== null,
    connectConfigured,
    related: related.map(one => one.topic),
    groupsKnown: isKnown,
    // Who does not answer may well be reading or writing; without a Connect every deletion would be held up.
    inUse:
      !isKnown ||
      (connectConfigured && connectors === null) ||
      recordsLastHour === null ||
      (connectors?.length ?? 0) > 0 ||
      groups.some(group => group.active) ||
      recordsLastHour > 0n,
  }
}

const MOST_NAMED = 50

/** Who uses a topic, by name and bounded, to be kept: a deletion takes it away from them. */
export function usersOf(usage: TopicUsage): TopicUsers {
  const active = usage.groups.filter(group => group.active)
  const { connectors, producers, recordsLastHour, groupsKnown, connectorsKnown, connectConfigured, inUse } =
    usage
  return {
    inUse,
    groups: active.slice(0, MOST_NAMED).map(({ group }) => group),
    groupsInAll: groupsKnown ? active.length : null,
    connectors: connectors.slice(0, MOST_NAMED).map(({ worker, name }) => `${worker}/${name}`),
    connectorsInAll: connectorsKnown ? connectors.length : null,
    connectConfigured,
    producers: producers.slice(0, MOST_NAMED).map(one => one.transactionalId ?? one.producerId),
    producersInAll: producers.length,
    recordsLastHour,
  }
}

/** Offset span since a time; null where a partition does not say. */
async function countSince(
  ctx: Context,
  clusterId: string,
  topic: TopicMetadata,
  sinceMs: number,
): Promise<bigint | null> {
  const cluster = ctx.clusters.get(clusterId)
  const partitions = topic.partitions.map(({ partition }) => ({ topic: topic.name, partition }))
  const options = { signal: ctx.signal, timeoutMs: PART_MS }
  const [since, ends] = await Promise.all([
    cluster.listOffsets(partitions, { timestampMs: sinceMs }, options),
    cluster.listOffsets(partitions, 'latest', options),
  ])
  let count = 0n
  for (const [i, first] of since.entries()) {
    const end = ends[i]
    if (!first.answer.ok || !end?.answer.ok) return null
    if (first.answer.value.offset >= 0n) count += end.answer.value.offset - first.answer.value.offset
  }
  return count
}

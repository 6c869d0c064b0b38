import { listOffsetsV6, listOffsetsV7, listOffsetsV8, listOffsetsV9 } from '@platformatic/kafka'
import { AppError } from '@/lib/errors'
import { partitionKey, partitionScope } from '@/lib/partition-key'
import type { Answer, Isolation, OffsetAnswer, OffsetAt, TopicPartition } from '../port'
import { family } from './api'
import { backOff, type Scope, withinPart } from './deadline'
import { failed, kafkaError, ok, STALE_METADATA } from './errors'
import type { ClusterLink } from './link'

type Request = Parameters<typeof listOffsetsV9.api.async>[3]
type Response = listOffsetsV9.ListOffsetsResponse

const LIST_OFFSETS = family<[number, number, Request], Response>(
  listOffsetsV9.api,
  listOffsetsV8.api,
  listOffsetsV7.api,
  listOffsetsV6.api,
)
/** KIP-734; older brokers can't be asked for the record with the greatest timestamp. */
const MAX_TIMESTAMP_SINCE = 7
const ATTEMPTS = 3
/** The first attempt trusts metadata this old; the broker says so when it is stale. */
const MAX_AGE_MS = 5_000

type Found = { offset: bigint; timestampMs: number; leaderEpoch: number }
type Planned = {
  byLeader: Map<number, TopicPartition[]>
  without: { at: TopicPartition; answer: Answer<Found> }[]
}

/** ListOffsets' special timestamps. */
function timestampOf(at: OffsetAt): bigint {
  if (at === 'latest') return -1n
  if (at === 'earliest') return -2n
  if (at === 'max-timestamp') return -3n
  return BigInt(Math.max(0, Math.trunc(at.timestampMs)))
}

async function plan(
  link: ClusterLink,
  partitions: readonly TopicPartition[],
  maxAgeMs: number,
  scope: Scope,
): Promise<Planned> {
  const topics = [...new Set(partitions.map(one => one.topic))]
  const metadata = await link.metadataIn(scope, { topics, maxAgeMs })
  const byTopic = new Map(
    [...metadata.topics].map(([name, answer]) => [
      name,
      answer.ok ? ok(new Map(answer.value.partitions.map(one => [one.partition, one.leader]))) : answer,
    ]),
  )
  const byLeader = new Map<number, TopicPartition[]>()
  const without: Planned['without'] = []
  for (const at of partitions) {
    const topic = byTopic.get(at.topic)
    const leader = topic?.ok ? topic.value.get(at.partition) : undefined
    if (topic && !topic.ok)
      without.push({ at, answer: { ok: false, problem: { ...topic.problem, scope: partitionScope(at) } } })
    else if (leader === undefined)
      without.push({
        at,
        answer: failed(partitionScope(at), new AppError('PARTITION_UNKNOWN', { params: { ...at } })),
      })
    else if (leader === null)
      without.push({
        at,
        answer: failed(partitionScope(at), new AppError('LEADER_UNAVAILABLE', { params: { ...at } })),
      })
    else {
      const list = byLeader.get(leader)
      if (list) list.push(at)
      else byLeader.set(leader, [at])
    }
  }
  return { byLeader, without }
}

function toRequest(partitions: readonly TopicPartition[], timestamp: bigint): Request {
  const topics = new Map<string, Request[number]>()
  for (const { topic, partition } of partitions) {
    let entry = topics.get(topic)
    if (!entry) {
      entry = { name: topic, partitions: [] }
      topics.set(topic, entry)
    }
    entry.partitions.push({ partitionIndex: partition, currentLeaderEpoch: -1, timestamp })
  }
  return [...topics.values()]
}

/**
 * Offsets by partition, one request a leader broker; answers in the order asked. No record at or after a
 * time: offset -1. `read_committed` + latest is the last stable offset; `max-timestamp` may be a transaction
 * marker, whose time is the broker's. Stale leaders are looked up anew, up to 3 times.
 */
export async function listOffsets(
  link: ClusterLink,
  partitions: readonly TopicPartition[],
  at: OffsetAt,
  isolation: Isolation,
  scope: Scope,
): Promise<OffsetAnswer[]> {
  const answers = new Map<string, Answer<Found>>()
  const timestamp = timestampOf(at)
  const level = isolation === 'read_committed' ? 1 : 0

  const askLeader = async (broker: number, mine: TopicPartition[]): Promise<TopicPartition[]> => {
    const stale: TopicPartition[] = []
    try {
      const response = await withinPart(scope, async part => {
        if (
          at === 'max-timestamp' &&
          (await link.versionFor({ broker }, LIST_OFFSETS, part)) < MAX_TIMESTAMP_SINCE
        )
          throw new AppError('BROKER_TOO_OLD', { params: { api: LIST_OFFSETS.key } })
        return link.read({ broker }, LIST_OFFSETS, [-1, level, toRequest(mine, timestamp)], part)
      })
      for (const { name, partitions: found } of response.topics)
        for (const one of found) {
          const where = { topic: name, partition: one.partitionIndex }
          if (STALE_METADATA.has(one.errorCode)) stale.push(where)
          answers.set(
            partitionKey(where),
            one.errorCode === 0
              ? ok({ offset: one.offset, timestampMs: Number(one.timestamp), leaderEpoch: one.leaderEpoch })
              : failed(partitionScope(where), kafkaError(one.errorCode, where)),
          )
        }
    } catch (error) {
      if (scope.signal.aborted) throw error
      // The leader may have died and another taken over: worth one look at fresh metadata.
      for (const where of mine) answers.set(partitionKey(where), failed(partitionScope(where), error))
      if (error instanceof AppError && error.code === 'BROKER_UNREACHABLE') stale.push(...mine)
    }
    return stale
  }

  let open: readonly TopicPartition[] = partitions
  for (let attempt = 1; open.length > 0; attempt++) {
    const { byLeader, without } = await plan(link, open, attempt === 1 ? MAX_AGE_MS : 0, scope)
    const again = (await Promise.all([...byLeader].map(([broker, mine]) => askLeader(broker, mine)))).flat()
    for (const { at: where, answer } of without) answers.set(partitionKey(where), answer)
    // What metadata itself could not place is looked at once more, since a new topic takes some milliseconds
    // to be known.
    if (attempt === 1) again.push(...without.map(one => one.at))
    if (attempt >= ATTEMPTS || again.length === 0) break
    open = again
    await backOff(scope, attempt)
  }
  return partitions.map(where => ({
    ...where,
    answer:
      answers.get(partitionKey(where)) ??
      failed(partitionScope(where), kafkaError(3, { topic: where.topic })),
  }))
}

import {
  describeLogDirsV2,
  describeLogDirsV3,
  describeLogDirsV4,
  describeQuorumV0,
  describeQuorumV1,
  describeQuorumV2,
} from '@platformatic/kafka'
import { toAppError } from '@/lib/errors'
import type { Answer, BrokerLogDirs, LogDirReplica, Quorum } from '../port'
import { family } from './api'
import { type Scope, withinPart } from './deadline'
import { failed, kafkaError, ok } from './errors'
import type { ClusterLink } from './link'

type Wanted = Parameters<typeof describeLogDirsV4.api.async>[1]
type LogDirs = describeLogDirsV4.DescribeLogDirsResponse
const LOG_DIRS = family<[Wanted], LogDirs>(
  describeLogDirsV4.api,
  describeLogDirsV3.api,
  describeLogDirsV2.api,
)

type QuorumTopics = Parameters<typeof describeQuorumV2.api.async>[1]
const QUORUM = family<[QuorumTopics], describeQuorumV2.DescribeQuorumResponse>(
  describeQuorumV2.api,
  describeQuorumV1.api,
  describeQuorumV0.api,
)
const METADATA_TOPIC = '__cluster_metadata'

const scopeOf = (broker: number) => `broker:${broker}`

/** Runs a question for every broker; one that fails is a problem of its own. */
export async function ofEachBroker<T>(
  link: ClusterLink,
  scope: Scope,
  ask: (broker: number, scope: Scope) => Promise<T>,
): Promise<{ broker: number; answer: Answer<T> }[]> {
  const { brokers } = await link.metadataIn(scope, { topics: [] })
  return Promise.all(
    brokers.map(async ({ id }) => {
      try {
        return { broker: id, answer: ok(await withinPart(scope, part => ask(id, part))) }
      } catch (error) {
        if (scope.signal.aborted) throw error
        return { broker: id, answer: failed<T>(scopeOf(id), error) }
      }
    }),
  )
}

/** Which brokers answer, and how fast: an ApiVersions round trip each. */
export async function probeBrokers(link: ClusterLink, scope: Scope) {
  const answers = await ofEachBroker(link, scope, (broker, part) => link.ping(broker, part))
  return answers.map(({ broker, answer }) => ({
    id: broker,
    answer: answer.ok ? ok({ latencyMs: answer.value }) : answer,
  }))
}

type Replicas = describeQuorumV2.DescribeQuorumResponseVoter[]
const replicasOf = (replicas: Replicas) =>
  replicas.map(one => ({
    id: one.replicaId,
    logEndOffset: one.logEndOffset,
    lastCaughtUpMs: one.lastCaughtUpTimestamp < 0n ? null : Number(one.lastCaughtUpTimestamp),
  }))

/**
 * The KRaft quorum (KIP-595): its leader is the controller. null with ZooKeeper and without the right to
 * describe the cluster.
 */
export async function describeQuorum(link: ClusterLink, scope: Scope): Promise<Quorum | null> {
  let response: describeQuorumV2.DescribeQuorumResponse
  try {
    const topics = [{ topicName: METADATA_TOPIC, partitions: [{ partitionIndex: 0 }] }]
    response = await link.read({}, QUORUM, [topics], scope)
  } catch (error) {
    if (toAppError(error).code === 'BROKER_TOO_OLD') return null
    throw error
  }
  const partition = response.topics[0]?.partitions[0]
  if (response.errorCode !== 0 || !partition || partition.errorCode !== 0) return null
  return {
    leaderId: partition.leaderId,
    leaderEpoch: partition.leaderEpoch,
    highWatermark: partition.highWatermark,
    voters: replicasOf(partition.currentVoters),
    observers: replicasOf(partition.observers),
  }
}

function toReplicas(broker: number, response: LogDirs): LogDirReplica[] {
  const replicas: LogDirReplica[] = []
  for (const dir of response.results)
    for (const topic of dir.topics)
      for (const one of topic.partitions)
        replicas.push({
          broker,
          topic: topic.name,
          partition: one.partitionIndex,
          bytes: one.partitionSize,
          offsetLag: one.offsetLag,
          future: one.isFutureKey,
        })
  return replicas
}

const known = (bytes: bigint) => (bytes < 0n ? null : bytes)

/** Disks and replicas of every broker, or of some topics on them; disk totals since Kafka 3.3 (KIP-827). */
export async function describeLogDirs(
  link: ClusterLink,
  topics: string[] | undefined,
  scope: Scope,
): Promise<BrokerLogDirs[]> {
  let wanted: Wanted = null
  if (topics) {
    const metadata = await link.metadataIn(scope, { topics })
    wanted = []
    for (const answer of metadata.topics.values())
      if (answer.ok)
        wanted.push({
          name: answer.value.name,
          partitions: answer.value.partitions.map(one => one.partition),
        })
  }
  return ofEachBroker(link, scope, async (broker, part) => {
    const response = await link.read({ broker, lane: 1 }, LOG_DIRS, [wanted], part)
    // No right to ask shows as 31 at the top, or before v3 as no directory at all.
    const code = response.errorCode || response.results.find(dir => dir.errorCode !== 0)?.errorCode || 0
    const good = response.results.filter(dir => dir.errorCode === 0)
    if (code !== 0 && good.length === 0) throw kafkaError(code, { broker })
    return {
      dirs: good.map(dir => ({
        path: dir.logDir,
        totalBytes: known(dir.totalBytes),
        usableBytes: known(dir.usableBytes),
      })),
      replicas: toReplicas(broker, { ...response, results: good }),
    }
  })
}

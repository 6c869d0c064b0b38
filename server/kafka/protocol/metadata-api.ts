import { metadataV11, metadataV12 } from '@platformatic/kafka'
import { AppError } from '@/lib/errors'
import type { Answer, ClusterMetadata, PartitionMetadata, TopicMetadata } from '../port'
import { family } from './api'
import type { Leader } from './connections'
import { failed, kafkaError, ok, problemError } from './errors'

type MetadataResponse = metadataV12.MetadataResponse
type Topics = string[] | null
/** Autocreate is always false: asking about a topic must never make it. */
export const METADATA = family<[Topics, boolean, boolean], MetadataResponse>(metadataV12.api, metadataV11.api)

/** What a topic name may be in Kafka: others can't exist, so nobody is asked about them. */
const LEGAL = /^[a-zA-Z0-9._-]{1,249}$/
export const isLegalTopic = (name: string): boolean => LEGAL.test(name) && name !== '.' && name !== '..'

function topicAnswer(topic: MetadataResponse['topics'][number]): Answer<TopicMetadata> {
  const name = topic.name ?? ''
  // 5 on a topic is "its leaders are being elected": its partitions are in the answer.
  if (topic.errorCode !== 0 && topic.errorCode !== 5)
    return failed(`topic:${name}`, kafkaError(topic.errorCode, { topic: name }))
  const partitions = topic.partitions.map(
    (one): PartitionMetadata => ({
      partition: one.partitionIndex,
      leader: one.leaderId < 0 ? null : one.leaderId,
      leaderEpoch: one.leaderEpoch,
      replicas: one.replicaNodes,
      isr: one.isrNodes,
      offlineReplicas: one.offlineReplicas,
    }),
  )
  partitions.sort((a, b) => a.partition - b.partition)
  return ok({ name, topicId: topic.topicId, internal: topic.isInternal, partitions })
}

/** The answer as the port tells it: brokers by id, topics by name, a topic's error as its Answer. */
export function toClusterMetadata(
  response: MetadataResponse,
  asked: Topics,
  sampledAtMs: number,
): ClusterMetadata {
  const topics = new Map<string, Answer<TopicMetadata>>()
  for (const topic of response.topics) if (topic.name) topics.set(topic.name, topicAnswer(topic))
  for (const name of asked ?? []) {
    if (topics.has(name)) continue
    topics.set(name, failed(`topic:${name}`, kafkaError(3, { topic: name })))
  }
  const brokers = response.brokers
    .map(one => ({ id: one.nodeId, host: one.host, port: one.port, rack: one.rack ?? null }))
    .sort((a, b) => a.id - b.id)
  return { clusterId: response.clusterId ?? null, brokers, topics, sampledAtMs }
}

/** Throws TOPIC_UNKNOWN, PARTITION_UNKNOWN, LEADER_UNAVAILABLE. */
export function leaderIn(metadata: ClusterMetadata, topic: string, partition: number): Leader {
  const answer = metadata.topics.get(topic)
  if (!answer) throw new AppError('TOPIC_UNKNOWN', { params: { topic } })
  if (!answer.ok) throw problemError(answer.problem)
  const found = answer.value.partitions.find(one => one.partition === partition)
  if (!found) throw new AppError('PARTITION_UNKNOWN', { params: { topic, partition } })
  if (found.leader === null) throw new AppError('LEADER_UNAVAILABLE', { params: { topic, partition } })
  return { brokerId: found.leader, leaderEpoch: found.leaderEpoch, topicId: answer.value.topicId }
}

import type { Problem } from '@/lib/contracts/common'
import { toAppError } from '@/lib/errors'
import type {
  CallOptions,
  CommittedColumns,
  GroupListing,
  KafkaCluster,
  OffsetAnswer,
  TopicPartition,
} from '@/server/kafka/port'

/** Offsets of one partition as of one snapshot; null: its leader did not say. */
export type PartitionEnds = {
  lso: number | null
  hw: number | null
  start: number | null
  problem: Problem | null
}

/** Commits first, ends second, so that a group that keeps up never shows negative lag. */
export type LagSnapshot = {
  groups: GroupListing[]
  commits: CommittedColumns
  ends: Map<string, Map<number, PartitionEnds>>
  /** Every topic that exists, so that a deleted one is told from one that did not answer; null: metadata failed. */
  topics: ReadonlySet<string> | null
  problems: Problem[]
  atMs: number
}

/**
 * One round over `groups` (all of the cluster when not given): ListGroups, OffsetFetch of many groups a request, ListOffsets
 * one request a leader. Throws AppError only when the cluster as a whole does not answer.
 */
export async function takeSnapshot(
  cluster: KafkaCluster,
  nowMs: () => number,
  options: CallOptions & {
    groups?: GroupListing[]
    starts?: (partition: TopicPartition) => number | null
  } = {},
): Promise<LagSnapshot> {
  const problems: Problem[] = []
  let groups = options.groups
  if (!groups) {
    const listed = await cluster.listGroups(options)
    groups = listed.groups
    problems.push(...listed.problems)
  }
  const commits = await cluster.committedOffsets(groups, options)
  const partitions = partitionsOf(commits)
  const topics = await existingTopics(cluster, options, problems)
  const existing = topics ? partitions.filter(p => topics.has(p.topic)) : partitions
  const ends = await readEnds(cluster, existing, options)
  return { groups, commits, ends, topics, problems, atMs: nowMs() }
}

async function existingTopics(
  cluster: KafkaCluster,
  options: CallOptions,
  problems: Problem[],
): Promise<ReadonlySet<string> | null> {
  try {
    const metadata = await cluster.metadata({ ...options, maxAgeMs: 5000 })
    return new Set(metadata.topics.keys())
  } catch (error) {
    problems.push({ scope: 'metadata', code: toAppError(error).code })
    return null
  }
}

function partitionsOf(commits: CommittedColumns): TopicPartition[] {
  const seen = commits.topics.map(() => new Set<number>())
  for (let i = 0; i < commits.length; i++) seen[commits.topic[i] ?? -1]?.add(commits.partition[i] ?? -1)
  return commits.topics.flatMap((topic, t) => [...(seen[t] ?? [])].map(partition => ({ topic, partition })))
}

type Starts = (partition: TopicPartition) => number | null

async function readEnds(
  cluster: KafkaCluster,
  partitions: TopicPartition[],
  options: CallOptions & { starts?: Starts },
): Promise<Map<string, Map<number, PartitionEnds>>> {
  if (partitions.length === 0) return new Map()
  const unknownStarts = options.starts ? partitions.filter(p => options.starts?.(p) === null) : partitions
  const [stable, watermark, starts] = await Promise.all([
    cluster.listOffsets(partitions, 'latest', { ...options, isolation: 'read_committed' }),
    cluster.listOffsets(partitions, 'latest', { ...options, isolation: 'read_uncommitted' }),
    unknownStarts.length > 0 ? cluster.listOffsets(unknownStarts, 'earliest', options) : [],
  ])
  const ends = new Map<string, Map<number, PartitionEnds>>()
  const at = ({ topic, partition }: TopicPartition): PartitionEnds => {
    const ofTopic = ends.get(topic) ?? new Map<number, PartitionEnds>()
    ends.set(topic, ofTopic)
    const found = ofTopic.get(partition) ?? { lso: null, hw: null, start: null, problem: null }
    ofTopic.set(partition, found)
    return found
  }
  for (const p of partitions) at(p).start = options.starts?.(p) ?? null
  put(stable, at, 'lso')
  put(watermark, at, 'hw')
  put(starts, at, 'start')
  return ends
}

function put(
  answers: OffsetAnswer[],
  at: (p: TopicPartition) => PartitionEnds,
  field: 'lso' | 'hw' | 'start',
): void {
  for (const { topic, partition, answer } of answers) {
    const ends = at({ topic, partition })
    if (answer.ok) ends[field] = Number(answer.value.offset)
    else ends.problem = answer.problem
  }
}

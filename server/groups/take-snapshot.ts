import type { Problem } from '@/lib/contracts/common'
import { toAppError } from '@/lib/errors'
import { partitionScope } from '@/lib/partition-key'
import type {
  CallOptions,
  ClusterMetadata,
  CommittedColumns,
  GroupListing,
  KafkaCluster,
  OffsetAnswer,
  TopicPartition,
} from '@/server/kafka/port'

/** Offsets of one partition as of one snapshot; null: its leader did not say. Numbers: exact to 2^53. */
export type PartitionEnds = {
  /** Last stable offset: where read-committed consumers end. */
  lso: number | null
  hw: number | null
  start: number | null
  leaderless: boolean
  problem: Problem | null
}

/** One topic that somebody committed on. */
export type TopicEnds = {
  /** null where the cluster tells none (before 2.8), or nothing at all. */
  topicId: string | null
  /** It is not there any more, by fresh metadata. */
  deleted: boolean
  partitions: Map<number, PartitionEnds>
}

/** Commits first, ends second, so that a group that keeps up never shows negative lag. */
export type LagSnapshot = {
  /** Grows with every snapshot that was begun: what an older one says must not undo a newer one. */
  seq: number
  groups: readonly GroupListing[]
  /** Of all groups, not of some that were asked for. */
  whole: boolean
  /**
   * Brokers that told their groups, null when not known: a group whose coordinator is none of them is away,
   * not gone.
   */
  listedBy: ReadonlySet<number> | null
  /** Every broker that was asked told its groups. */
  complete: boolean
  commits: CommittedColumns
  topics: Map<string, TopicEnds>
  problems: Problem[]
  atMs: number
}

export type SnapshotOptions = CallOptions & {
  seq: number
  /** All of the cluster when not given. */
  groups?: GroupListing[] | undefined
  /** A log start that is known well enough. */
  knownStart?: ((partition: TopicPartition) => number | null) | undefined
}

/**
 * One round: ListGroups, OffsetFetch of many groups a request, ListOffsets one request a leader. Throws
 * AppError only when the cluster as a whole tells neither its groups nor their commits; everything less is a
 * problem in what it degrades.
 */
export async function takeSnapshot(
  cluster: KafkaCluster,
  nowMs: () => number,
  options: SnapshotOptions,
): Promise<LagSnapshot> {
  const problems: Problem[] = []
  const whole = options.groups === undefined
  const call: CallOptions = { signal: options.signal, timeoutMs: options.timeoutMs }
  const [listed, metadata] = await Promise.all([
    options.groups ? { groups: options.groups, problems: [] } : cluster.listGroups(call),
    whole ? cluster.metadata({ ...call, maxAgeMs: 2000 }).catch(noteIn(problems, 'metadata', call)) : null,
  ])
  problems.push(...listed.problems)
  const commits = await cluster.committedOffsets(listed.groups, { ...call, again: whole })
  const topics = await placeTopics(cluster, commits, metadata, problems, call)
  await readEnds(cluster, topics, problems, call, options.knownStart)
  const failed = new Set(listed.problems.flatMap(({ scope }) => brokerOf(scope)))
  return {
    seq: options.seq,
    groups: listed.groups,
    whole,
    listedBy:
      whole && metadata ? new Set(metadata.brokers.map(b => b.id).filter(id => !failed.has(id))) : null,
    complete: whole && listed.problems.length === 0,
    commits,
    topics,
    problems,
    atMs: nowMs(),
  }
}

function noteIn(problems: Problem[], scope: string, { signal }: CallOptions): (error: unknown) => null {
  return error => {
    if (signal?.aborted) throw error
    problems.push({ scope, code: toAppError(error).code })
    return null
  }
}

function brokerOf(scope: string): number[] {
  const id = /^broker:(\d+)$/.exec(scope)?.[1]
  return id === undefined ? [] : [Number(id)]
}

/** Committed partitions with what metadata says of them: whom it makes no sense to ask, and why. */
async function placeTopics(
  cluster: KafkaCluster,
  commits: CommittedColumns,
  metadata: ClusterMetadata | null,
  problems: Problem[],
  options: CallOptions,
): Promise<Map<string, TopicEnds>> {
  // A topic made a second ago is not a deleted one: what is missing is asked for by name, now.
  const missing = metadata ? commits.topics.filter(topic => !metadata.topics.has(topic)) : commits.topics
  const fresh =
    missing.length > 0
      ? await cluster
          .metadata({ ...options, topics: missing, maxAgeMs: metadata ? 0 : 2000 })
          .catch(noteIn(problems, 'metadata', options))
      : null
  const seen = commits.topics.map(() => new Set<number>())
  for (let i = 0; i < commits.length; i++) seen[commits.topic[i] ?? -1]?.add(commits.partition[i] ?? -1)
  const placed = new Map<string, TopicEnds>()
  commits.topics.forEach((name, t) => {
    const answer = metadata?.topics.get(name) ?? fresh?.topics.get(name)
    const leaders = answer?.ok ? new Map(answer.value.partitions.map(p => [p.partition, p.leader])) : null
    const deleted = answer !== undefined && !answer.ok && answer.problem.code === 'TOPIC_UNKNOWN'
    const partitions = new Map<number, PartitionEnds>()
    for (const partition of seen[t] ?? []) {
      const problem = answer && !answer.ok && !deleted ? answer.problem : null
      const leader = leaders ? leaders.get(partition) : undefined
      partitions.set(partition, {
        ...UNKNOWN_ENDS,
        leaderless: leader === null,
        problem: problem ?? (leaders ? partitionProblem(name, partition, leader) : null),
      })
    }
    placed.set(name, { topicId: answer?.ok ? answer.value.topicId : null, deleted, partitions })
  })
  return placed
}

export const UNKNOWN_ENDS: PartitionEnds = {
  lso: null,
  hw: null,
  start: null,
  leaderless: false,
  problem: null,
}

export function saysTheSame(a: PartitionEnds, b: PartitionEnds): boolean {
  return (
    a.lso === b.lso &&
    a.hw === b.hw &&
    a.start === b.start &&
    a.leaderless === b.leaderless &&
    a.problem === b.problem
  )
}

function partitionProblem(
  topic: string,
  partition: number,
  leader: number | null | undefined,
): Problem | null {
  if (typeof leader === 'number') return null
  const code = leader === null ? 'LEADER_UNAVAILABLE' : 'PARTITION_UNKNOWN'
  return { scope: partitionScope({ topic, partition }), code, params: { topic, partition } }
}

async function readEnds(
  cluster: KafkaCluster,
  topics: ReadonlyMap<string, TopicEnds>,
  problems: Problem[],
  options: CallOptions,
  knownStart: SnapshotOptions['knownStart'],
): Promise<void> {
  const partitions: TopicPartition[] = []
  const startsOf: TopicPartition[] = []
  for (const [topic, { deleted, partitions: placed }] of topics) {
    for (const [partition, ends] of placed) {
      if (deleted || ends.problem) continue
      const at = { topic, partition }
      partitions.push(at)
      ends.start = knownStart?.(at) ?? null
      if (ends.start === null) startsOf.push(at)
    }
  }
  if (partitions.length === 0) return
  const note = noteIn(problems, 'offsets', options)
  const [stable, watermark, starts] = await Promise.all([
    cluster.listOffsets(partitions, 'latest', { ...options, isolation: 'read_committed' }).catch(note),
    cluster.listOffsets(partitions, 'latest', { ...options, isolation: 'read_uncommitted' }).catch(note),
    startsOf.length > 0 ? cluster.listOffsets(startsOf, 'earliest', options).catch(note) : [],
  ])
  put(topics, stable, 'lso')
  put(topics, watermark, 'hw')
  put(topics, starts, 'start')
}

function put(
  topics: ReadonlyMap<string, TopicEnds>,
  answers: readonly OffsetAnswer[] | null,
  field: 'lso' | 'hw' | 'start',
): void {
  for (const { topic, partition, answer } of answers ?? []) {
    const ends = topics.get(topic)?.partitions.get(partition)
    if (!ends) continue
    if (answer.ok) ends[field] = Number(answer.value.offset)
    else {
      ends.problem = answer.problem
      if (answer.problem.code === 'LEADER_UNAVAILABLE') ends.leaderless = true
    }
  }
}

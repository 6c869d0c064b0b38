/** Made-up snapshots for tests of the book. Never imported by the product. */
import type { Problem } from '@/lib/contracts/common'
import type { CommittedColumns, GroupDescription, GroupListing } from '@/server/kafka/port'
import { type LagSnapshot, type PartitionEnds, type TopicEnds, UNKNOWN_ENDS } from './take-snapshot'

export function listing(group: string, over: Partial<GroupListing> = {}): GroupListing {
  return { group, type: 'classic', protocolType: 'consumer', state: 'Stable', coordinator: 1, ...over }
}

/** A group of which one member owns these partitions of a topic. */
export function described(of: GroupListing, topic: string, partitions: number[]): GroupDescription {
  const member = {
    memberId: `${of.group}-member`,
    instanceId: null,
    clientId: 'client',
    host: '/10.0.0.1',
    epoch: null,
    subscribed: [topic],
    assigned: [{ topic, partitions }],
    target: null,
    streams: null,
  }
  return {
    ...of,
    assignor: 'range',
    epoch: null,
    assignmentEpoch: null,
    members: [member],
    subtopologies: null,
  }
}

/** group, topic, partition, offset (-1: no commit), and for share groups the lag that the broker counts. */
export type Commit = [group: string, topic: string, partition: number, offset: number, brokerLag?: number]

export function columns(commits: Commit[], failed: [string, Problem][] = []): CommittedColumns {
  const groups = [...new Set(commits.map(c => c[0]))]
  const topics = [...new Set(commits.map(c => c[1]))]
  return {
    groups,
    topics,
    group: Int32Array.from(commits, c => groups.indexOf(c[0])),
    topic: Int32Array.from(commits, c => topics.indexOf(c[1])),
    partition: Int32Array.from(commits, c => c[2]),
    offset: Float64Array.from(commits, c => c[3]),
    shareLag: Float64Array.from(commits, c => c[4] ?? Number.NaN),
    length: commits.length,
    failed: new Map(failed),
  }
}

/** One partition's offsets: a number is an end that is its own last stable offset, from 0. */
export type Ends = number | (Partial<PartitionEnds> & { deleted?: boolean; topicId?: string })

let lastSeq = 0

/** A snapshot of all groups unless `over` says otherwise; ends by `topic/partition`. */
export function snapshot(
  atMs: number,
  commits: Commit[],
  ends: Record<string, Ends>,
  over: Partial<LagSnapshot> & { failed?: [string, Problem][] } = {},
): LagSnapshot {
  const topics = new Map<string, TopicEnds>()
  const topicOf = (name: string): TopicEnds => {
    const known = topics.get(name) ?? { topicId: `id-${name}`, deleted: false, partitions: new Map() }
    topics.set(name, known)
    return known
  }
  for (const [key, value] of Object.entries(ends)) {
    const [name = '', partition = '0'] = key.split('/')
    const topic = topicOf(name)
    const given = typeof value === 'number' ? { lso: value, hw: value } : value
    if (given.deleted) topic.deleted = true
    if (given.topicId) topic.topicId = given.topicId
    topic.partitions.set(Number(partition), {
      ...UNKNOWN_ENDS,
      start: 0,
      lso: given.lso ?? null,
      hw: given.hw ?? given.lso ?? null,
      ...(given.start !== undefined && { start: given.start }),
      ...(given.leaderless && { leaderless: true }),
      problem: given.problem ?? null,
    })
  }
  const { failed, ...rest } = over
  return {
    seq: ++lastSeq,
    groups: [...new Set(commits.map(c => c[0]))].map(group => listing(group)),
    whole: true,
    listedBy: new Set([1]),
    complete: true,
    commits: columns(commits, failed),
    topics,
    problems: [],
    atMs,
    ...rest,
  }
}

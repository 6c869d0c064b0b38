import { consumerGroupDescribeV0, createAPI, describeGroupsV5, Writer } from '@platformatic/kafka'
import type { Problem } from '@/lib/contracts/common'
import { AppError } from '@/lib/errors'
import type { Answer, GroupDescription, GroupListing, GroupMemberInfo, StreamsTask } from '../port'
import { type Family, family, flat } from './api'
import { ofEachBroker } from './brokers'
import { findCoordinators } from './coordinators'
import { type Scope, withinPart } from './deadline'
import { COORDINATOR_MOVED, failed, kafkaError, ok, problemError } from './errors'
import {
  type ClassicGroup,
  type ConsumerGroup,
  consumerGroupDescribeV1,
  describeGroupsV6,
  type ShareGroup,
  type StreamsGroup,
  type StreamsTasks,
  shareGroupDescribeV1,
  streamsGroupDescribeV0,
  type TaskIds,
  type TopicPartitions,
} from './group-apis'
import type { ClusterLink } from './link'
import { decodeListGroups, type ListedGroups } from './listed-groups'
import { type Assigned, decodeAssignment, decodeSubscription } from './member-bytes'

const LIST_GROUPS = 16
/** No filter by state, none by type. */
const ALL_GROUPS = Buffer.from([1, 1])
const TYPES_SINCE = 5

/** What a cluster's brokers told last, and what was made of it. */
type Before = {
  byBroker: Map<number, ListedGroups>
  told: readonly (readonly GroupListing[])[]
  groups: readonly GroupListing[]
}
const listedBefore = new WeakMap<ClusterLink, Before>()

function listOf(broker: number, before: ListedGroups | null): Family<[], ListedGroups> {
  const at = (version: number) =>
    createAPI<[], ListedGroups>(
      LIST_GROUPS,
      version,
      () =>
        Writer.create()
          .append(version >= TYPES_SINCE ? ALL_GROUPS : ALL_GROUPS.subarray(1))
          .appendTaggedFields(),
      (_id, _key, _version, reader) => decodeListGroups(flat(reader), version, broker, before),
    )
  return family(at(5), at(4))
}

const CLASSIC = family<[string[], boolean], { groups: ClassicGroup[] }>(
  describeGroupsV6,
  describeGroupsV5.api,
)
const CONSUMER = family<[string[], boolean], { groups: ConsumerGroup[] }>(
  consumerGroupDescribeV1,
  consumerGroupDescribeV0.api,
)
const SHARE = family<[string[], boolean], { groups: ShareGroup[] }>(shareGroupDescribeV1)
const STREAMS = family<[string[], boolean], { groups: StreamsGroup[] }>(streamsGroupDescribeV0)

/** A broker describes groups one after another; this many keep one answer short. */
const CHUNK = 200

/**
 * Groups of all brokers, each listed by its coordinator; a broker that fails is a problem beside the others' groups.
 * Throws when none answers, since that is not "no groups". While they all tell the same it is the same array.
 */
export async function listGroups(
  link: ClusterLink,
  scope: Scope,
): Promise<{ groups: readonly GroupListing[]; problems: Problem[] }> {
  const before = listedBefore.get(link) ?? { byBroker: new Map(), told: [], groups: [] }
  listedBefore.set(link, before)
  const answers = await ofEachBroker(link, scope, async (broker, part) => {
    const known = before.byBroker.get(broker) ?? null
    const answer = await link.read({ broker }, listOf(broker, known), [], part)
    if (answer.errorCode !== 0) throw kafkaError(answer.errorCode, { broker })
    before.byBroker.set(broker, answer)
    return answer.groups
  })
  const problems: Problem[] = []
  const told: (readonly GroupListing[])[] = []
  for (const { answer } of answers)
    if (answer.ok) told.push(answer.value)
    else problems.push(answer.problem)
  const [first] = problems
  if (first && problems.length === answers.length) throw problemError(first)
  const isSame = told.length === before.told.length && told.every((one, i) => one === before.told[i])
  if (!isSame) {
    // A group that moves while we ask may be listed twice: the later broker's word holds.
    const groups = new Map<string, GroupListing>()
    for (const list of told) for (const one of list) groups.set(one.group, one)
    before.told = told
    before.groups = [...groups.values()]
  }
  return { groups: before.groups, problems }
}

const byTopic = (list: TopicPartitions[]): Assigned[] =>
  list
    .map(({ topicName, partitions }) => ({
      topic: topicName,
      partitions: [...partitions].sort((a, b) => a - b),
    }))
    .sort((a, b) => (a.topic < b.topic ? -1 : 1))

type Described = Omit<GroupDescription, keyof GroupListing> & { state: string; protocolType?: string }
type Description = { group: string; errorCode: number; described: Described }

function ofClassic(group: ClassicGroup): Description {
  // Only consumers write this format: Connect's members write another one.
  const consumer = group.protocolType === 'consumer'
  const members = group.members.map(
    (one): GroupMemberInfo => ({
      memberId: one.memberId,
      instanceId: one.groupInstanceId ?? null,
      clientId: one.clientId,
      host: one.clientHost,
      epoch: null,
      subscribed: consumer ? decodeSubscription(one.memberMetadata) : [],
      assigned: consumer ? decodeAssignment(one.memberAssignment) : [],
      target: null,
      streams: null,
    }),
  )
  // v5 answers "Dead" for what it does not have, without an error.
  const errorCode = group.errorCode === 0 && group.groupState === 'Dead' ? 69 : group.errorCode
  return {
    group: group.groupId,
    errorCode,
    described: {
      state: group.groupState,
      protocolType: group.protocolType,
      assignor: group.protocolData || null,
      epoch: null,
      assignmentEpoch: null,
      members,
      subtopologies: null,
    },
  }
}

function ofConsumer(group: ConsumerGroup): Description {
  const members = group.members.map(
    (one): GroupMemberInfo => ({
      memberId: one.memberId,
      instanceId: one.instanceId ?? null,
      clientId: one.clientId,
      host: one.clientHost,
      epoch: one.memberEpoch,
      subscribed: one.subscribedTopicRegex
        ? [...one.subscribedTopicNames, `/${one.subscribedTopicRegex}/`]
        : [...one.subscribedTopicNames],
      assigned: byTopic(one.assignment.topicPartitions),
      target: byTopic(one.targetAssignment.topicPartitions),
      streams: null,
    }),
  )
  return ofEpochs(group, members)
}

/** Groups whose broker gives out the partitions. */
function ofEpochs(group: ConsumerGroup | ShareGroup, members: GroupMemberInfo[]): Description {
  const { groupState: state, groupEpoch: epoch, assignmentEpoch = null, assignorName } = group
  const assignor = assignorName || null
  const described = { state, assignor, epoch, assignmentEpoch, members, subtopologies: null }
  return { group: group.groupId, errorCode: group.errorCode, described }
}

function ofShare(group: ShareGroup): Description {
  const members = group.members.map(
    (one): GroupMemberInfo => ({
      memberId: one.memberId,
      instanceId: null,
      clientId: one.clientId,
      host: one.clientHost,
      epoch: one.memberEpoch,
      subscribed: one.subscribedTopicNames,
      assigned: byTopic(one.assignment),
      target: null,
      streams: null,
    }),
  )
  return ofEpochs(group, members)
}

/** Tasks by what the member does with them; none of a role is no row. */
const tasksOf = ({ activeTasks, standbyTasks, warmupTasks }: StreamsTasks): StreamsTask[] =>
  Object.entries({ active: activeTasks, standby: standbyTasks, warmup: warmupTasks }).flatMap(
    ([role, tasks]) =>
      tasks
        .filter(({ partitions }) => partitions.length > 0)
        .map(({ subtopologyId, partitions }) => ({
          role: role as StreamsTask['role'],
          subtopology: subtopologyId,
          partitions: [...partitions].sort((a, b) => a - b),
        })),
  )

function ofStreams(group: StreamsGroup): Description {
  const sources = new Map(
    group.subtopologies.map(one => [
      one.subtopologyId,
      [...one.sourceTopics, ...one.repartitionSourceTopics],
    ]),
  )
  // A task (subtopology, n) reads partition n of each of its subtopology's sources.
  const assigned = (tasks: TaskIds[]): Assigned[] => {
    const found = new Map<string, Set<number>>()
    for (const { subtopologyId, partitions } of tasks)
      for (const topic of sources.get(subtopologyId) ?? [])
        found.set(topic, new Set([...(found.get(topic) ?? []), ...partitions]))
    return [...found]
      .map(([topic, partitions]) => ({ topic, partitions: [...partitions].sort((a, b) => a - b) }))
      .sort((a, b) => (a.topic < b.topic ? -1 : 1))
  }
  const subscribed = [...new Set([...sources.values()].flat())].sort()
  const members = group.members.map(
    (one): GroupMemberInfo => ({
      memberId: one.memberId,
      instanceId: one.instanceId,
      clientId: one.clientId,
      host: one.clientHost,
      epoch: one.memberEpoch,
      subscribed,
      assigned: assigned(one.assignment.activeTasks),
      target: assigned(one.targetAssignment.activeTasks),
      streams: { process: one.processId, tasks: tasksOf(one.assignment) },
    }),
  )
  const subtopologies = group.subtopologies.map(one => ({
    id: one.subtopologyId,
    sources: [...one.sourceTopics, ...one.repartitionSourceTopics].sort(),
    sinks: [...one.repartitionSinkTopics].sort(),
    changelogs: [...one.changelogTopics].sort(),
  }))
  const described = {
    state: group.groupState,
    assignor: null,
    epoch: group.groupEpoch,
    assignmentEpoch: group.assignmentEpoch,
    members,
    subtopologies,
  }
  return { group: group.groupId, errorCode: group.errorCode, described }
}

type Kind = 'classic' | 'consumer' | 'share' | 'streams'

function describer<T>(api: Family<[string[], boolean], { groups: T[] }>, of: (group: T) => Description) {
  return async (link: ClusterLink, broker: number, groups: string[], scope: Scope): Promise<Description[]> =>
    (await link.read({ broker, lane: 1 }, api, [groups, false], scope)).groups.map(of)
}

const DESCRIBERS = {
  classic: describer(CLASSIC, ofClassic),
  consumer: describer(CONSUMER, ofConsumer),
  share: describer(SHARE, ofShare),
  streams: describer(STREAMS, ofStreams),
}

const kindOf = (type: GroupListing['type']): Kind => (type === 'other' ? 'classic' : type)
const scopeOf = (group: string) => `group:${group}`

/**
 * Some groups' answers by group, asked of their coordinators in chunks; `moved` are those whose coordinator
 * is another now.
 */
async function describeOnce(
  link: ClusterLink,
  groups: readonly GroupListing[],
  answers: Map<string, Answer<GroupDescription>>,
  scope: Scope,
): Promise<GroupListing[]> {
  const batches = new Map<string, GroupListing[]>()
  for (const listing of groups) {
    const key = `${listing.coordinator}/${kindOf(listing.type)}`
    const batch = batches.get(key)
    if (batch) batch.push(listing)
    else batches.set(key, [listing])
  }
  const moved: GroupListing[] = []
  const describe = async (batch: GroupListing[]) => {
    const [first] = batch
    if (!first) return
    const kind = kindOf(first.type)
    for (let at = 0; at < batch.length; at += CHUNK) {
      const chunk = batch.slice(at, at + CHUNK)
      const names = chunk.map(one => one.group)
      try {
        const found = await withinPart(scope, part => DESCRIBERS[kind](link, first.coordinator, names, part))
        const byGroup = new Map(found.map(one => [one.group, one]))
        for (const listing of chunk) {
          const one = byGroup.get(listing.group)
          const code = one ? one.errorCode : 69
          if (COORDINATOR_MOVED.has(code)) moved.push(listing)
          answers.set(
            listing.group,
            one && code === 0
              ? ok({ ...listing, ...one.described })
              : failed(scopeOf(listing.group), kafkaError(code, { group: listing.group })),
          )
        }
      } catch (error) {
        if (scope.signal.aborted) throw error
        for (const one of chunk) answers.set(one.group, failed(scopeOf(one.group), error))
        if (error instanceof AppError && error.code === 'BROKER_UNREACHABLE') moved.push(...chunk)
      }
    }
  }
  await Promise.all([...batches.values()].map(describe))
  return moved
}

/** Listings with the coordinator of now; those whose coordinator can't be found keep the old one. */
export async function relocate(
  link: ClusterLink,
  groups: readonly GroupListing[],
  scope: Scope,
): Promise<GroupListing[]> {
  const names = groups.map(one => one.group)
  const found = await findCoordinators(link, 'group', names, scope)
  return groups.map(listing => {
    const answer = found.get(listing.group)
    return answer?.ok ? { ...listing, coordinator: answer.value } : listing
  })
}

/** Descriptions in the order asked, each by the API of its type (15, 69, 77, 89), batched by coordinator. */
export async function describeGroups(
  link: ClusterLink,
  groups: readonly GroupListing[],
  scope: Scope,
): Promise<{ group: string; answer: Answer<GroupDescription> }[]> {
  const answers = new Map<string, Answer<GroupDescription>>()
  const moved = await describeOnce(link, groups, answers, scope)
  if (moved.length > 0) await describeOnce(link, await relocate(link, moved, scope), answers, scope)
  return groups.map(({ group }) => ({
    group,
    answer: answers.get(group) ?? failed(scopeOf(group), kafkaError(69, { group })),
  }))
}

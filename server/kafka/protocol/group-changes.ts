import {
  consumerGroupHeartbeatV1,
  deleteGroupsV2,
  leaveGroupV4,
  leaveGroupV5,
  offsetCommitV8,
  offsetCommitV9,
  offsetDeleteV0,
} from '@platformatic/kafka'
import { AppError } from '@/lib/errors'
import { partitionKey, partitionScope } from '@/lib/partition-key'
import type { Answer, GroupListing, GroupMemberInfo, TopicPartition } from '../port'
import { type Family, family } from './api'
import { backOff, type Scope } from './deadline'
import { COORDINATOR_MOVED, failed, kafkaError, ok } from './errors'
import { alterShareGroupOffsetsV0, deleteShareGroupOffsetsV0 } from './group-change-apis'
import { relocate } from './groups'
import type { ClusterLink } from './link'

type CommitTopic = offsetCommitV9.OffsetCommitRequestTopic
const COMMIT = family<
  [string, number, string, string | null | undefined, CommitTopic[]],
  offsetCommitV9.OffsetCommitResponse
>(offsetCommitV9.api, offsetCommitV8.api)
const DELETE_OFFSETS = family<
  [string, offsetDeleteV0.OffsetDeleteRequestTopic[]],
  offsetDeleteV0.OffsetDeleteResponse
>(offsetDeleteV0.api)
const DELETE_GROUPS = family<[string[]], deleteGroupsV2.DeleteGroupsResponse>(deleteGroupsV2.api)
const LEAVE = family<[string, leaveGroupV5.LeaveGroupRequestMember[]], leaveGroupV5.LeaveGroupResponse>(
  leaveGroupV5.api,
  leaveGroupV4.api,
)
const BEAT = family<
  Parameters<typeof consumerGroupHeartbeatV1.api.async> extends [unknown, ...infer A] ? A : never,
  consumerGroupHeartbeatV1.ConsumerGroupHeartbeatResponse
>(consumerGroupHeartbeatV1.api)
const ALTER_SHARE = family(alterShareGroupOffsetsV0)
const DELETE_SHARE = family(deleteShareGroupOffsetsV0)

const ATTEMPTS = 3
/**
 * A commit of nobody's is refused with these once a member is there (UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION,
 * STALE_MEMBER_EPOCH).
 */
const HAS_MEMBERS: ReadonlySet<number> = new Set([22, 25, 113])
const SUBSCRIBED = 86
/** A group epoch that says "leaves for good" (KIP-848). */
const LEAVES = -1

export type OffsetChange = TopicPartition & { offset: bigint }
export type ChangeAnswer = TopicPartition & { answer: Answer<null> }

function changeError(code: number, params: Record<string, string | number>, text?: string | null): AppError {
  if (HAS_MEMBERS.has(code)) return new AppError('GROUP_ACTIVE', { params })
  if (code === SUBSCRIBED) return new AppError('GROUP_SUBSCRIBED', { params })
  return kafkaError(code, params, text)
}

function byTopic<T>(
  changes: readonly (TopicPartition & T)[],
  toPartition: (change: TopicPartition & T) => object,
) {
  const topics = new Map<string, object[]>()
  for (const change of changes) {
    const list = topics.get(change.topic) ?? []
    topics.set(change.topic, list)
    list.push(toPartition(change))
  }
  return [...topics].map(([name, partitions]) => ({ name, partitions }))
}

/**
 * Sends a change to the group's coordinator. Only "not the coordinator" (nothing was done) is asked again, of
 * the new one; a lost answer is OUTCOME_UNKNOWN and never repeated.
 */
async function atCoordinator<A extends unknown[], R>(
  link: ClusterLink,
  listing: GroupListing,
  api: Family<A, R>,
  args: NoInfer<A>,
  codeOf: (answer: R) => number,
  scope: Scope,
): Promise<R> {
  let [at = listing] = await relocate(link, [listing], scope)
  for (let attempt = 1; ; attempt++) {
    const answer = await link.mutate({ broker: at.coordinator }, api, args, scope)
    if (!COORDINATOR_MOVED.has(codeOf(answer)) || attempt >= ATTEMPTS) return answer
    await backOff(scope, attempt)
    at = (await relocate(link, [at], scope))[0] ?? at
  }
}

/**
 * Sets committed offsets of a group without members: OffsetCommit of nobody's (KIP-211 onward), for share groups
 * AlterShareGroupOffsets (KIP-932). Answers by partition, in the order asked; GROUP_ACTIVE where a member
 * came meanwhile.
 */
export async function commitOffsets(
  link: ClusterLink,
  listing: GroupListing,
  changes: readonly OffsetChange[],
  scope: Scope,
): Promise<ChangeAnswer[]> {
  if (changes.length === 0) return []
  const { group } = listing
  const codes = new Map<string, { code: number; text: string | null }>()
  const put = (topic: string, partition: number, code: number, text: string | null = null) =>
    codes.set(partitionKey({ topic, partition }), { code, text })
  if (listing.type === 'share') {
    const topics = byTopic(changes, ({ partition, offset }) => ({ partition, offset }))
    const answer = await atCoordinator(
      link,
      listing,
      ALTER_SHARE,
      [group, topics as { name: string; partitions: { partition: number; offset: bigint }[] }[]],
      found => found.errorCode,
      scope,
    )
    for (const change of changes) put(change.topic, change.partition, answer.errorCode, answer.errorMessage)
    if (answer.errorCode === 0)
      for (const { name, partitions } of answer.topics)
        for (const one of partitions) put(name, one.partition, one.errorCode, one.errorMessage)
  } else {
    const topics = byTopic(changes, ({ partition, offset }) => ({
      partitionIndex: partition,
      committedOffset: offset,
      committedLeaderEpoch: -1,
      committedMetadata: '',
    })) as CommitTopic[]
    const answer = await atCoordinator(
      link,
      listing,
      COMMIT,
      [group, -1, '', null, topics],
      found => found.topics[0]?.partitions[0]?.errorCode ?? 0,
      scope,
    )
    for (const { name, partitions } of answer.topics)
      for (const one of partitions) put(name, one.partitionIndex, one.errorCode)
  }
  return changes.map(({ topic, partition }) => toAnswer(group, { topic, partition }, codes))
}

function toAnswer(
  group: string,
  at: TopicPartition,
  codes: ReadonlyMap<string, { code: number; text: string | null }>,
): ChangeAnswer {
  const found = codes.get(partitionKey(at))
  if (!found) return { ...at, answer: failed(partitionScope(at), new AppError('OUTCOME_UNKNOWN')) }
  if (found.code === 0) return { ...at, answer: ok(null) }
  return { ...at, answer: failed(partitionScope(at), changeError(found.code, { group, ...at }, found.text)) }
}

/**
 * Deletes committed offsets. Classic and consumer groups: those partitions, also of a living group that does
 * not subscribe to the topic (else GROUP_SUBSCRIBED). Share groups: whole topics, and only without members.
 */
export async function deleteOffsets(
  link: ClusterLink,
  listing: GroupListing,
  partitions: readonly TopicPartition[],
  scope: Scope,
): Promise<ChangeAnswer[]> {
  if (partitions.length === 0) return []
  const { group } = listing
  const codes = new Map<string, { code: number; text: string | null }>()
  if (listing.type === 'share') {
    const names = [...new Set(partitions.map(one => one.topic))]
    const answer = await atCoordinator(
      link,
      listing,
      DELETE_SHARE,
      [group, names],
      found => found.errorCode,
      scope,
    )
    const told = new Map(answer.topics.map(one => [one.name, one]))
    for (const at of partitions) {
      const one = told.get(at.topic)
      const code = answer.errorCode || (one?.errorCode ?? 0)
      codes.set(partitionKey(at), { code, text: answer.errorMessage ?? one?.errorMessage ?? null })
    }
  } else {
    const topics = byTopic(partitions, ({ partition }) => ({ partitionIndex: partition }))
    const answer = await atCoordinator(
      link,
      listing,
      DELETE_OFFSETS,
      [group, topics as offsetDeleteV0.OffsetDeleteRequestTopic[]],
      found => found.errorCode,
      scope,
    )
    for (const at of partitions)
      if (answer.errorCode !== 0) codes.set(partitionKey(at), { code: answer.errorCode, text: null })
    if (answer.errorCode === 0)
      for (const { name, partitions: list } of answer.topics)
        for (const one of list)
          codes.set(partitionKey({ topic: name, partition: one.partitionIndex }), {
            code: one.errorCode,
            text: null,
          })
  }
  return partitions.map(at => toAnswer(group, at, codes))
}

/** Deletes a group of any type with all its offsets. Throws GROUP_ACTIVE, GROUP_UNKNOWN, OUTCOME_UNKNOWN. */
export async function deleteGroup(link: ClusterLink, listing: GroupListing, scope: Scope): Promise<void> {
  const { group } = listing
  const answer = await atCoordinator(
    link,
    listing,
    DELETE_GROUPS,
    [[group]],
    found => found.results[0]?.errorCode ?? 0,
    scope,
  )
  const [result] = answer.results
  if (!result) throw new AppError('OUTCOME_UNKNOWN', { params: { group } })
  if (result.errorCode !== 0) throw changeError(result.errorCode, { group })
}

/**
 * Takes a static member out: LeaveGroup by its instance id for the classic protocol, a last heartbeat for
 * KIP-848, whose members a coordinator lets leave only so. Others have no way to be removed:
 * GROUP_TYPE_UNSUPPORTED.
 */
export async function removeMember(
  link: ClusterLink,
  listing: GroupListing,
  member: Pick<GroupMemberInfo, 'memberId' | 'instanceId'>,
  scope: Scope,
): Promise<void> {
  const { group, type } = listing
  const params = { group, member: member.instanceId ?? member.memberId }
  if (type === 'consumer') {
    const answer = await atCoordinator(
      link,
      listing,
      BEAT,
      [group, member.memberId, LEAVES, member.instanceId, null, -1, null, null, null, null],
      found => found.errorCode,
      scope,
    )
    if (answer.errorCode !== 0) throw kafkaError(answer.errorCode, params)
    return
  }
  if (type !== 'classic' && type !== 'other')
    throw new AppError('GROUP_TYPE_UNSUPPORTED', { params: { ...params, type } })
  const reason = 'removed by an operator'
  const answer = await atCoordinator(
    link,
    listing,
    LEAVE,
    [group, [{ memberId: '', groupInstanceId: member.instanceId, reason }]],
    found => found.errorCode,
    scope,
  )
  const code = answer.errorCode || (answer.members[0]?.errorCode ?? 0)
  if (code === 25) throw new AppError('MEMBER_UNKNOWN', { params })
  if (code !== 0) throw kafkaError(code, params)
}

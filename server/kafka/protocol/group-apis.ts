/**
 * Group APIs that the library lacks, after Kafka 4.3's message schemas. An array's element eats its own tagged fields;
 * nested structs and the top level read them here.
 */
import { createAPI, type Reader, Writer } from '@platformatic/kafka'

export type TopicPartitions = { topicId: string; topicName: string; partitions: number[] }

const int32s = (r: Reader) => r.readArray(x => x.readInt32(), true, false)
const strings = (r: Reader) => r.readArray(x => x.readString(), true, false)
const nullable = (r: Reader) => r.readNullableString() ?? null

const groupRequest = (groups: string[]) =>
  Writer.create()
    .appendArray(groups, (w, group) => w.appendString(group), true, false)
    .appendBoolean(false)
    .appendTaggedFields()

const topicPartitions = (r: Reader): TopicPartitions => ({
  topicId: r.readUUID(),
  topicName: r.readString(),
  partitions: int32s(r),
})

function assignment(r: Reader): TopicPartitions[] {
  const topics = r.readArray(topicPartitions)
  r.readTaggedFields()
  return topics
}

/** A whole answer: throttle time, groups, tagged fields. */
function groupsAnswer<T>(r: Reader, group: (r: Reader) => T): { groups: T[] } {
  r.readInt32()
  const groups = r.readArray(group)
  r.readTaggedFields()
  return { groups }
}

// ---- DescribeGroups v6 (KIP-1043): says GROUP_ID_NOT_FOUND where v5 says "Dead" ----

export type ClassicGroup = {
  errorCode: number
  groupId: string
  groupState: string
  protocolType: string
  protocolData: string
  members: {
    memberId: string
    groupInstanceId?: string | null | undefined
    clientId: string
    clientHost: string
    memberMetadata: Buffer
    memberAssignment: Buffer
  }[]
}

export const describeGroupsV6 = createAPI<[string[], boolean], { groups: ClassicGroup[] }>(
  15,
  6,
  groupRequest,
  (_id, _key, _version, reader) =>
    groupsAnswer(reader, r => {
      const errorCode = r.readInt16()
      r.readNullableString()
      const group = {
        errorCode,
        groupId: r.readString(),
        groupState: r.readString(),
        protocolType: r.readString(),
        protocolData: r.readString(),
        members: r.readArray(m => ({
          memberId: m.readString(),
          groupInstanceId: nullable(m),
          clientId: m.readString(),
          clientHost: m.readString(),
          memberMetadata: m.readBytes(),
          memberAssignment: m.readBytes(),
        })),
      }
      r.readInt32()
      return group
    }),
)

// ---- ConsumerGroupDescribe v1 (KIP-848, KIP-1099) ----

export type ConsumerGroup = {
  errorCode: number
  groupId: string
  groupState: string
  groupEpoch: number
  /** Not in what the library decodes of v0. */
  assignmentEpoch?: number
  assignorName: string
  members: {
    memberId: string
    instanceId?: string | null | undefined
    memberEpoch: number
    clientId: string
    clientHost: string
    subscribedTopicNames: string[]
    subscribedTopicRegex?: string | null | undefined
    assignment: { topicPartitions: TopicPartitions[] }
    targetAssignment: { topicPartitions: TopicPartitions[] }
  }[]
}

export const consumerGroupDescribeV1 = createAPI<[string[], boolean], { groups: ConsumerGroup[] }>(
  69,
  1,
  groupRequest,
  (_id, _key, _version, reader) =>
    groupsAnswer(reader, r => {
      const errorCode = r.readInt16()
      r.readNullableString()
      const groupId = r.readString()
      const groupState = r.readString()
      const groupEpoch = r.readInt32()
      const assignmentEpoch = r.readInt32()
      const assignorName = r.readString()
      const members = r.readArray(m => {
        const memberId = m.readString()
        const instanceId = nullable(m)
        m.readNullableString() // rack
        const member = {
          memberId,
          instanceId,
          memberEpoch: m.readInt32(),
          clientId: m.readString(),
          clientHost: m.readString(),
          subscribedTopicNames: strings(m),
          subscribedTopicRegex: nullable(m),
          assignment: { topicPartitions: assignment(m) },
          targetAssignment: { topicPartitions: assignment(m) },
        }
        m.readInt8() // member type
        return member
      })
      r.readInt32()
      return { errorCode, groupId, groupState, groupEpoch, assignmentEpoch, assignorName, members }
    }),
)

// ---- ShareGroupDescribe v1 (KIP-932) ----

export type ShareGroup = {
  errorCode: number
  groupId: string
  groupState: string
  groupEpoch: number
  assignmentEpoch: number
  assignorName: string
  members: {
    memberId: string
    memberEpoch: number
    clientId: string
    clientHost: string
    subscribedTopicNames: string[]
    assignment: TopicPartitions[]
  }[]
}

export const shareGroupDescribeV1 = createAPI<[string[], boolean], { groups: ShareGroup[] }>(
  77,
  1,
  groupRequest,
  (_id, _key, _version, reader) =>
    groupsAnswer(reader, r => {
      const errorCode = r.readInt16()
      r.readNullableString()
      const groupId = r.readString()
      const groupState = r.readString()
      const groupEpoch = r.readInt32()
      const assignmentEpoch = r.readInt32()
      const assignorName = r.readString()
      const members = r.readArray(m => {
        const memberId = m.readString()
        m.readNullableString() // rack
        return {
          memberId,
          memberEpoch: m.readInt32(),
          clientId: m.readString(),
          clientHost: m.readString(),
          subscribedTopicNames: strings(m),
          assignment: assignment(m),
        }
      })
      r.readInt32()
      return { errorCode, groupId, groupState, groupEpoch, assignmentEpoch, assignorName, members }
    }),
)

// ---- StreamsGroupDescribe v0 (KIP-1071) ----

export type TaskIds = { subtopologyId: string; partitions: number[] }
export type StreamsTasks = { activeTasks: TaskIds[]; standbyTasks: TaskIds[]; warmupTasks: TaskIds[] }
export type Subtopology = {
  subtopologyId: string
  sourceTopics: string[]
  repartitionSinkTopics: string[]
  repartitionSourceTopics: string[]
  changelogTopics: string[]
}
export type StreamsGroup = {
  errorCode: number
  groupId: string
  groupState: string
  groupEpoch: number
  assignmentEpoch: number
  subtopologies: Subtopology[]
  members: {
    memberId: string
    memberEpoch: number
    instanceId: string | null
    clientId: string
    clientHost: string
    processId: string
    assignment: StreamsTasks
    targetAssignment: StreamsTasks
  }[]
}

const taskIds = (r: Reader) =>
  r.readArray((x): TaskIds => ({ subtopologyId: x.readString(), partitions: int32s(x) }))

function tasks(r: Reader): StreamsTasks {
  const found = { activeTasks: taskIds(r), standbyTasks: taskIds(r), warmupTasks: taskIds(r) }
  r.readTaggedFields()
  return found
}

/** Only the names are wanted; partitions, replication and configs of internal topics are stepped over. */
const topicNames = (r: Reader): string[] =>
  r.readArray(x => {
    const name = x.readString()
    x.readInt32()
    x.readInt16()
    x.readArray(config => [config.readString(), config.readString()])
    return name
  })

function topology(r: Reader): Subtopology[] {
  r.readInt32() // epoch
  const subtopologies = r.readArray((x): Subtopology => {
    const subtopologyId = x.readString()
    const sourceTopics = strings(x)
    const repartitionSinkTopics = strings(x)
    const changelogTopics = topicNames(x)
    const repartitionSourceTopics = topicNames(x)
    return { subtopologyId, sourceTopics, repartitionSinkTopics, repartitionSourceTopics, changelogTopics }
  })
  r.readTaggedFields()
  return subtopologies
}

const taskOffsets = (r: Reader) =>
  r.readArray(x => {
    x.readString()
    x.readInt32()
    x.readInt64()
  })

export const streamsGroupDescribeV0 = createAPI<[string[], boolean], { groups: StreamsGroup[] }>(
  89,
  0,
  groupRequest,
  (_id, _key, _version, reader) =>
    groupsAnswer(reader, r => {
      const errorCode = r.readInt16()
      r.readNullableString()
      const groupId = r.readString()
      const groupState = r.readString()
      const groupEpoch = r.readInt32()
      const assignmentEpoch = r.readInt32()
      const subtopologies = r.readNullableStruct(() => topology(r)) ?? []
      const members = r.readArray(m => {
        const memberId = m.readString()
        const memberEpoch = m.readInt32()
        const instanceId = nullable(m)
        m.readNullableString() // rack
        const clientId = m.readString()
        const clientHost = m.readString()
        m.readInt32() // topology epoch
        const processId = m.readString()
        m.readNullableStruct(() => {
          m.readString()
          m.readUnsignedInt16()
          m.readTaggedFields()
          return null
        })
        m.readArray(tag => [tag.readString(), tag.readString()])
        taskOffsets(m)
        taskOffsets(m)
        const member = {
          memberId,
          memberEpoch,
          instanceId,
          clientId,
          clientHost,
          processId,
          assignment: tasks(m),
          targetAssignment: tasks(m),
        }
        m.readBoolean() // is classic
        return member
      })
      r.readInt32()
      return { errorCode, groupId, groupState, groupEpoch, assignmentEpoch, subtopologies, members }
    }),
)

// ---- DescribeShareGroupOffsets (KIP-932; v1 adds the lag, KIP-1226) ----

export type ShareOffsets = {
  groupId: string
  topics: {
    topicName: string
    partitions: { partition: number; startOffset: bigint; lag: bigint; errorCode: number }[]
  }[]
  errorCode: number
}

const shareOffsets = (version: 0 | 1) =>
  createAPI<[string[]], { groups: ShareOffsets[] }>(
    90,
    version,
    (groups: string[]) =>
      Writer.create()
        .appendArray(groups, (w, group) => w.appendString(group).appendArray(null, () => undefined))
        .appendTaggedFields(),
    (_id, _key, _version, reader) =>
      groupsAnswer(reader, r => ({
        groupId: r.readString(),
        topics: r.readArray(t => {
          const topicName = t.readString()
          t.readUUID()
          const partitions = t.readArray(p => {
            const partition = p.readInt32()
            const startOffset = p.readInt64()
            p.readInt32() // leader epoch
            const lag = version >= 1 ? p.readInt64() : -1n
            const errorCode = p.readInt16()
            p.readNullableString()
            return { partition, startOffset, lag, errorCode }
          })
          return { topicName, partitions }
        }),
        errorCode: (() => {
          const code = r.readInt16()
          r.readNullableString()
          return code
        })(),
      })),
  )

export const describeShareGroupOffsetsV0 = shareOffsets(0)
export const describeShareGroupOffsetsV1 = shareOffsets(1)

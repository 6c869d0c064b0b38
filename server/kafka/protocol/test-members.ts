/** Members of KIP-848, share and streams groups for tests: a heartbeat by hand instead of a Java client. */
import { randomUUID } from 'node:crypto'
import {
  type Connection,
  consumerGroupHeartbeatV1,
  createAPI,
  type Reader,
  Writer,
} from '@platformatic/kafka'

type Beat = { errorCode: number; memberEpoch: number }

function beat(reader: Reader): Beat {
  reader.readInt32()
  const errorCode = reader.readInt16()
  const message = reader.readNullableString()
  reader.readNullableString()
  if (errorCode !== 0) throw new Error(`heartbeat: ${errorCode} ${message}`)
  return { errorCode, memberEpoch: reader.readInt32() }
}

const shareHeartbeat = createAPI<[string, string, number, string[] | null], Beat>(
  76,
  1,
  (group: string, member: string, epoch: number, topics: string[] | null) =>
    Writer.create()
      .appendString(group)
      .appendString(member)
      .appendInt32(epoch)
      .appendString(null)
      .appendArray(topics, (w, topic) => w.appendString(topic), true, false)
      .appendTaggedFields(),
  (_id, _key, _version, reader) => beat(reader),
)

export type TestTopology = { id: string; sources: string[]; changelogs?: string[] }[]

const streamsHeartbeat = createAPI<[string, string, number, TestTopology | null], Beat>(
  88,
  0,
  (group: string, member: string, epoch: number, topology: TestTopology | null) => {
    const none = (w: Writer) => w.appendArray([], () => undefined)
    const writer = Writer.create()
      .appendString(group)
      .appendString(member)
      .appendInt32(epoch)
      .appendInt32(0)
      .appendString(null)
      .appendString(null)
      .appendInt32(topology ? 5000 : -1)
    if (!topology) writer.appendInt8(-1)
    else {
      writer.appendInt8(1).appendInt32(0)
      writer.appendArray(topology, (w, one) => {
        w.appendString(one.id).appendArray(one.sources, (x, topic) => x.appendString(topic), true, false)
        none(w) // patterns of sources
        w.appendArray(
          one.changelogs ?? [],
          (x, name) => {
            x.appendString(name).appendInt32(0).appendInt16(1)
            x.appendArray([], () => undefined).appendTaggedFields()
          },
          true,
          false,
        )
        for (let field = 0; field < 3; field++) none(w)
      })
      writer.appendTaggedFields()
    }
    // Tasks are sent when joining, and never after.
    for (let field = 0; field < 3; field++) writer.appendArray(topology ? [] : null, () => undefined)
    writer.appendString(topology ? member : null).appendInt8(-1)
    for (const value of [topology ? [] : null, null, null]) writer.appendArray(value, () => undefined)
    return writer.appendBoolean(false).appendTaggedFields()
  },
  (_id, _key, _version, reader) => beat(reader),
)

/** Joins a KIP-848 group; the answer leaves it. */
export async function joinConsumerGroup(connection: Connection, group: string, topics: string[]) {
  const member = randomUUID()
  const send = (epoch: number) =>
    consumerGroupHeartbeatV1.api.async(
      connection,
      group,
      member,
      epoch,
      null,
      null,
      epoch === 0 ? 30_000 : -1,
      epoch === 0 ? topics : null,
      null,
      null,
      epoch === 0 ? [] : null,
    )
  await send(0)
  return { member, leave: () => send(-1) }
}

export async function joinShareGroup(connection: Connection, group: string, topics: string[]) {
  const member = randomUUID()
  let { memberEpoch } = await shareHeartbeat.async(connection, group, member, 0, topics)
  /** Says that it lives: what it is given comes with an answer. */
  const beatOnce = async () => {
    ;({ memberEpoch } = await shareHeartbeat.async(connection, group, member, memberEpoch, null))
  }
  return { member, beat: beatOnce, leave: () => shareHeartbeat.async(connection, group, member, -1, null) }
}

export async function joinStreamsGroup(connection: Connection, group: string, topology: TestTopology) {
  const member = randomUUID()
  let { memberEpoch } = await streamsHeartbeat.async(connection, group, member, 0, topology)
  /** Says that it lives, as its process does every few seconds: its tasks come with an answer. */
  const beatOnce = async () => {
    ;({ memberEpoch } = await streamsHeartbeat.async(connection, group, member, memberEpoch, null))
  }
  return { member, beat: beatOnce, leave: () => streamsHeartbeat.async(connection, group, member, -1, null) }
}

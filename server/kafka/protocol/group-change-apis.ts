/**
 * AlterShareGroupOffsets (91) and DeleteShareGroupOffsets (92), which the library lacks; after Kafka 4.3's
 * message schemas (KIP-932).
 */
import { createAPI, Writer } from '@platformatic/kafka'

export type ShareChange = { name: string; partitions: { partition: number; offset: bigint }[] }
export type ShareChanged = {
  errorCode: number
  errorMessage: string | null
  topics: {
    name: string
    partitions: { partition: number; errorCode: number; errorMessage: string | null }[]
  }[]
}

export const alterShareGroupOffsetsV0 = createAPI<[string, ShareChange[]], ShareChanged>(
  91,
  0,
  (group: string, topics: ShareChange[]) =>
    Writer.create()
      .appendString(group)
      .appendArray(topics, (w, { name, partitions }) =>
        w
          .appendString(name)
          .appendArray(partitions, (x, { partition, offset }) =>
            x.appendInt32(partition).appendInt64(offset),
          ),
      )
      .appendTaggedFields(),
  (_id, _key, _version, r) => {
    r.readInt32()
    const errorCode = r.readInt16()
    const errorMessage = r.readNullableString() ?? null
    const topics = r.readArray(t => {
      const name = t.readString()
      t.readUUID()
      const partitions = t.readArray(p => ({
        partition: p.readInt32(),
        errorCode: p.readInt16(),
        errorMessage: p.readNullableString() ?? null,
      }))
      return { name, partitions }
    })
    return { errorCode, errorMessage, topics }
  },
)

export type ShareDeleted = {
  errorCode: number
  errorMessage: string | null
  topics: { name: string; errorCode: number; errorMessage: string | null }[]
}

export const deleteShareGroupOffsetsV0 = createAPI<[string, string[]], ShareDeleted>(
  92,
  0,
  (group: string, topics: string[]) =>
    Writer.create()
      .appendString(group)
      .appendArray(topics, (w, name) => w.appendString(name))
      .appendTaggedFields(),
  (_id, _key, _version, r) => {
    r.readInt32()
    const errorCode = r.readInt16()
    const errorMessage = r.readNullableString() ?? null
    const topics = r.readArray(t => {
      const name = t.readString()
      t.readUUID()
      return { name, errorCode: t.readInt16(), errorMessage: t.readNullableString() ?? null }
    })
    return { errorCode, errorMessage, topics }
  },
)

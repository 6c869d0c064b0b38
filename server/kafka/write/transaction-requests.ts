/**
 * The four requests of a transactional producer, with parsers of our own: an error code inside an answer is data here,
 * since each code has its own consequence (retry, abort, fenced). Versions of one family that share a layout
 * share a parser.
 */
import { createAPI, type Reader, Writer } from '@platformatic/kafka'

export const PRODUCE_KEY = 0
export const INIT_PRODUCER_ID_KEY = 22
export const ADD_PARTITIONS_KEY = 24
export const END_TXN_KEY = 26

/**
 * What the writer can speak, oldest broker 2.8. Produce 12 and EndTxn 5 belong to transaction.version 2 alone
 * (KIP-890).
 */
export const VERSIONS = {
  produce: [9, 10, 11],
  produceV2: [12],
  initProducerId: [3, 4, 5],
  addPartitions: [3],
  endTxn: [3, 4],
  endTxnV2: [5],
} as const

export type ProducerIdentity = { producerId: bigint; producerEpoch: number }

export type PartitionBatch = { topic: string; partition: number; batch: Buffer }
export type ProduceAnswer = {
  topic: string
  partition: number
  errorCode: number
  baseOffset: bigint
  /** -1 unless the topic writes LogAppendTime. */
  logAppendTimeMs: bigint
  errorMessage: string | null
}

function produceRequest(
  transactionalId: string | null,
  timeoutMs: number,
  batches: readonly PartitionBatch[],
): Writer {
  const topics = Map.groupBy(batches, one => one.topic)
  return Writer.create()
    .appendString(transactionalId)
    .appendInt16(-1) // acks: all in sync
    .appendInt32(timeoutMs)
    .appendArray([...topics], (w, [topic, partitions]) => {
      w.appendString(topic).appendArray(partitions, (v, { partition, batch }) => {
        v.appendInt32(partition)
          .appendUnsignedVarInt(batch.length + 1)
          .append(batch)
      })
    })
    .appendTaggedFields()
}

function produceAnswer(
  _correlation: number,
  _key: number,
  _version: number,
  reader: Reader,
): ProduceAnswer[] {
  const answers: ProduceAnswer[] = []
  reader.readArray(
    r => {
      const topic = r.readString()
      r.readArray(
        p => {
          const answer = {
            topic,
            partition: p.readInt32(),
            errorCode: p.readInt16(),
            baseOffset: p.readInt64(),
            logAppendTimeMs: p.readInt64(),
          }
          p.readInt64() // log start offset
          p.readArray(
            e => {
              e.readInt32()
              e.readNullableString()
              e.readTaggedFields()
            },
            true,
            false,
          )
          const errorMessage = p.readNullableString()
          p.readTaggedFields()
          answers.push({ ...answer, errorMessage })
        },
        true,
        false,
      )
      r.readTaggedFields()
    },
    true,
    false,
  )
  reader.readInt32()
  reader.readTaggedFields()
  return answers
}

type ProduceArguments = [
  transactionalId: string | null,
  timeoutMs: number,
  batches: readonly PartitionBatch[],
]
const produceApis = new Map(
  [...VERSIONS.produce, ...VERSIONS.produceV2].map(version => [
    version as number,
    createAPI<ProduceArguments, ProduceAnswer[]>(PRODUCE_KEY, version, produceRequest, produceAnswer),
  ]),
)

function initRequest(transactionalId: string | null, timeoutMs: number): Writer {
  // -1/-1: a new owner. It fences whoever has the id and ends what that one left open.
  return Writer.create()
    .appendString(transactionalId)
    .appendInt32(timeoutMs)
    .appendInt64(-1n)
    .appendInt16(-1)
    .appendTaggedFields()
}

type Coded = { errorCode: number }

function identityAnswer(
  _correlation: number,
  _key: number,
  _version: number,
  reader: Reader,
): Coded & ProducerIdentity {
  reader.readInt32()
  const answer = {
    errorCode: reader.readInt16(),
    producerId: reader.readInt64(),
    producerEpoch: reader.readInt16(),
  }
  reader.readTaggedFields()
  return answer
}

const initApis = new Map(
  VERSIONS.initProducerId.map(version => [
    version as number,
    createAPI<[transactionalId: string | null, timeoutMs: number], Coded & ProducerIdentity>(
      INIT_PRODUCER_ID_KEY,
      version,
      initRequest,
      identityAnswer,
    ),
  ]),
)

type AddArguments = [
  transactionalId: string,
  identity: ProducerIdentity,
  partitions: readonly { topic: string; partition: number }[],
]
export type AddAnswer = { topic: string; partition: number; errorCode: number }

function addRequest(...[transactionalId, identity, partitions]: AddArguments): Writer {
  return Writer.create()
    .appendString(transactionalId)
    .appendInt64(identity.producerId)
    .appendInt16(identity.producerEpoch)
    .appendArray([...Map.groupBy(partitions, one => one.topic)], (w, [topic, ofTopic]) => {
      w.appendString(topic).appendArray(ofTopic, (v, one) => v.appendInt32(one.partition), true, false)
    })
    .appendTaggedFields()
}

function addAnswer(_correlation: number, _key: number, _version: number, reader: Reader): AddAnswer[] {
  const answers: AddAnswer[] = []
  reader.readInt32()
  reader.readArray(
    r => {
      const topic = r.readString()
      r.readArray(
        p => {
          answers.push({ topic, partition: p.readInt32(), errorCode: p.readInt16() })
          p.readTaggedFields()
        },
        true,
        false,
      )
      r.readTaggedFields()
    },
    true,
    false,
  )
  reader.readTaggedFields()
  return answers
}

/**
 * Before transaction.version 2 a partition must be made part of the transaction by hand. v4 and above are for
 * brokers only.
 */
export const addPartitionsApi = createAPI<AddArguments, AddAnswer[]>(
  ADD_PARTITIONS_KEY,
  3,
  addRequest,
  addAnswer,
)

type EndArguments = [transactionalId: string, identity: ProducerIdentity, commit: boolean]

function endRequest(...[transactionalId, identity, commit]: EndArguments): Writer {
  return Writer.create()
    .appendString(transactionalId)
    .appendInt64(identity.producerId)
    .appendInt16(identity.producerEpoch)
    .appendBoolean(commit)
    .appendTaggedFields()
}

function endAnswer(_correlation: number, _key: number, _version: number, reader: Reader): Coded {
  reader.readInt32()
  const errorCode = reader.readInt16()
  reader.readTaggedFields()
  return { errorCode }
}

const endApis = new Map(
  VERSIONS.endTxn.map(version => [
    version as number,
    createAPI<EndArguments, Coded>(END_TXN_KEY, version, endRequest, endAnswer),
  ]),
)
/**
 * Answers the identity of the next transaction: every transaction has an epoch of its own, so a late request
 * can't join it.
 */
export const endTxnV5Api = createAPI<EndArguments, Coded & ProducerIdentity>(
  END_TXN_KEY,
  5,
  endRequest,
  identityAnswer,
)

function of<T>(apis: Map<number, T>, version: number): T {
  const api = apis.get(version)
  if (!api) throw new RangeError(`no request of version ${version}`)
  return api
}
export const produceApi = (version: number) => of(produceApis, version)
export const initProducerIdApi = (version: number) => of(initApis, version)
export const endTxnApi = (version: number) => of(endApis, version)

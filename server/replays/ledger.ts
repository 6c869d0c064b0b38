import * as z from 'zod'
import { AppError, toAppError } from '@/lib/errors'
import type { KafkaCluster, LogRecord, TopicMetadata } from '@/server/kafka/port'
import { murmur2 } from './choose-partition'

/**
 * Which dead letter was replayed to where. Written in the transaction of the replayed records, so that what it
 * says is so: that is why no letter is replayed twice.
 */
export const LEDGER_TOPIC = '__milena_replays'
const LEDGER_PARTITIONS = 12
const REPLICATION_MAX = 3
export const LEDGER_RETENTION_MS = 90 * 86_400_000

export type Place = { topic: string; partition: number; offset: bigint }

export type LedgerEntry = {
  topicId: string
  partition: number
  offset: bigint
  replay: string
  atMs: number
  target: Place
  count: number
  /** Where the dead letter's record first stood; null where its headers don't say. */
  origin: Place | null
}

/**
 * A copy is no replay: its entries stand under an id of their own, so that they neither mark letters nor hide
 * their marks.
 */
export const copyLedgerId = (topicId: string, replay: string): string => `${topicId}+${replay}`
export const isCopyEntry = (entry: Pick<LedgerEntry, 'topicId'>): boolean => entry.topicId.includes('+')

const offset = z
  .string()
  .regex(/^\d{1,19}$/)
  .transform(BigInt)
const place = z.object({ topic: z.string().max(249), partition: z.number().int().min(0), offset })
const keySchema = z.object({
  v: z.literal(1),
  topicId: z.string().max(64),
  partition: z.number().int().min(0),
  offset,
})
const valueSchema = z.object({
  v: z.literal(1),
  replay: z.string().max(64),
  at: z.iso.datetime().transform(text => Date.parse(text)),
  target: place,
  count: z.number().int().min(0),
  origin: place.nullish(),
})

const QUOTED_MAX = 1_000
const quoted = new Map<string | null, string>()
/** As JSON; the names of a replay's records repeat, and hostile ones, all different, are not kept for long. */
function text(value: string | null): string {
  const known = quoted.get(value)
  if (known !== undefined) return known
  const made = JSON.stringify(value)
  if (quoted.size >= QUOTED_MAX) quoted.clear()
  quoted.set(value, made)
  return made
}

/** By hand: a replay at full speed writes tens of thousands of these a second. */
const placeText = ({ topic, partition, offset: at }: Place) =>
  `"topic":${text(topic)},"partition":${partition},"offset":"${at}"`

/** The key of a slice's entries up to their offset. */
export const ledgerKeyHead = (topicId: string, partition: number): string =>
  `{"v":1,"topicId":${text(topicId)},"partition":${partition},"offset":"`

/**
 * How a transaction's records stand in the ledger: answers key and value of the entry for each. What they share is
 * laid out once, and once for each partition that they go to.
 */
export function ledgerTexts({
  topicId,
  partition,
  replay,
  atMs,
}: Pick<LedgerEntry, 'topicId' | 'partition' | 'replay' | 'atMs'>) {
  const keyHead = ledgerKeyHead(topicId, partition)
  const start = `{"v":1,"replay":${text(replay)},"at":"${new Date(atMs).toISOString()}","target":{"topicId":`
  const heads = new Map<string, string[]>()
  const headFor = (targetTopicId: string | null, to: Place): string => {
    const known = heads.get(to.topic) ?? []
    heads.set(to.topic, known)
    // Joined, so that it is one piece: a chain of pieces would be walked through for every record.
    known[to.partition] ??= [
      start,
      `${text(targetTopicId)},"topic":${text(to.topic)},"partition":${to.partition},"offset":"`,
    ].join('')
    return known[to.partition] ?? ''
  }
  return ({
    offset,
    target,
    targetTopicId,
    count,
    origin,
  }: Pick<LedgerEntry, 'offset' | 'target' | 'count' | 'origin'> & { targetTopicId: string | null }) => {
    const tail = origin ? `,"origin":{${placeText(origin)}}}` : '}'
    return {
      key: `${keyHead}${offset}"}`,
      value: `${headFor(targetTopicId, target)}${target.offset}"},"count":${count}${tail}`,
    }
  }
}

/** null: a tombstone, another version's record, or somebody else's. */
export function readLedgerRecord(record: Pick<LogRecord, 'key' | 'value'>): LedgerEntry | null {
  const key = keySchema.safeParse(parse(record.key))
  const value = valueSchema.safeParse(parse(record.value))
  if (!key.success || !value.success) return null
  const { replay, at: atMs, target, count, origin } = value.data
  const { topicId, partition } = key.data
  return { topicId, partition, offset: key.data.offset, replay, atMs, target, count, origin: origin ?? null }
}

function parse(bytes: Buffer | null): unknown {
  if (bytes === null || bytes.length > 10_000) return null
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return null
  }
}

/** A slice always writes to the same ledger partition, so that its owner reads one partition to know what is done. */
export function ledgerPartitionOf(topicId: string, partition: number, ledgerPartitions: number): number {
  return (murmur2(Buffer.from(`${topicId}/${partition}`)) & 0x7fffffff) % ledgerPartitions
}

/** Somebody may add partitions to the topic; a slice's place must not move by that. */
const usedPartitions = ({ partitions }: TopicMetadata) => Math.min(LEDGER_PARTITIONS, partitions.length)

type ReadyLedger = { state: 'ready'; partitions: number; topicId: string }
export type LedgerState =
  | ReadyLedger
  | { state: 'will-be-created'; partitions: number }
  | { state: 'unavailable'; reason: string }

/** The ledger, when it is there. Throws what the cluster answers. */
export async function knownLedger(cluster: KafkaCluster, signal: AbortSignal): Promise<ReadyLedger | null> {
  const known = await ledgerMetadata(cluster, signal)
  return known && { state: 'ready', partitions: usedPartitions(known), topicId: known.topicId }
}

/** Is the ledger there, or could it be made? Writes nothing: creation is only validated. */
export async function ledgerState(cluster: KafkaCluster, signal: AbortSignal): Promise<LedgerState> {
  try {
    const known = await knownLedger(cluster, signal)
    if (known) return known
    await cluster.createTopic(await newLedger(cluster, LEDGER_RETENTION_MS, signal), {
      signal,
      validateOnly: true,
    })
    return { state: 'will-be-created', partitions: LEDGER_PARTITIONS }
  } catch (error) {
    const { code } = toAppError(error)
    if (code === 'TOPIC_EXISTS') return { state: 'will-be-created', partitions: LEDGER_PARTITIONS }
    if (code === 'CANCELLED') throw error
    return { state: 'unavailable', reason: code }
  }
}

/**
 * Makes the ledger if it is not there and answers its number of partitions. Throws LEDGER_UNAVAILABLE with
 * the reason's code.
 */
export async function ensureLedger(
  cluster: KafkaCluster,
  retentionMs: number,
  signal: AbortSignal,
): Promise<number> {
  try {
    const known = await ledgerMetadata(cluster, signal)
    if (known) return usedPartitions(known)
    try {
      await cluster.createTopic(await newLedger(cluster, retentionMs, signal), { signal })
    } catch (error) {
      // Another replica was faster.
      if (toAppError(error).code !== 'TOPIC_EXISTS') throw error
    }
    for (let tries = 0; tries < 50; tries++) {
      const made = await ledgerMetadata(cluster, signal)
      if (made?.partitions.every(one => one.leader !== null)) return usedPartitions(made)
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    throw new AppError('LEADER_UNAVAILABLE', { params: { topic: LEDGER_TOPIC } })
  } catch (error) {
    throw ledgerUnavailable(error)
  }
}

export function ledgerUnavailable(error: unknown): AppError {
  const { code } = toAppError(error)
  if (code === 'CANCELLED' || code === 'LEDGER_UNAVAILABLE') return toAppError(error)
  return new AppError('LEDGER_UNAVAILABLE', { params: { reason: code }, cause: error })
}

/** LEDGER_UNAVAILABLE for a record of ours that the ledger did not take; the reason is Kafka's where it gave one. */
export function ledgerRefused(error: unknown): AppError {
  const { code, params } = toAppError(error)
  const reason = typeof params?.kafka === 'string' ? params.kafka : code
  return new AppError('LEDGER_UNAVAILABLE', { params: { reason }, cause: error })
}

async function ledgerMetadata(cluster: KafkaCluster, signal: AbortSignal): Promise<TopicMetadata | null> {
  const { topics } = await cluster.metadata({ topics: [LEDGER_TOPIC], maxAgeMs: 0, signal })
  const answer = topics.get(LEDGER_TOPIC)
  if (answer?.ok) return answer.value
  if (!answer || answer.problem.code === 'TOPIC_UNKNOWN') return null
  throw new AppError(answer.problem.code === 'CLUSTER_DENIED' ? 'CLUSTER_DENIED' : 'LEADER_UNAVAILABLE', {
    params: { topic: LEDGER_TOPIC },
  })
}

async function newLedger(cluster: KafkaCluster, retentionMs: number, signal: AbortSignal) {
  const { brokers } = await cluster.metadata({ topics: [], signal })
  return {
    name: LEDGER_TOPIC,
    partitions: LEDGER_PARTITIONS,
    replicationFactor: Math.min(REPLICATION_MAX, Math.max(1, brokers.length)),
    configs: {
      'cleanup.policy': 'compact,delete',
      'retention.ms': String(retentionMs < 0 ? -1 : Math.max(LEDGER_RETENTION_MS, retentionMs)),
      'retention.bytes': '-1',
    },
  }
}

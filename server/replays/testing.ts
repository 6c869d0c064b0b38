/**
 * For tests of replays: a real cluster, a real store, dead letters as Spring writes them. Never imported by
 * the product.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { RawInputOf } from '@/lib/contracts/endpoint'
import { type Replay, type ReplayPlan, replays } from '@/lib/contracts/replays'
import { uniqueName } from '@/scripts/services/in-test'
import { abortTransaction } from '@/scripts/services/kafka-transactions'
import { testKafka } from '@/scripts/services/test-groups'
import type { ClusterConfig } from '@/server/config/types'
import type { Clock, Context } from '@/server/context'
import type { DeadLetterIndex, DeadLetterIndexes } from '@/server/dead-letters/service'
import { type TestContextOptions, testCluster, testContext, testStore } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka/index'
import type {
  KafkaCluster,
  KafkaClusters,
  LogRecord,
  OutgoingRecord,
  RecordHeader,
  TransactionalWriter,
} from '@/server/kafka/port'
import { silentLogger } from '@/server/log'
import { noSchemas } from '@/server/schemas/create-service'
import type { Schemas } from '@/server/schemas/service'
import type { Store } from '@/server/store/types'
import { createReplay } from './create-replay'
import { createReplayRunners } from './create-service'
import { getReplay } from './get-replay'
import { LEDGER_TOPIC, type LedgerEntry, readLedgerRecord } from './ledger'
import { resumeReplay } from './resume-replay'

export const CLUSTER = 'test'

export const header = (name: string | Buffer, value: string | Buffer | null): RecordHeader => ({
  name: Buffer.from(name as string),
  value: value === null ? null : Buffer.from(value as string),
})

const int32 = (n: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(n)
  return bytes
}
export const int64 = (n: bigint) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(n)
  return bytes
}

/** What DeadLetterPublishingRecoverer adds (Spring Kafka 4.1). */
export function springHeaders(topic: string, partition: number, offset: bigint): RecordHeader[] {
  return [
    header('kafka_dlt-original-topic', topic),
    header('kafka_dlt-original-partition', int32(partition)),
    header('kafka_dlt-original-offset', int64(offset)),
    header('kafka_dlt-original-consumer-group', `${topic}-group`),
    header('kafka_dlt-exception-fqcn', 'org.springframework.kafka.listener.ListenerExecutionFailedException'),
    header('kafka_dlt-exception-message', 'Listener failed; no stock'),
    header(
      'kafka_dlt-exception-stacktrace',
      'java.lang.IllegalStateException: no stock\n\tat a.B.c(B.java:1)',
    ),
  ]
}

/** An index that knows names alone; `rows` is what a selection by fingerprint finds. */
export function namedIndex(over: Partial<DeadLetterIndex> = {}): DeadLetterIndexes {
  const index = {
    places: () => [],
    isDropped: () => false,
    isDeadLetterTopic: (topic: string) => topic.endsWith('-dlt'),
    originOf: (topic: string) => (topic.endsWith('-dlt') ? topic.slice(0, -4) : null),
    markReplayed: () => undefined,
    complete: () => true,
    ledgerMap: () => null,
    ...over,
  }
  // The planner asks nothing else of it.
  return { of: () => index as unknown as DeadLetterIndex }
}

export type Bed = {
  store: Store
  clusters: KafkaClusters
  cluster: KafkaCluster
  clock: { now(): number; offsetMs: number }
  context(options?: TestContextOptions): Context
  /** A replay's process stops (gracefully) and another one begins over the same store. */
  restart(): Promise<void>
  close(): Promise<void>
}

export async function makeBed(
  bootstrap: string,
  options: {
    store?: Store
    config?: Partial<ClusterConfig>
    deadLetters?: DeadLetterIndexes
    /** Ids under which the same brokers are known as other clusters. */
    more?: readonly string[]
    wrap?: (cluster: KafkaCluster) => KafkaCluster
    schemas?: Schemas
    runner?: NonNullable<Parameters<typeof createReplayRunners>[2]>
  } = {},
): Promise<Bed> {
  const clock: Clock & { offsetMs: number } = { offsetMs: 0, now: () => Date.now() + clock.offsetMs }
  const store = options.store ?? (await testStore())
  const config = testCluster(bootstrap, { id: CLUSTER, ...options.config })
  const real = createKafkaClusters([config, ...(options.more ?? []).map(id => ({ ...config, id }))], {
    clock,
  })
  const cluster = options.wrap ? options.wrap(real.get(CLUSTER)) : real.get(CLUSTER)
  const clusters: KafkaClusters = {
    get: id => (id === CLUSTER ? cluster : real.get(id)),
    list: () => real.list(),
    close: () => real.close(),
  }
  const deadLetters = options.deadLetters ?? namedIndex()
  const schemas = options.schemas ?? noSchemas
  const make = () =>
    createReplayRunners({ clusters, store, clock, schemas, log: silentLogger }, deadLetters, {
      leaseMs: 2_000,
      ...options.runner,
    })
  let runners = make()
  return {
    store,
    clusters,
    cluster,
    clock,
    context: more =>
      testContext({ clusters, store, clock, services: { deadLetters, replays: runners, schemas }, ...more }),
    async restart() {
      await runners.of(CLUSTER).stop()
      runners = make()
      runners.of(CLUSTER).start()
    },
    async close() {
      await runners.of(CLUSTER).stop()
      await real.close()
      if (!options.store) await store.close()
    },
  }
}

export async function makeTopic(
  cluster: KafkaCluster,
  name: string,
  partitions = 1,
  configs: Record<string, string> = {},
): Promise<string> {
  await cluster.createTopic({ name, partitions, replicationFactor: -1, configs })
  for (;;) {
    const { topics } = await cluster.metadata({ topics: [name], maxAgeMs: 0 })
    const answer = topics.get(name)
    if (answer?.ok && answer.value.partitions.every(one => one.leader !== null)) return name
    await sleep(20)
  }
}

/** Writes records as they are, committed. */
export async function writeAll(
  cluster: KafkaCluster,
  topic: string,
  records: OutgoingRecord[],
): Promise<void> {
  const writer = await cluster.openWriter(uniqueName('seed'))
  for (let at = 0; at < records.length; at += 1000) {
    await writer.send(topic, records.slice(at, at + 1000))
    await writer.commit()
  }
  await writer.close()
}

/** A topic, its dead-letter topic, and letters in it: value `n`, key `k-n`, spread over the partitions. */
export async function makeLetters(
  cluster: KafkaCluster,
  count: number,
  partitions = 1,
): Promise<{ origin: string; letters: string; refs: { partition: number; offset: string }[] }> {
  const origin = await makeTopic(cluster, uniqueName('order.payment.charged'), partitions)
  const letters = await makeTopic(cluster, `${origin}-dlt`, partitions)
  const records = Array.from({ length: count }, (_, n): OutgoingRecord => {
    const partition = n % partitions
    return {
      partition,
      key: Buffer.from(`k-${n}`),
      value: Buffer.from(`${n}`),
      headers: [...springHeaders(origin, partition, BigInt(n)), header('traceparent', `00-${n}`)],
      timestampMs: Date.now() - 60_000,
    }
  })
  await writeAll(cluster, letters, records)
  const refs = (await readCommitted(cluster, letters)).map(one => ({
    partition: one.partition,
    offset: one.offset.toString(),
  }))
  return { origin, letters, refs }
}

/** What retention does to partition 0. */
export async function expireBefore(bootstrap: string, topic: string, offset: string): Promise<void> {
  const admin = testKafka(bootstrap).admin()
  await admin.connect()
  try {
    await admin.fetchTopicOffsets(topic) // kafkajs deletes nothing of a topic that it has not asked about
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset }] })
  } finally {
    await admin.disconnect()
  }
}

/** Everything a read-committed reader sees, by partition and offset. */
export async function readCommitted(cluster: KafkaCluster, topic: string): Promise<LogRecord[]> {
  const { topics } = await cluster.metadata({ topics: [topic], maxAgeMs: 0 })
  const answer = topics.get(topic)
  if (!answer?.ok) throw new Error(`no topic ${topic}`)
  const asked = answer.value.partitions.map(({ partition }) => ({ topic, partition }))
  const starts = await cluster.listOffsets(asked, 'earliest')
  const startOf = new Map(starts.map(one => [one.partition, one.answer.ok ? one.answer.value.offset : 0n]))
  const ends = await cluster.listOffsets(asked, 'latest')
  const fetcher = cluster.openFetcher()
  const found: LogRecord[] = []
  try {
    for (const { partition, answer: end } of ends) {
      if (!end.ok) throw new Error(end.problem.code)
      let offset = startOf.get(partition) ?? 0n
      // Up to the high watermark: markers of ended transactions are written within moments.
      for (let idle = 0; offset < end.value.offset && idle < 100; ) {
        const [part] = await fetcher.fetch({
          topic,
          positions: [{ partition, offset }],
          isolation: 'read_committed',
          maxWaitMs: 100,
        })
        if (!part) throw new Error('no answer')
        if (!part.answer.ok) throw new Error(part.answer.problem.code)
        found.push(...part.answer.value.records)
        idle = part.answer.value.nextOffset > offset ? 0 : idle + 1
        offset = part.answer.value.nextOffset
      }
    }
    return found
  } finally {
    fetcher.close()
  }
}

export const valuesOf = (records: readonly LogRecord[]) =>
  records.map(one => one.value?.toString() ?? null).sort((a, b) => Number(a) - Number(b))

/** What the ledger says of a dead-letter topic, the newest entry of each letter. */
export async function ledgerOf(cluster: KafkaCluster, topic: string): Promise<LedgerEntry[]> {
  const { topics } = await cluster.metadata({ topics: [topic] })
  const answer = topics.get(topic)
  const topicId = answer?.ok ? answer.value.topicId : ''
  const entries = (await readCommitted(cluster, LEDGER_TOPIC)).flatMap(one => readLedgerRecord(one) ?? [])
  return entries.filter(entry => entry.topicId === topicId)
}

export type CreateInput = Omit<RawInputOf<typeof replays.create>, 'cluster'>

const parse = (input: CreateInput) => replays.create.input.parse({ cluster: CLUSTER, ...input })

export async function plan(ctx: Context, input: CreateInput): Promise<ReplayPlan> {
  const answer = await createReplay(ctx, parse({ ...input, dryRun: true }))
  if (!('planId' in answer)) throw new Error('no plan')
  return answer
}

export async function run(ctx: Context, input: CreateInput): Promise<Replay> {
  const answer = await createReplay(ctx, parse(input))
  if (!('id' in answer)) throw new Error('no replay')
  return answer
}

/** Whenever anybody looks: every selected record is somewhere, and within one cluster none is unknown. */
function mustAccountForAll(one: Replay): void {
  const { selected, replayed, refused, failed, cancelled, unknown, remaining } = one
  if (selected !== replayed + refused + failed + cancelled + unknown + remaining)
    throw new Error(`records are unaccounted for: ${JSON.stringify(one)}`)
  if (one.guarantee === 'exactly-once' && unknown !== 0)
    throw new Error(`records are unknown: ${JSON.stringify(one)}`)
  if (['completed', 'partial', 'failed'].includes(one.state) && remaining !== 0)
    throw new Error(`it has ended, and records remain: ${JSON.stringify(one)}`)
}

/** Waits until a replay is in one of these states, or the first look after the time is over. */
export async function untilState(
  ctx: Context,
  replay: string,
  states: readonly Replay['state'][],
  timeoutMs = 30_000,
): Promise<Replay> {
  const until = performance.now() + timeoutMs
  for (;;) {
    const now = await getReplay(ctx, { cluster: CLUSTER, replay })
    mustAccountForAll(now)
    if (states.includes(now.state) || performance.now() > until) return now
    await sleep(25)
  }
}

/**
 * As `untilState`; where the broker that was killed lost the end of a transaction, it is aborted and the replay let
 * go on, as the guide tells a person to.
 */
export async function untilStatePastLost(
  ctx: Context,
  bootstrap: string,
  replay: string,
  states: readonly Replay['state'][],
  timeoutMs: number,
): Promise<Replay> {
  for (;;) {
    const now = await untilState(ctx, replay, states, timeoutMs)
    if (now.stateReason !== 'TRANSACTION_HANGS') return now
    const { topic, partition, offset } = now.stateParams ?? {}
    await abortTransaction(bootstrap, `${topic}`, Number(partition), `${offset}`)
    await resumeReplay(ctx, { cluster: CLUSTER, replay })
  }
}

/** The port with one call of every writer replaced. */
export function withWriter(
  cluster: KafkaCluster,
  change: (writer: TransactionalWriter) => Partial<TransactionalWriter>,
  /** What every writer is opened with besides. */
  options: { transactionTimeoutMs?: number } = {},
): KafkaCluster {
  return new Proxy(cluster, {
    get(target, name) {
      if (name === 'openWriter')
        return async (id: string, given: Parameters<KafkaCluster['openWriter']>[1]) => {
          const writer = await target.openWriter(id, { ...given, ...options })
          const changed = change(writer)
          return new Proxy(writer, {
            get: (inner, key) => {
              const value: unknown = Reflect.get(changed, key) ?? Reflect.get(inner, key, inner)
              return typeof value === 'function' ? value.bind(inner) : value
            },
          })
        }
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

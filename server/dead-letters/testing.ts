/** For tests of the index: a cluster in memory that fails when told to. Never imported by the product. */
import type { Problem } from '@/lib/contracts/common'
import type { DeadLetterRow } from '@/lib/contracts/dead-letters'
import { AppError, type ErrorCode } from '@/lib/errors'
import type { ClusterConfig } from '@/server/config/types'
import { testCluster, testStore } from '@/server/http/testing'
import type {
  BatchInfo,
  ConfigValue,
  Fetcher,
  KafkaCluster,
  LogRecord,
  OffsetAnswer,
  RecordHeader,
  TopicPartition,
} from '@/server/kafka/port'
import { silentLogger } from '@/server/log'
import type { Store } from '@/server/store/types'
import { ClusterDeadLetterIndex, type ClusterIndexDeps } from './cluster-index'
import type { DeadLetterIndex, RecordFilter } from './service'

export type FakeRecord = {
  headers?: RecordHeader[]
  key?: string | null
  value?: string | Buffer | null
  timestampMs?: number
}

type FakeLog = { start: number; records: LogRecord[] }
type FakeTopic = {
  id: string
  logs: FakeLog[]
  configs: Record<string, string>
  failing: ErrorCode | null
  failingPartition: number | null
}

const BATCH: BatchInfo = {
  baseOffset: 0n,
  lastOffset: 0n,
  leaderEpoch: 0,
  compression: 'none',
  transactional: false,
  aborted: false,
  undecided: false,
  producerId: -1n,
  producerEpoch: -1,
  baseSequence: -1,
  recordCount: 1,
}

export class FakeCluster {
  readonly config: ClusterConfig
  readonly topics = new Map<string, FakeTopic>()
  /** The whole cluster: nothing answers. */
  down: ErrorCode | null = null
  fetches: string[] = []
  #ids = 0

  constructor(over: Partial<ClusterConfig> = {}) {
    this.config = testCluster('127.0.0.1:1', over)
  }

  topic(
    name: string,
    partitions = 1,
    configs: Record<string, string> = { 'retention.ms': '604800000' },
  ): FakeTopic {
    const logs = Array.from({ length: partitions }, () => ({ start: 0, records: [] }))
    const made: FakeTopic = { id: `id-${++this.#ids}`, logs, configs, failing: null, failingPartition: null }
    this.topics.set(name, made)
    return made
  }

  /** Appends a record and answers its offset. */
  append(name: string, partition: number, record: FakeRecord): number {
    const log = this.#log(name, partition)
    const offset = log.start + log.records.length
    const bytes = (part: string | Buffer | null | undefined) => (part == null ? null : Buffer.from(part))
    log.records.push({
      partition,
      offset: BigInt(offset),
      timestampMs: record.timestampMs ?? 1_793_800_000_000,
      timestampType: 'CreateTime',
      key: bytes(record.key),
      value: bytes(record.value),
      headers: record.headers ?? [],
      batch: BATCH,
    })
    return offset
  }

  /** DeleteRecords: what lies below goes. */
  deleteBelow(name: string, partition: number, offset: number): void {
    const log = this.#log(name, partition)
    log.records.splice(0, offset - log.start)
    log.start = offset
  }

  asPort(): KafkaCluster {
    // Only what the index asks for is there: anything else fails loudly as a missing function.
    return {
      id: this.config.id,
      config: this.config,
      metadata: async () => {
        this.#check()
        return {
          clusterId: 'fake',
          brokers: [],
          sampledAtMs: 0,
          topics: new Map(
            [...this.topics].map(([name, { id, logs }]) => [
              name,
              {
                ok: true,
                value: {
                  name,
                  topicId: id,
                  internal: name.startsWith('__consumer'),
                  partitions: logs.map((_, partition) => ({
                    partition,
                    leader: 1,
                    leaderEpoch: 0,
                    replicas: [1],
                    isr: [1],
                    offlineReplicas: [],
                  })),
                },
              },
            ]),
          ),
        }
      },
      listOffsets: async (
        partitions: TopicPartition[],
        at: 'earliest' | 'latest',
      ): Promise<OffsetAnswer[]> => {
        this.#check()
        return partitions.map(({ topic, partition }) => {
          const log = this.topics.get(topic)?.logs[partition]
          if (!log)
            return { topic, partition, answer: { ok: false, problem: problemOf(topic, 'TOPIC_UNKNOWN') } }
          const offset = BigInt(at === 'earliest' ? log.start : log.start + log.records.length)
          return {
            topic,
            partition,
            answer: { ok: true, value: { offset, timestampMs: -1, leaderEpoch: 0 } },
          }
        })
      },
      describeConfigs: async (resources: { type: 'topic'; name: string }[]) => {
        this.#check()
        return resources.map(resource => ({
          resource,
          answer: {
            ok: true,
            value: Object.entries(this.topics.get(resource.name)?.configs ?? {}).map(([name, value]) =>
              configValue(name, value),
            ),
          },
        }))
      },
      openFetcher: () => this.#fetcher(),
    } as unknown as KafkaCluster
  }

  #fetcher(): Fetcher {
    return {
      close: () => undefined,
      fetch: async ({ topic, positions }) => {
        this.#check()
        this.fetches.push(topic)
        const found = this.topics.get(topic)
        return positions.map(({ partition, offset }) => {
          const log = found?.logs[partition]
          if (!found || !log)
            return { partition, answer: { ok: false, problem: problemOf(topic, 'TOPIC_UNKNOWN') } }
          if (found.failing)
            return { partition, answer: { ok: false, problem: problemOf(topic, found.failing) } }
          if (found.failingPartition === partition)
            return { partition, answer: { ok: false, problem: problemOf(topic, 'LEADER_UNAVAILABLE') } }
          const at = Number(offset) - log.start
          if (at < 0 || at > log.records.length)
            return { partition, answer: { ok: false, problem: problemOf(topic, 'OFFSET_OUT_OF_RANGE') } }
          const records = log.records.slice(at, at + 500)
          const end = BigInt(log.start + log.records.length)
          return {
            partition,
            answer: {
              ok: true,
              value: {
                records,
                nextOffset: offset + BigInt(records.length),
                highWatermark: end,
                lastStableOffset: end,
                logStartOffset: BigInt(log.start),
                bytes: 0,
              },
            },
          }
        })
      },
    }
  }

  #log(name: string, partition: number): FakeLog {
    const log = this.topics.get(name)?.logs[partition]
    if (!log) throw new Error(`no ${name}/${partition}`)
    return log
  }

  #check(): void {
    if (this.down) throw new AppError(this.down)
  }
}

function problemOf(topic: string, code: ErrorCode): Problem {
  return { scope: `topic:${topic}`, code }
}

function configValue(name: string, value: string): ConfigValue {
  return {
    name,
    value,
    source: 'topic',
    type: 'string',
    readOnly: false,
    sensitive: false,
    documentation: null,
    synonyms: [],
  }
}

/** Headers exactly as Spring Kafka writes them: numbers in binary. */
export function springHeaders(over: {
  topic?: string
  partition?: number
  offset?: number
  group?: string
  exception?: string
  message?: string
  trace?: string
}): RecordHeader[] {
  const int32 = Buffer.alloc(4)
  int32.writeInt32BE(over.partition ?? 0)
  const int64 = Buffer.alloc(8)
  int64.writeBigInt64BE(BigInt(over.offset ?? 0))
  const at = Buffer.alloc(8)
  at.writeBigInt64BE(1_793_800_000_000n)
  const exception = over.exception ?? 'com.acme.pay.CardDeclinedException'
  const message = over.message ?? 'card 4711 declined'
  const trace =
    over.trace ??
    `org.springframework.kafka.listener.ListenerExecutionFailedException: Listener method 'x' threw exception\n\tat org.springframework.X.y(X.java:1)\nCaused by: ${exception}: ${message}\n\tat com.acme.pay.Payments.charge(Payments.java:41)\n\tat com.acme.pay.Payments.onOrder(Payments.java:22)\n\t... 12 more\n`
  const header = (name: string, value: string | Buffer): RecordHeader => ({
    name: Buffer.from(name),
    value: Buffer.from(value),
  })
  return [
    header('traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'),
    header('kafka_dlt-exception-fqcn', 'org.springframework.kafka.listener.ListenerExecutionFailedException'),
    header('kafka_dlt-exception-cause-fqcn', exception),
    header(
      'kafka_dlt-exception-message',
      `Listener method 'public void com.acme.pay.Payments.onOrder(com.acme.Order)' threw exception; ${message}`,
    ),
    header('kafka_dlt-exception-stacktrace', trace),
    header('kafka_dlt-original-topic', over.topic ?? 'order.order-service.created'),
    header('kafka_dlt-original-partition', int32),
    header('kafka_dlt-original-offset', int64),
    header('kafka_dlt-original-timestamp', at),
    header('kafka_dlt-original-timestamp-type', 'CreateTime'),
    header('kafka_dlt-original-consumer-group', over.group ?? 'payment-service'),
  ]
}

export function genericHeaders(
  over: { topic?: string; message?: string; count?: number } = {},
): RecordHeader[] {
  return [
    {
      name: Buffer.from('original-topic'),
      value: Buffer.from(over.topic ?? 'inventory.inventory-service.reserved'),
    },
    { name: Buffer.from('error-message'), value: Buffer.from(over.message ?? 'out of stock: P-100') },
    { name: Buffer.from('retry-count'), value: Buffer.from(String(over.count ?? 1)) },
  ]
}

/** Waits until `check` answers something truthy; fails with `what` after `timeoutMs`. */
export async function until<T>(
  what: string,
  check: () => T,
  timeoutMs = 60_000,
  explain: () => unknown = () => '',
): Promise<NonNullable<T>> {
  const startedAt = performance.now()
  for (;;) {
    const value = check()
    if (value) return value
    if (performance.now() - startedAt > timeoutMs)
      throw new Error(`${what}: not within ${timeoutMs} ms ${JSON.stringify(explain())}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

/** The day on which tests of the index play. */
export const NOW = 1_793_800_000_000

/** Indexes over fake clusters: an own database, quick rounds, and a clock that runs on from `NOW`. */
export class IndexBench {
  readonly #running: ClusterDeadLetterIndex[] = []
  #store: Promise<Store> | null = null

  #opened: Store | null = null

  get store(): Promise<Store> {
    this.#store ??= testStore().then(store => {
      this.#opened = store
      return store
    })
    return this.#store
  }

  /** Once somebody has waited for it. */
  get opened(): Store {
    if (!this.#opened) throw new Error('the store is not open yet')
    return this.#opened
  }

  async run(cluster: FakeCluster, over: Partial<ClusterIndexDeps> = {}): Promise<ClusterDeadLetterIndex> {
    const skew = NOW - Date.now()
    const index = new ClusterDeadLetterIndex({
      cluster: cluster.asPort(),
      store: await this.store,
      clock: { now: () => Date.now() + skew },
      log: silentLogger,
      intervalMs: 50,
      ...over,
    })
    this.#running.push(index)
    index.start()
    return index
  }

  /** After each test. */
  async stop(): Promise<void> {
    await Promise.all(this.#running.splice(0).map(index => index.stop()))
  }

  async close(): Promise<void> {
    await (await this.#store)?.close()
  }
}

/** All that match, newest first. */
export function recordsOf(index: DeadLetterIndex, filter: RecordFilter): DeadLetterRow[] {
  return index.page(filter, Number.POSITIVE_INFINITY, null, false).rows
}

/** The end of the round after this one. */
export async function nextRound(index: ClusterDeadLetterIndex): Promise<void> {
  const before = index.sampledAtMs() ?? 0
  await until('a round', () => (index.sampledAtMs() ?? 0) > before)
}

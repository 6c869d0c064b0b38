import { toAppError } from '@/lib/errors'
import type { Clock } from '@/server/context'
import type {
  BrokerLogDirs,
  ClusterMetadata,
  KafkaCluster,
  OffsetAnswer,
  TopicMetadata,
  TopicPartition,
} from '@/server/kafka/port'
import type { Logger } from '@/server/log'
import { type Loop, startLoop } from '@/server/loop'
import type { TopicSample, TopicSampler } from './service'

const INTERVAL_MS = 5000
/** Starts and sizes move slowly. */
const SLOW_INTERVAL_MS = 30_000
const DISK_MS = 5000
const RATE_POINTS = 12
const SERIES_POINTS = 720

type Measured = TopicSample & {
  topicId: string
  partitions: number
  /** Sum of the log starts; null: not known. */
  start: bigint | null
  isNew: boolean
  ends: { atMs: number; sum: bigint }[]
}

/**
 * Ends, spans, rates and sizes of all topics of one cluster: ends each 5 s, starts and sizes each 30 s and of
 * a new topic at once.
 */
export class ClusterTopicSampler implements TopicSampler {
  readonly name: string
  readonly #cluster: KafkaCluster
  readonly #clock: Clock
  readonly #log: Logger
  readonly #intervalMs: number
  readonly #abort = new AbortController()
  readonly #topics = new Map<string, Measured>()
  readonly #rates: { atMs: number; perSecond: number | null }[] = []
  #slowMs = Number.NEGATIVE_INFINITY
  #sampledAtMs: number | null = null
  #loop: Loop | null = null

  constructor(deps: { cluster: KafkaCluster; clock: Clock; log: Logger; intervalMs?: number }) {
    this.#intervalMs = deps.intervalMs ?? INTERVAL_MS
    this.#cluster = deps.cluster
    this.#clock = deps.clock
    this.#log = deps.log
    this.name = `topics:${deps.cluster.id}`
  }

  start(): void {
    if (this.#loop || this.#abort.signal.aborted) return
    this.#loop = startLoop(() => this.#sample(), {
      intervalMs: this.#intervalMs,
      onError: error => this.#onFailure(error),
    })
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await this.#loop?.stop()
  }

  sample(topic: string): TopicSample | null {
    return this.#topics.get(topic) ?? null
  }

  sampledAtMs(): number | null {
    return this.#sampledAtMs
  }

  rateSeries(windowMs: number): readonly { atMs: number; perSecond: number | null }[] {
    const since = this.#clock.now() - windowMs
    return this.#rates.filter(r => r.atMs >= since)
  }

  #onFailure(error: unknown): void {
    if (this.#abort.signal.aborted) return
    this.#pushRate(null)
    const { code } = toAppError(error)
    const about = { cluster: this.#cluster.id, code }
    if (code === 'INTERNAL')
      this.#log.error({ ...about, err: error }, 'a topic sample failed by a mistake of ours')
    else this.#log.debug(about, 'topic sample failed')
  }

  async #sample(): Promise<void> {
    const { signal } = this.#abort
    const metadata = await this.#cluster.metadata({ signal, maxAgeMs: 2000 })
    const startedMs = performance.now()
    const slow = startedMs - this.#slowMs >= SLOW_INTERVAL_MS
    const topics = this.#meet(metadata)
    await Promise.all([
      this.#readStarts(topics.filter(one => slow || this.#topics.get(one.name)?.start === null)),
      this.#readSizes(topics, slow),
    ])
    if (slow) this.#slowMs = startedMs
    const asked = topics.flatMap(askable)
    const ends = await this.#cluster.listOffsets(asked, 'latest', { signal, isolation: 'read_uncommitted' })
    const atMs = this.#clock.now()
    this.#takeIn(topics, sumsOf(ends), atMs)
    this.#sampledAtMs = atMs
  }

  /** Topics that are there and describe themselves; what is gone, or is another by the same name, is forgotten. */
  #meet(metadata: ClusterMetadata): TopicMetadata[] {
    for (const name of this.#topics.keys()) if (!metadata.topics.has(name)) this.#topics.delete(name)
    const topics: TopicMetadata[] = []
    for (const answer of metadata.topics.values()) {
      if (!answer.ok) continue
      const { name, topicId, partitions } = answer.value
      topics.push(answer.value)
      const known = this.#topics.get(name)
      if (known?.topicId === topicId) {
        if (known.partitions !== partitions.length) known.start = null
        known.partitions = partitions.length
        continue
      }
      this.#topics.set(name, {
        ...{ topicId, partitions: partitions.length, start: null, isNew: true, ends: [] },
        ...{ messages: null, bytes: null, ratePerSecond: null },
      })
    }
    return topics
  }

  async #readStarts(topics: readonly TopicMetadata[]): Promise<void> {
    const asked = topics.flatMap(askable)
    if (asked.length === 0) return
    const sums = sumsOf(await this.#cluster.listOffsets(asked, 'earliest', { signal: this.#abort.signal }))
    for (const { name, partitions } of topics) {
      const known = this.#topics.get(name)
      const sum = sums.get(name)
      if (known) known.start = sum?.count === partitions.length ? sum.offsets : null
    }
  }

  /** Bytes on the leaders' disks, as a person means who asks how much is in a topic: replicas hold the same again. */
  async #readSizes(topics: readonly TopicMetadata[], slow: boolean): Promise<void> {
    const due = slow ? topics : topics.filter(({ name }) => this.#topics.get(name)?.isNew)
    if (due.length === 0) return
    const options = { signal: this.#abort.signal, timeoutMs: DISK_MS }
    let disks: BrokerLogDirs[]
    try {
      disks = await this.#cluster.describeLogDirs(
        slow ? options : { ...options, topics: due.map(({ name }) => name) },
      )
    } catch {
      // Sizes of before stand; offsets are worth having without them.
      return
    }
    const sizes = leaderSizes(due, disks)
    for (const { name } of due) {
      const known = this.#topics.get(name)
      if (!known) continue
      known.bytes = sizes.get(name) ?? null
      known.isNew = false
    }
  }

  #takeIn(topics: readonly TopicMetadata[], sums: ReadonlyMap<string, Sum>, atMs: number): void {
    let total: number | null = null
    for (const { name, partitions } of topics) {
      const known = this.#topics.get(name)
      if (!known) continue
      const sum = sums.get(name)
      if (sum?.count !== partitions.length) {
        known.messages = null
        known.ratePerSecond = null
        continue
      }
      known.messages = known.start === null ? null : span(known.start, sum.offsets)
      const last = known.ends.at(-1)
      if (last && sum.offsets < last.sum) known.ends.length = 0
      known.ends.push({ atMs, sum: sum.offsets })
      if (known.ends.length > RATE_POINTS) known.ends.shift()
      known.ratePerSecond = rateOf(known.ends)
      const step = last && last.sum <= sum.offsets ? rateOf([last, { atMs, sum: sum.offsets }]) : null
      if (step !== null) total = (total ?? 0) + step
    }
    this.#pushRate(total, atMs)
  }

  #pushRate(perSecond: number | null, atMs = this.#clock.now()): void {
    this.#rates.push({ atMs, perSecond })
    if (this.#rates.length > SERIES_POINTS) this.#rates.shift()
  }
}

/** Partitions with a leader: nobody answers for the others. */
function askable({ name, partitions }: TopicMetadata): TopicPartition[] {
  return partitions.flatMap(({ partition, leader }) => (leader === null ? [] : [{ topic: name, partition }]))
}

type Sum = { offsets: bigint; count: number }

/** By topic: the sum of what was answered, and of how many partitions. */
function sumsOf(answers: readonly OffsetAnswer[]): Map<string, Sum> {
  const sums = new Map<string, Sum>()
  for (const { topic, answer } of answers) {
    if (!answer.ok) continue
    const sum = sums.get(topic) ?? { offsets: 0n, count: 0 }
    sums.set(topic, sum)
    sum.offsets += answer.value.offset
    sum.count++
  }
  return sums
}

/** By topic, where every leader's broker told its size: a sum without one would be a lie. */
function leaderSizes(topics: readonly TopicMetadata[], disks: readonly BrokerLogDirs[]): Map<string, bigint> {
  const leaders = new Map(topics.map(t => [t.name, new Map(t.partitions.map(p => [p.partition, p.leader]))]))
  const sums = new Map<string, { bytes: bigint; count: number }>()
  for (const { broker, answer } of disks) {
    if (!answer.ok) continue
    for (const { topic, partition, bytes, future } of answer.value.replicas) {
      if (future || leaders.get(topic)?.get(partition) !== broker) continue
      const sum = sums.get(topic) ?? { bytes: 0n, count: 0 }
      sums.set(topic, sum)
      sum.bytes += bytes
      sum.count++
    }
  }
  const whole = new Map<string, bigint>()
  for (const { name, partitions } of topics) {
    const sum = sums.get(name)
    if (sum?.count === partitions.length) whole.set(name, sum.bytes)
  }
  return whole
}

/** Never negative: the start is up to half a minute older than the end, and a log may lose its tail. */
function span(start: bigint, end: bigint): bigint {
  return end > start ? end - start : 0n
}

function rateOf(ends: readonly { atMs: number; sum: bigint }[]): number | null {
  const first = ends[0]
  const last = ends.at(-1)
  if (!first || !last || last.atMs <= first.atMs) return null
  return (Number(last.sum - first.sum) / (last.atMs - first.atMs)) * 1000
}

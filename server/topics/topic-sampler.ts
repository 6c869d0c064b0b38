import { toAppError } from '@/lib/errors'
import type { Clock } from '@/server/context'
import type { KafkaCluster, TopicPartition } from '@/server/kafka/port'
import type { Logger } from '@/server/log'
import type { TopicSample, TopicSampler } from './service'

const INTERVAL_MS = 5000
const DISK_INTERVAL_MS = 30_000
const RATE_POINTS = 12
const SERIES_POINTS = 720

type Measured = TopicSample & { ends: { atMs: number; sum: bigint }[] }

/** Ends, spans, rates and sizes of all topics of one cluster. Ends each 5 s; starts and disk each 30 s, since they move slowly. */
export class ClusterTopicSampler implements TopicSampler {
  readonly name: string
  readonly #cluster: KafkaCluster
  readonly #clock: Clock
  readonly #log: Logger
  readonly #abort = new AbortController()
  readonly #topics = new Map<string, Measured>()
  readonly #starts = new Map<string, bigint>()
  readonly #rates: { atMs: number; perSecond: number | null }[] = []
  #slowAtMs = Number.NEGATIVE_INFINITY
  #sampledAtMs: number | null = null
  #timer: NodeJS.Timeout | null = null
  #round: Promise<void> | null = null

  constructor(deps: { cluster: KafkaCluster; clock: Clock; log: Logger }) {
    this.#cluster = deps.cluster
    this.#clock = deps.clock
    this.#log = deps.log
    this.name = `topics:${deps.cluster.id}`
  }

  start(): void {
    if (this.#timer || this.#abort.signal.aborted) return
    const tick = async () => {
      const startedAtMs = this.#clock.now()
      this.#round = this.#sample()
      await this.#round
      if (this.#abort.signal.aborted) return
      const tookMs = this.#clock.now() - startedAtMs
      this.#timer = setTimeout(tick, Math.max(INTERVAL_MS - tookMs, tookMs))
    }
    this.#timer = setTimeout(tick, 0)
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    if (this.#timer) clearTimeout(this.#timer)
    await this.#round
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

  async #sample(): Promise<void> {
    const { signal } = this.#abort
    try {
      const metadata = await this.#cluster.metadata({ signal, maxAgeMs: 2000 })
      const partitions: TopicPartition[] = []
      const live = new Set<string>()
      for (const [name, answer] of metadata.topics) {
        live.add(name)
        if (answer.ok)
          for (const { partition } of answer.value.partitions) partitions.push({ topic: name, partition })
      }
      const now = this.#clock.now()
      const slow = now - this.#slowAtMs >= DISK_INTERVAL_MS
      const isNew = (p: TopicPartition) => !this.#starts.has(`${p.topic} ${p.partition}`)
      await this.#readStarts(slow ? partitions : partitions.filter(isNew))
      const bytes = slow ? await this.#readDisk() : null
      const ends = await this.#cluster.listOffsets(partitions, 'latest', {
        signal,
        isolation: 'read_uncommitted',
      })
      this.#takeIn(ends, bytes, this.#clock.now())
      for (const name of this.#topics.keys()) if (!live.has(name)) this.#topics.delete(name)
      for (const key of this.#starts.keys())
        if (!live.has(key.slice(0, key.indexOf(' ')))) this.#starts.delete(key)
      if (slow) this.#slowAtMs = now
      this.#sampledAtMs = this.#clock.now()
    } catch (error) {
      if (!signal.aborted)
        this.#log.debug({ cluster: this.#cluster.id, code: toAppError(error).code }, 'topic sample failed')
    }
  }

  async #readStarts(partitions: TopicPartition[]): Promise<void> {
    if (partitions.length === 0) return
    const answers = await this.#cluster.listOffsets(partitions, 'earliest', { signal: this.#abort.signal })
    for (const { topic, partition, answer } of answers) {
      if (answer.ok) this.#starts.set(`${topic} ${partition}`, answer.value.offset)
    }
  }

  /** Bytes on disk by topic, all replicas; null when a broker did not say, since a sum without it would be a lie. */
  async #readDisk(): Promise<Map<string, bigint> | null> {
    const brokers = await this.#cluster.describeLogDirs({ signal: this.#abort.signal })
    const sums = new Map<string, bigint>()
    for (const { answer } of brokers) {
      if (!answer.ok) return null
      for (const { topic, bytes } of answer.value.replicas) sums.set(topic, (sums.get(topic) ?? 0n) + bytes)
    }
    return sums
  }

  #takeIn(
    ends: Awaited<ReturnType<KafkaCluster['listOffsets']>>,
    bytes: ReadonlyMap<string, bigint> | null,
    atMs: number,
  ): void {
    const sums = new Map<string, { end: bigint; start: bigint } | null>()
    for (const { topic, partition, answer } of ends) {
      const start = this.#starts.get(`${topic} ${partition}`)
      const sum = sums.get(topic)
      if (!answer.ok || start === undefined) sums.set(topic, null)
      else if (sum === undefined) sums.set(topic, { end: answer.value.offset, start })
      else if (sum !== null) sums.set(topic, { end: sum.end + answer.value.offset, start: sum.start + start })
    }
    let total: number | null = null
    for (const [topic, sum] of sums) {
      const known = this.#topics.get(topic) ?? { messages: null, bytes: null, ratePerSecond: null, ends: [] }
      this.#topics.set(topic, known)
      known.messages = sum ? sum.end - sum.start : null
      if (bytes) known.bytes = bytes.get(topic) ?? 0n
      if (!sum) {
        known.ratePerSecond = null
        continue
      }
      const last = known.ends.at(-1)
      if (last && sum.end < last.sum) known.ends.length = 0
      known.ends.push({ atMs, sum: sum.end })
      if (known.ends.length > RATE_POINTS) known.ends.shift()
      known.ratePerSecond = rateOf(known.ends)
      const step = last && atMs > last.atMs ? (Number(sum.end - last.sum) / (atMs - last.atMs)) * 1000 : null
      if (step !== null && step >= 0) total = (total ?? 0) + step
    }
    this.#rates.push({ atMs, perSecond: total })
    if (this.#rates.length > SERIES_POINTS) this.#rates.shift()
  }
}

function rateOf(ends: readonly { atMs: number; sum: bigint }[]): number | null {
  const first = ends[0]
  const last = ends.at(-1)
  if (!first || !last || last.atMs <= first.atMs) return null
  return (Number(last.sum - first.sum) / (last.atMs - first.atMs)) * 1000
}

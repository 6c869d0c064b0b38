import { decodeOrigin, looksLikeDeadLetter } from '@/lib/dead-letter'
import type { Clock } from '@/server/context'
import type { Fetcher, KafkaCluster, LogRecord } from '@/server/kafka/port'
import type { Logger } from '@/server/log'

/**
 * Topics looked at in one go, a minute apart: 10,000 topics are round in some eight hours, for 20 small reads
 * a minute.
 */
const TOPICS_A_ROUND = 20
const INTERVAL_MS = 60_000
const CONFIGS_A_ROUND = 200
const RECORDS = 5
const PARTITIONS = 3
const BYTES = 64 * 1024
/** Share groups (KIP-1191): marks a dead-letter topic. Brokers before 4.4 don't know it. */
const SHARE_CONFIG = 'errors.deadletterqueue.group.enable'

type ProberDeps = { cluster: KafkaCluster; clock: Clock; log: Logger; probeIntervalMs?: number }

/**
 * Recognises dead-letter topics whose names say nothing: by the headers of their newest records, and by their
 * own configuration.
 */
export class TopicProber {
  readonly byHeaders = new Set<string>()
  readonly byConfig = new Set<string>()
  readonly #deps: ProberDeps
  readonly #cluster: KafkaCluster
  readonly #signal: AbortSignal
  #probedAtMs = Number.NEGATIVE_INFINITY
  #probing: Promise<void> | null = null
  #lastProbed = ''
  #lastAsked = ''
  #brokersKnowConfig = true

  constructor(deps: ProberDeps, signal: AbortSignal) {
    this.#deps = deps
    this.#cluster = deps.cluster
    this.#signal = signal
  }

  /** Looks when it is time to, and does not keep anybody waiting: slow brokers must not hold up who reads letters. */
  probeSometimes(candidates: readonly string[]): void {
    const { clock, log, probeIntervalMs = INTERVAL_MS } = this.#deps
    if (this.#probing || clock.now() - this.#probedAtMs < probeIntervalMs) return
    this.#probedAtMs = clock.now()
    this.#probing = this.#probe(candidates)
      .catch((error: unknown) => {
        if (!this.#signal.aborted) log.debug({ err: error }, 'topics cannot be sampled for dead letters')
      })
      .then(() => {
        this.#probing = null
      })
  }

  /** Nothing is under way any more. */
  async idle(): Promise<void> {
    await this.#probing
  }

  /** Looks at the next topics of the list, in the order of names, and begins anew at its end. */
  async #probe(candidates: readonly string[]): Promise<void> {
    const sorted = [...candidates].sort()
    await this.#askConfigs(
      this.#next(sorted, this.#lastAsked, CONFIGS_A_ROUND, last => (this.#lastAsked = last)),
    )
    await this.#readNewest(
      this.#next(sorted, this.#lastProbed, TOPICS_A_ROUND, last => (this.#lastProbed = last)),
    )
  }

  /** A topic that is gone may come back as something else. */
  keep(names: { has(name: string): boolean }): void {
    for (const set of [this.byHeaders, this.byConfig])
      for (const name of set) if (!names.has(name)) set.delete(name)
  }

  #next(sorted: string[], after: string, count: number, remember: (last: string) => void): string[] {
    const at = sorted.findIndex(name => name > after)
    const batch = at < 0 ? sorted.slice(0, count) : sorted.slice(at, at + count)
    remember(batch.at(-1) ?? '')
    return batch
  }

  async #askConfigs(topics: readonly string[]): Promise<void> {
    if (!this.#brokersKnowConfig || topics.length === 0) return
    const answers = await this.#cluster.describeConfigs(
      topics.map(name => ({ type: 'topic' as const, name })),
      { signal: this.#signal, names: [SHARE_CONFIG] },
    )
    let known = false
    for (const { resource, answer } of answers) {
      const entry = answer.ok ? answer.value.find(config => config.name === SHARE_CONFIG) : undefined
      if (!entry) continue
      known = true
      if (entry.value === 'true') this.byConfig.add(resource.name)
    }
    if (answers.some(({ answer }) => answer.ok)) this.#brokersKnowConfig = known
  }

  async #readNewest(topics: readonly string[]): Promise<void> {
    if (topics.length === 0) return
    const fetcher = this.#cluster.openFetcher({ signal: this.#signal })
    try {
      for (const topic of topics) {
        if (this.#signal.aborted) return
        const records = await this.#newestOf(fetcher, topic).catch(() => [])
        if (isDeadLetterTopic(topic, records)) this.byHeaders.add(topic)
      }
    } finally {
      fetcher.close()
    }
  }

  async #newestOf(fetcher: Fetcher, topic: string): Promise<LogRecord[]> {
    const options = { signal: this.#signal, timeoutMs: 3000 }
    const metadata = await this.#cluster.metadata({ signal: this.#signal, maxAgeMs: 60_000 })
    const found = metadata.topics.get(topic)
    if (!found?.ok) return []
    const partitions = found.value.partitions.filter(p => p.leader !== null).slice(0, PARTITIONS)
    const at = partitions.map(({ partition }) => ({ topic, partition }))
    const [starts, ends] = await Promise.all([
      this.#cluster.listOffsets(at, 'earliest', options),
      this.#cluster.listOffsets(at, 'latest', { ...options, isolation: 'read_committed' }),
    ])
    const positions = ends.flatMap(({ partition, answer }) => {
      const start = starts.find(s => s.partition === partition)?.answer
      if (!answer.ok || !start?.ok || answer.value.offset <= start.value.offset) return []
      const from = answer.value.offset - BigInt(RECORDS)
      return [{ partition, offset: from > start.value.offset ? from : start.value.offset, maxBytes: BYTES }]
    })
    if (positions.length === 0) return []
    const answers = await fetcher.fetch({
      topic,
      positions,
      isolation: 'read_committed',
      maxWaitMs: 100,
      maxBytes: BYTES * PARTITIONS,
    })
    return answers.flatMap(({ answer }) => (answer.ok ? answer.value.records.slice(-RECORDS) : []))
  }
}

/**
 * Do the newest records make it a dead-letter topic? Nearly all must look so, and none may have come from
 * this very topic: somebody who copies letters back without stripping them does not make the main topic a
 * dead-letter topic. A retry topic's records look the same as its dead letters; replaying what is still being
 * retried would process it twice, so such a name is not taken.
 */
function isDeadLetterTopic(topic: string, records: readonly LogRecord[]): boolean {
  if (records.length === 0 || /retry/i.test(topic)) return false
  const looking = records.filter(record => looksLikeDeadLetter(record.headers))
  if (looking.length < records.length * 0.8) return false
  return looking.every(record => decodeOrigin(record.headers).origin.topic !== topic)
}

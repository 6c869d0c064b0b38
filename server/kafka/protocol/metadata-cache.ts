import type { Clock } from '@/server/context'
import type { Answer, BrokerNode, ClusterMetadata, TopicMetadata } from '../port'
import { failed, kafkaError } from './errors'

/** Names remembered from questions about single topics; the oldest go first. */
const MAX_TOPICS = 20_000

/** That a topic is not there holds only for a moment: it may have been made since, and somebody waits for it. */
const UNKNOWN_MAX_AGE_MS = 250

export type Asked = { topics: string[] | null; maxAgeMs: number }
type Known = { answer: Answer<TopicMetadata>; atMs: number }
type Sampled = { metadata: ClusterMetadata; atMs: number }

/**
 * One cluster's metadata: a snapshot of everything, and single topics asked by name. An answer under way is shared with
 * callers for whom it is young enough. Ages are measured on the monotonic clock.
 */
export class MetadataCache {
  readonly #ask: (topics: string[] | null) => Promise<ClusterMetadata>
  readonly #clock: Clock
  readonly #topics = new Map<string, Known>()
  readonly #underWay = new Map<string, { atMs: number; promise: Promise<ClusterMetadata> }>()
  #all: Sampled | null = null
  #brokers: BrokerNode[] = []
  #brokersAtMs = Number.NEGATIVE_INFINITY
  #clusterId: string | null = null
  #forgotten = 0

  constructor(ask: (topics: string[] | null) => Promise<ClusterMetadata>, clock: Clock) {
    this.#ask = ask
    this.#clock = clock
  }

  /** The brokers of the last answer, however old. */
  get brokers(): readonly BrokerNode[] {
    return this.#brokers
  }

  forget(topic?: string): void {
    this.#forgotten++
    this.#underWay.clear()
    this.#all = null
    this.#brokersAtMs = Number.NEGATIVE_INFINITY
    if (topic === undefined) this.#topics.clear()
    else this.#topics.delete(topic)
  }

  async get({ topics, maxAgeMs }: Asked): Promise<ClusterMetadata> {
    const now = performance.now()
    const unknownMaxAgeMs = Math.min(maxAgeMs, UNKNOWN_MAX_AGE_MS)
    if (this.#all && now - this.#all.atMs <= maxAgeMs) {
      const { metadata, atMs } = this.#all
      const answers = topics?.every(name => metadata.topics.get(name)?.ok) ?? true
      if (answers || now - atMs <= unknownMaxAgeMs) return topics ? this.#part(metadata, topics) : metadata
    }
    if (!topics) return this.#shared(null, maxAgeMs, now)
    const wanted = [...new Set(topics)]
    const remembered = wanted.map(name => ({ name, known: this.#topics.get(name) }))
    const fresh =
      now - this.#brokersAtMs <= maxAgeMs &&
      remembered.every(
        ({ known }) => known && now - known.atMs <= (known.answer.ok ? maxAgeMs : unknownMaxAgeMs),
      )
    if (!fresh) return this.#shared(wanted, maxAgeMs, now)
    let sampledAtMs = this.#brokersAtMs
    const found = new Map<string, Answer<TopicMetadata>>()
    for (const { name, known } of remembered) {
      if (!known) continue
      found.set(name, known.answer)
      sampledAtMs = Math.min(sampledAtMs, known.atMs)
    }
    // Wall time of what was sampled then: now less its age.
    return {
      clusterId: this.#clusterId,
      brokers: this.#brokers,
      topics: found,
      sampledAtMs: Math.round(this.#clock.now() - (now - sampledAtMs)),
    }
  }

  #part(metadata: ClusterMetadata, topics: string[]): ClusterMetadata {
    const found = topics.map(name => [name, metadata.topics.get(name) ?? missing(name)] as const)
    return { ...metadata, topics: new Map(found) }
  }

  #shared(topics: string[] | null, maxAgeMs: number, now: number): Promise<ClusterMetadata> {
    const key = topics === null ? '' : `n${topics.join('\n')}`
    const running = this.#underWay.get(key)
    if (running && now - running.atMs <= maxAgeMs) return running.promise
    const atMs = now
    const generation = this.#forgotten
    const promise = this.#ask(topics).then(metadata => {
      this.#brokers = metadata.brokers
      this.#brokersAtMs = atMs
      this.#clusterId = metadata.clusterId
      if (generation === this.#forgotten) this.#keep(topics, metadata, atMs)
      return metadata
    })
    const entry = { atMs, promise }
    this.#underWay.set(key, entry)
    const end = () => {
      if (this.#underWay.get(key) === entry) this.#underWay.delete(key)
    }
    promise.then(end, end)
    return promise
  }

  #keep(topics: string[] | null, metadata: ClusterMetadata, atMs: number): void {
    if (topics === null) {
      this.#all = { metadata, atMs }
      this.#topics.clear()
      return
    }
    for (const [name, answer] of metadata.topics) {
      this.#topics.delete(name)
      this.#topics.set(name, { answer, atMs })
    }
    for (const name of this.#topics.keys()) {
      if (this.#topics.size <= MAX_TOPICS) break
      this.#topics.delete(name)
    }
  }
}

const missing = (name: string): Answer<TopicMetadata> =>
  failed(`topic:${name}`, kafkaError(3, { topic: name }))

import type { ClusterConfig } from '@/server/config/types'
import type { ClusterMetadata } from '@/server/kafka/port'
import { type Findings, type FoundTopic, findTopics } from './find-topics'
import type { LetterBook } from './letter-book'
import type { TopicProber } from './topic-prober'
import { WatchedTopic } from './watched-topic'

type Parts = {
  config: ClusterConfig['deadLetters']
  prober: TopicProber
  book: LetterBook
  /** Something changed. */
  touch(): void
}

/** Which topics of one cluster hold dead letters now, and how far each of them is read. */
export class WatchedTopics {
  /** By name. */
  readonly all = new Map<string, WatchedTopic>()
  readonly #parts: Parts
  #findings: Findings = { deadLetters: [], candidates: [], retryTopics: new Map() }
  #found = new Map<string, FoundTopic>()
  #names: ClusterMetadata['topics'] = new Map()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get findings(): Findings {
    return this.#findings
  }

  /** Every topic of the cluster. */
  get names(): ReadonlyMap<string, unknown> {
    return this.#names
  }

  isDeadLetterTopic(topic: string): boolean {
    return this.#found.has(topic)
  }

  idOf(topic: string): string | null {
    return this.all.get(topic)?.topicId ?? null
  }

  hasId(topicId: string): boolean {
    return [...this.all.values()].some(topic => topic.topicId === topicId)
  }

  /** Takes over what metadata says: new topics, topics that are gone, topics made anew under an old name. */
  adopt(metadata: ClusterMetadata): void {
    const { prober, config, book, touch } = this.#parts
    prober.keep(metadata.topics)
    this.#names = metadata.topics
    this.#findings = findTopics(metadata, config, prober)
    this.#found = new Map(this.#findings.deadLetters.map(found => [found.name, found]))
    for (const { name, topicId, partitions } of this.#findings.deadLetters)
      if (topicId !== null) this.#watch(name, topicId).setPartitions(partitions)
    for (const name of this.all.keys()) {
      if (this.#found.has(name)) continue
      this.all.delete(name)
      book.forget(name)
      touch()
    }
  }

  /** The next look finds it as a topic that was made just now. */
  forget(name: string): void {
    this.all.delete(name)
    this.#parts.book.forget(name)
  }

  #watch(name: string, topicId: string): WatchedTopic {
    const known = this.all.get(name)
    if (known?.topicId === topicId) return known
    if (known) this.#parts.book.forget(name)
    const made = new WatchedTopic(name, topicId)
    this.all.set(name, made)
    this.#parts.touch()
    return made
  }
}

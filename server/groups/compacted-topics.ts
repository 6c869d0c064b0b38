import type { KafkaCluster } from '@/server/kafka/port'

const MAX_AGE_MS = 5 * 60_000
const AGAIN_MS = 60_000
const CHUNK = 1000
const ASK_MS = 3000

/**
 * Which topics are compacted: there an offset span is no count of records. Asked every five minutes, new
 * topics at once.
 */
export class CompactedTopics {
  readonly #cluster: KafkaCluster
  names: ReadonlySet<string> = new Set()
  #asked: ReadonlySet<string> = new Set()
  #dueMs = Number.NEGATIVE_INFINITY
  #restUntilMs = Number.NEGATIVE_INFINITY

  constructor(cluster: KafkaCluster) {
    this.#cluster = cluster
  }

  /** Never rejects: without the right to read configs nothing is called compacted. */
  async refresh(topics: readonly string[], signal: AbortSignal): Promise<void> {
    const now = performance.now()
    if (now < this.#restUntilMs) return
    const all = now >= this.#dueMs
    const due = all ? topics : topics.filter(topic => !this.#asked.has(topic))
    if (due.length === 0) return
    try {
      const compacted = new Set(all ? [] : this.names)
      for (let at = 0; at < due.length; at += CHUNK) {
        const resources = due.slice(at, at + CHUNK).map(name => ({ type: 'topic' as const, name }))
        const answers = await this.#cluster.describeConfigs(resources, {
          names: ['cleanup.policy'],
          signal,
          timeoutMs: ASK_MS,
        })
        for (const { resource, answer } of answers)
          if (answer.ok && answer.value[0]?.value?.includes('compact')) compacted.add(resource.name)
      }
      this.names = compacted
      this.#asked = new Set(topics)
      if (all) this.#dueMs = now + MAX_AGE_MS
    } catch {
      this.#restUntilMs = now + AGAIN_MS
    }
  }
}

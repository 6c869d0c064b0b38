import type { KafkaCluster } from '@/server/kafka/port'

const MAX_AGE_MS = 3_600_000
const ASK_MS = 3000
const MINUTE_MS = 60_000
const NAME = 'offsets.retention.minutes'

/**
 * After how long without members the cluster forgets a group's offsets (`offsets.retention.minutes`); asked
 * once an hour.
 */
export class OffsetRetention {
  readonly #cluster: KafkaCluster
  #dueMs = Number.NEGATIVE_INFINITY
  /** null: not known, or not ours to know. */
  ms: number | null = null

  constructor(cluster: KafkaCluster) {
    this.#cluster = cluster
  }

  /** Never rejects: without the right to read a broker's configs nothing is said of expiry. */
  async refresh(broker: number | undefined, signal: AbortSignal): Promise<void> {
    const now = performance.now()
    if (broker === undefined || now < this.#dueMs) return
    this.#dueMs = now + MAX_AGE_MS
    try {
      const [described] = await this.#cluster.describeConfigs([{ type: 'broker', name: String(broker) }], {
        names: [NAME],
        signal,
        timeoutMs: ASK_MS,
      })
      const value = described?.answer.ok ? described.answer.value.find(one => one.name === NAME)?.value : null
      const minutes = Number(value ?? Number.NaN)
      this.ms = Number.isFinite(minutes) ? minutes * MINUTE_MS : null
    } catch {
      // Asked again in an hour.
    }
  }
}

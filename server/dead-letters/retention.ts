import type { Clock } from '@/server/context'
import type { KafkaCluster } from '@/server/kafka/port'

const AGE_MS = 60_000

/** How long topics keep their records, asked for every minute and at once for new topics. */
export class Retention {
  readonly #cluster: KafkaCluster
  readonly #clock: Clock
  readonly #signal: AbortSignal
  /** null: forever. */
  #retentionMs = new Map<string, number | null>()
  #askedAtMs = Number.NEGATIVE_INFINITY

  constructor(cluster: KafkaCluster, clock: Clock, signal: AbortSignal) {
    this.#cluster = cluster
    this.#clock = clock
    this.#signal = signal
  }

  /** Never throws: without an answer nothing is said about expiry. */
  async refresh(topics: readonly string[]): Promise<void> {
    const nowMs = this.#clock.now()
    const whole = nowMs - this.#askedAtMs >= AGE_MS
    const wanted = whole ? topics : topics.filter(topic => !this.#retentionMs.has(topic))
    if (wanted.length === 0) return
    if (whole) this.#askedAtMs = nowMs
    const answers = await this.#cluster
      .describeConfigs(
        wanted.map(name => ({ type: 'topic' as const, name })),
        { signal: this.#signal, timeoutMs: 8000, names: ['retention.ms', 'cleanup.policy'] },
      )
      .catch(() => [])
    const next = whole ? new Map<string, number | null>() : this.#retentionMs
    for (const { resource, answer } of answers) {
      if (!answer.ok) continue
      const configOf = (name: string) => answer.value.find(config => config.name === name)?.value
      const ms = Number(configOf('retention.ms') ?? Number.NaN)
      const deletes = (configOf('cleanup.policy') ?? 'delete').includes('delete')
      next.set(resource.name, deletes && ms >= 0 ? ms : null)
    }
    // A round without an answer keeps what was known.
    if (next.size > 0 || topics.length === 0) this.#retentionMs = next
  }

  /** When a record of that time goes by retention (its segment may live a little longer); null: never, or not known. */
  readonly expiryOf = (topic: string, atMs: number): number | null => {
    const ms = this.#retentionMs.get(topic)
    return ms === undefined || ms === null || !Number.isFinite(atMs) ? null : atMs + ms
  }
}

import type { KafkaCluster } from '@/server/kafka/port'

/** Rests above this are real lag until shown otherwise; a transaction leaves one marker a partition. */
const MOST_MARKERS = 8
const CHECKS_PER_ROUND = 20
const REMEMBERED = 10_000

/**
 * A group that read the last record before a transaction marker stays at lag 1 for ever: the marker has an offset but no
 * consumer ever gets it. Looks at the batches between the commit and the LSO, once a position, a few a round.
 */
export class MarkerCheck {
  readonly #cluster: KafkaCluster
  readonly #signal: AbortSignal
  readonly #verdicts = new Map<string, boolean>()
  readonly #asked = new Map<string, { topic: string; partition: number; committed: number; lso: number }>()

  constructor(cluster: KafkaCluster, signal: AbortSignal) {
    this.#cluster = cluster
    this.#signal = signal
  }

  /** Known to hold markers (or aborted records) only? Unknown positions are noted for `settle`. */
  readonly verdict = (topic: string, partition: number, committed: number, lso: number): boolean => {
    if (lso - committed > MOST_MARKERS) return false
    const key = `${topic} ${partition} ${committed} ${lso}`
    const known = this.#verdicts.get(key)
    if (known !== undefined) return known
    if (this.#asked.size < CHECKS_PER_ROUND) this.#asked.set(key, { topic, partition, committed, lso })
    return false
  }

  /** Looks at what was asked since the last time. A failed look is asked again later. */
  async settle(): Promise<void> {
    if (this.#asked.size === 0) return
    const fetcher = this.#cluster.openFetcher({ signal: this.#signal })
    try {
      for (const [key, { topic, partition, committed, lso }] of this.#asked) {
        const [fetched] = await fetcher.fetch({
          topic,
          positions: [{ partition, offset: BigInt(committed), maxBytes: 65_536 }],
          isolation: 'read_committed',
          maxWaitMs: 100,
        })
        if (!fetched?.answer.ok) continue
        const { records, nextOffset } = fetched.answer.value
        const before = records.filter(r => r.offset >= BigInt(committed) && r.offset < BigInt(lso))
        if (nextOffset >= BigInt(lso) || before.length > 0) this.#remember(key, before.length === 0)
      }
    } catch {
      // The snapshot stands without it: a rest that may be a marker is shown as lag.
    } finally {
      fetcher.close()
      this.#asked.clear()
    }
  }

  #remember(key: string, verdict: boolean): void {
    if (this.#verdicts.size >= REMEMBERED) {
      const oldest = this.#verdicts.keys().next().value
      if (oldest !== undefined) this.#verdicts.delete(oldest)
    }
    this.#verdicts.set(key, verdict)
  }
}

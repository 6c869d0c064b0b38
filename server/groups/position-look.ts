import type { FetchedPartition, KafkaCluster } from '@/server/kafka/port'

/** A group that stands at `committed` with something between it and the last stable offset. */
export type Position = {
  topic: string
  topicId: string | null
  partition: number
  committed: number
  lso: number
}

/** What lies at a position: nothing that a consumer would ever get (`empty`), or a record, with its time where it has one. */
export type Look = { empty: boolean; timestampMs: number | null }

const LOOKS_PER_ROUND = 20
const ROUND_MS = 2000
const REMEMBERED = 10_000
/** Transaction markers and aborted records longer than this are counted as lag. */
const FETCHES = 4
const FETCH_BYTES = 128 * 1024

/**
 * Looks at the log where groups stand still, a few positions a round, each once: a group that read the last record before a
 * transaction marker stays at lag 1 for ever, since the marker has an offset but no consumer gets it; and the time of the
 * record at the committed offset is the exact time lag, where interpolation has nothing to go by on a quiet topic.
 */
export class PositionLook {
  readonly #cluster: KafkaCluster
  /** null: could not be looked at; asked again when it moves or is forgotten. */
  readonly #known = new Map<string, Look | null>()

  constructor(cluster: KafkaCluster) {
    this.#cluster = cluster
  }

  /** What is known of a position; null: not looked at (yet). */
  at(position: Position): Look | null {
    if (this.#known.size === 0) return null
    // A record stays where it is; that there is none holds only up to the end that was looked at.
    return this.#known.get(emptyKey(position)) ?? this.#known.get(recordKey(position)) ?? null
  }

  isKnown(position: Position): boolean {
    return this.#known.has(emptyKey(position)) || this.#known.has(recordKey(position))
  }

  /** Looks at the first few of these, for two seconds at most. Never rejects: a rest that may be a marker is shown as lag. */
  async look(positions: readonly Position[], signal: AbortSignal): Promise<void> {
    const due = positions.slice(0, LOOKS_PER_ROUND)
    if (due.length === 0) return
    const fetcher = this.#cluster.openFetcher({
      signal: AbortSignal.any([signal, AbortSignal.timeout(ROUND_MS)]),
    })
    try {
      for (const position of due) {
        const look = await lookAt(fetcher, position)
        this.#remember(look?.empty ? emptyKey(position) : recordKey(position), look)
      }
    } catch {
      // Out of time, or the cluster is: what was not looked at is asked again.
    } finally {
      fetcher.close()
    }
  }

  #remember(key: string, look: Look | null): void {
    this.#known.delete(key)
    this.#known.set(key, look)
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= REMEMBERED) break
      this.#known.delete(oldest)
    }
  }
}

type Fetcher = ReturnType<KafkaCluster['openFetcher']>

async function lookAt(fetcher: Fetcher, position: Position): Promise<Look | null> {
  const { topic, partition, committed, lso } = position
  let offset = BigInt(committed)
  for (let fetches = 0; fetches < FETCHES; fetches++) {
    const [fetched] = await fetcher.fetch({
      topic,
      positions: [{ partition, offset, maxBytes: FETCH_BYTES }],
      isolation: 'read_committed',
      maxWaitMs: 100,
    })
    const answer = answered(fetched)
    if (!answer) return null
    const first = answer.records.find(r => r.offset >= BigInt(committed) && r.offset < BigInt(lso))
    if (first) {
      const timed = first.timestampType !== 'NoTimestamp' && first.timestampMs > 0
      return { empty: false, timestampMs: timed ? first.timestampMs : null }
    }
    if (answer.nextOffset >= BigInt(lso)) return { empty: true, timestampMs: null }
    if (answer.nextOffset <= offset) return null
    offset = answer.nextOffset
  }
  return null
}

function answered(fetched: FetchedPartition | undefined) {
  return fetched?.answer.ok ? fetched.answer.value : null
}

function recordKey({ topic, topicId, partition, committed }: Position): string {
  return `${topic} ${topicId} ${partition} ${committed}`
}

function emptyKey(position: Position): string {
  return `${recordKey(position)} ${position.lso}`
}

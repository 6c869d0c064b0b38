import type { FetchedPartition, KafkaCluster } from '@/server/kafka/port'
import { KnownLooks, type Look, type Position } from './known-looks'

export const LOOKS_PER_ROUND = 20
const ROUND_MS = 2000
/** Transaction markers and aborted records longer than this are counted as lag. */
const FETCHES = 4
const FETCH_BYTES = 128 * 1024
/** Of one partition among others, and of all of them: a broker gives a first batch whole, however large. */
const GLANCE_BYTES = 4 * 1024
const TOGETHER_BYTES = 2 * 1024 * 1024

/**
 * Looks at the log where groups stand still, a few positions a round, each once: a group that read the last
 * record before a transaction marker stays at lag 1 for ever, since the marker has an offset but no consumer
 * gets it; and the time of the record at the committed offset is the exact time lag, where interpolation has
 * nothing to go by on a quiet topic.
 */
export class PositionLook {
  readonly #cluster: KafkaCluster
  readonly known = new KnownLooks()

  constructor(cluster: KafkaCluster) {
    this.#cluster = cluster
  }

  /**
   * Looks at the first `most` of these, for two seconds at most: all of a topic in one request, and once more
   * alone where that did not tell. Never rejects: a rest that may be a marker is shown as lag.
   */
  async look(positions: readonly Position[], signal: AbortSignal, most = LOOKS_PER_ROUND): Promise<void> {
    const due = positions.slice(0, most)
    if (due.length === 0) return
    const fetcher = this.#cluster.openFetcher({
      signal: AbortSignal.any([signal, AbortSignal.timeout(ROUND_MS)]),
    })
    try {
      const open: Position[] = []
      for (const together of inOneRequest(due))
        for (const [position, look] of await lookTogether(fetcher, together))
          if (look) this.known.remember(position, look)
          else open.push(position)
      for (const position of open.slice(0, LOOKS_PER_ROUND)) {
        this.known.remember(position, await lookAt(fetcher, position))
      }
    } catch {
      // Out of time, or the cluster is: what was not looked at is asked again.
    } finally {
      fetcher.close()
    }
  }
}

type Fetcher = ReturnType<KafkaCluster['openFetcher']>

/** Positions of one topic, one a partition: what fits one request. */
function inOneRequest(positions: readonly Position[]): Position[][] {
  const requests = new Map<string, Position[]>()
  const seen = new Map<string, number>()
  for (const position of positions) {
    const place = `${position.partition} ${position.topic}`
    const turn = seen.get(place) ?? 0
    seen.set(place, turn + 1)
    const key = `${turn} ${position.topic}`
    const together = requests.get(key) ?? []
    requests.set(key, together)
    together.push(position)
  }
  return [...requests.values()]
}

async function lookTogether(fetcher: Fetcher, together: Position[]): Promise<[Position, Look | null][]> {
  const [first] = together
  if (!first || together.length === 1) return together.map(position => [position, null])
  const fetched = await fetcher.fetch({
    topic: first.topic,
    positions: together.map(({ partition, committed }) => ({
      partition,
      offset: BigInt(committed),
      maxBytes: GLANCE_BYTES,
    })),
    isolation: 'read_committed',
    maxWaitMs: 100,
    maxBytes: TOGETHER_BYTES,
  })
  const byPartition = new Map(fetched.map(one => [one.partition, one]))
  return together.map(position => {
    const answer = answered(byPartition.get(position.partition))
    return [position, answer && judge(answer, position)]
  })
}

/** null: what was fetched does not reach far enough to tell. */
function judge(answer: Fetched, { committed, lso }: Position): Look | null {
  const first = answer.records.find(r => r.offset >= BigInt(committed) && r.offset < BigInt(lso))
  if (first) {
    const timed = first.timestampType !== 'NoTimestamp' && first.timestampMs > 0
    return { empty: false, timestampMs: timed ? first.timestampMs : null }
  }
  return answer.nextOffset >= BigInt(lso) ? { empty: true, timestampMs: null } : null
}

async function lookAt(fetcher: Fetcher, position: Position): Promise<Look | null> {
  const { topic, partition, committed } = position
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
    const look = judge(answer, position)
    if (look) return look
    if (answer.nextOffset <= offset) return null
    offset = answer.nextOffset
  }
  return null
}

type Fetched = Extract<FetchedPartition['answer'], { ok: true }>['value']

function answered(fetched: FetchedPartition | undefined): Fetched | null {
  return fetched?.answer.ok ? fetched.answer.value : null
}

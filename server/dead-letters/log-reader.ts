import { toAppError } from '@/lib/errors'
import type { Clock } from '@/server/context'
import type { FetchRequest, KafkaCluster, OffsetAnswer } from '@/server/kafka/port'
import type { ItemFetcher } from './letter-fetcher'
import type { LogCursor, WatchedTopic } from './watched-topic'

/** Bytes asked for at once: a chunk is decoded in some ten milliseconds. */
const CHUNK_BYTES = 2 * 1024 * 1024
const PARTITION_BYTES = 1024 * 1024
/** The log's start moves by retention only: asked for seldom. */
const START_AGE_MS = 20_000
/** Topics that are read ahead. */
const AHEAD = 2
/** Records handled before other work of the process gets its turn. */
const SLICE = 200

export type LogEvents<T> = {
  items(topic: WatchedTopic, items: readonly T[]): void
  /** The log begins at `start` now. */
  trimmed(topic: WatchedTopic, partition: number, start: bigint): void
  /** Where to begin reading logs that are seen for the first time. */
  begin(fresh: { topic: WatchedTopic; partition: number; cursor: LogCursor }[]): void
}

/** Reads watched topics forward with one fetcher, committed records only. Joins no group, commits nothing. */
export class LogReader<T> {
  readonly #cluster: KafkaCluster
  readonly #clock: Clock
  readonly #signal: AbortSignal
  readonly #events: LogEvents<T>
  readonly #open: () => ItemFetcher<T>
  #fetcher: ItemFetcher<T> | null = null
  #startsAtMs = Number.NEGATIVE_INFINITY

  constructor(deps: {
    cluster: KafkaCluster
    clock: Clock
    signal: AbortSignal
    open: () => ItemFetcher<T>
    events: LogEvents<T>
  }) {
    this.#cluster = deps.cluster
    this.#clock = deps.clock
    this.#signal = deps.signal
    this.#events = deps.events
    this.#open = deps.open
  }

  /**
   * Asks where the logs begin and end. A partition that does not answer keeps its problem; others go on.
   * Throws when no broker answers.
   */
  async locate(topics: readonly WatchedTopic[]): Promise<void> {
    const nowMs = this.#clock.now()
    const active = topics.filter(topic => !topic.isWaiting(nowMs))
    const everyStart = nowMs - this.#startsAtMs >= START_AGE_MS
    if (everyStart) this.#startsAtMs = nowMs
    const all = partitionsOf(active, () => true)
    const starts = everyStart ? all : partitionsOf(active, cursor => cursor.position === null)
    const options = { signal: this.#signal, isolation: 'read_committed' as const, timeoutMs: 8000 }
    const byName = new Map(active.map(topic => [topic.name, topic]))
    /** Where each partition is that answered; the others keep their problem. */
    const heard = (answers: readonly OffsetAnswer[]) =>
      answers.flatMap(({ topic: name, partition, answer }) => {
        const topic = byName.get(name)
        const cursor = topic?.cursors.get(partition)
        if (!topic || !cursor) return []
        if (answer.ok) return [{ topic, partition, cursor, offset: answer.value.offset }]
        cursor.problem = answer.problem
        return []
      })
    const [earliest, latest] = await Promise.all([
      starts.length === 0 ? [] : this.#cluster.listOffsets(starts, 'earliest', options),
      all.length === 0 ? [] : this.#cluster.listOffsets(all, 'latest', options),
    ])
    const started = new Set<LogCursor>()
    for (const { topic, partition, cursor, offset } of heard(earliest)) {
      started.add(cursor)
      this.#moveStart(topic, partition, cursor, offset)
    }
    const fresh: { topic: WatchedTopic; partition: number; cursor: LogCursor }[] = []
    for (const { topic, partition, cursor, offset } of heard(latest)) {
      // What cannot be fetched keeps its trouble until it can.
      if ((started.has(cursor) || cursor.position !== null) && cursor.backoff.failures === 0)
        cursor.problem = null
      cursor.end = offset
      cursor.isCutBack = cursor.position !== null && cursor.position > cursor.end
      if (cursor.position === null && started.has(cursor)) fresh.push({ topic, partition, cursor })
    }
    if (fresh.length > 0) {
      for (const { cursor } of fresh) cursor.position = cursor.start
      this.#events.begin(fresh)
    }
    for (const topic of active) this.#settle(topic)
  }

  /**
   * Reads one chunk of each topic that is behind. Answers whether anything is still behind. A topic that
   * fails waits; the next call leaves it out.
   */
  async readChunks(topics: readonly WatchedTopic[]): Promise<boolean> {
    let more = false
    const waiting = topics.filter(topic => this.#requestOf(topic) !== null)
    for (const [at, topic] of waiting.entries()) {
      if (this.#signal.aborted) return false
      const request = this.#requestOf(topic)
      if (request === null) continue
      // The ones after it, the first again behind the last: they are read while this one is handed over.
      const others = [...waiting.slice(at + 1), ...waiting.slice(0, at)].slice(0, AHEAD)
      const ahead = others.map(one => this.#requestOf(one)).filter(one => one !== null)
      try {
        await this.#readChunk(topic, request, ahead)
      } catch (error) {
        if (this.#signal.aborted) return false
        const { code, params } = toAppError(error)
        topic.fail({ scope: `topic:${topic.name}`, code, ...(params && { params }) }, this.#clock.now())
        this.close()
      }
      this.#settle(topic)
      const nowMs = this.#clock.now()
      if (!topic.isWaiting(nowMs) && topic.behind(nowMs).length > 0) more = true
    }
    return more
  }

  close(): void {
    this.#fetcher?.close()
    this.#fetcher = null
  }

  /** null: nothing to read of it now. */
  #requestOf(topic: WatchedTopic): FetchRequest | null {
    const nowMs = this.#clock.now()
    const partitions = topic.isWaiting(nowMs) ? [] : topic.behind(nowMs)
    if (partitions.length === 0) return null
    return {
      topic: topic.name,
      positions: partitions.map(partition => ({
        partition,
        offset: topic.cursors.get(partition)?.position ?? 0n,
        maxBytes: PARTITION_BYTES,
      })),
      isolation: 'read_committed',
      maxWaitMs: 100,
      maxBytes: CHUNK_BYTES,
    }
  }

  async #readChunk(topic: WatchedTopic, request: FetchRequest, ahead: FetchRequest[]): Promise<void> {
    this.#fetcher ??= this.#open()
    const answers = await this.#fetcher.fetch(request, ahead)
    let progressed = false
    let failed = 0
    for (const { partition, answer } of answers) {
      const cursor = topic.cursors.get(partition)
      if (!cursor) continue
      if (!answer.ok) {
        failed++
        if (answer.problem.code !== 'OFFSET_OUT_OF_RANGE' || !(await this.#rejoin(topic, partition, cursor)))
          topic.failPartition(partition, answer.problem, this.#clock.now())
        continue
      }
      const { items, nextOffset, logStartOffset } = answer.value
      await this.#hand(topic, items)
      cursor.problem = null
      cursor.backoff.failures = 0
      if (cursor.position === null || nextOffset > cursor.position) {
        cursor.position = nextOffset
        progressed = true
      }
      if (logStartOffset > cursor.start) this.#moveStart(topic, partition, cursor, logStartOffset)
    }
    topic.answered(progressed || failed > 0, this.#clock.now())
  }

  async #hand(topic: WatchedTopic, items: Iterable<T>): Promise<void> {
    let slice: T[] = []
    for (const item of items) {
      slice.push(item)
      if (slice.length < SLICE) continue
      this.#events.items(topic, slice)
      slice = []
      await new Promise(resolve => setImmediate(resolve))
    }
    if (slice.length > 0) this.#events.items(topic, slice)
  }

  /** The log moved away under the position: go on at its start. */
  async #rejoin(topic: WatchedTopic, partition: number, cursor: LogCursor): Promise<boolean> {
    const [found] = await this.#cluster.listOffsets([{ topic: topic.name, partition }], 'earliest', {
      signal: this.#signal,
      timeoutMs: 8000,
    })
    if (!found?.answer.ok) return false
    const before = cursor.position
    // A log that was cut back (unclean leader) ends before the position.
    cursor.position =
      cursor.position !== null && cursor.position > found.answer.value.offset
        ? cursor.end
        : found.answer.value.offset
    this.#moveStart(topic, partition, cursor, found.answer.value.offset)
    return cursor.position !== before
  }

  #moveStart(topic: WatchedTopic, partition: number, cursor: LogCursor, start: bigint): void {
    if (start <= cursor.start && cursor.position !== null) return
    cursor.start = start
    if (cursor.position === null) return
    if (cursor.position < start) cursor.position = start
    this.#events.trimmed(topic, partition, start)
  }

  #settle(topic: WatchedTopic): void {
    if (
      topic.cursors.size > 0 &&
      topic.problem === null &&
      topic.behind(Number.POSITIVE_INFINITY).length === 0
    )
      topic.scannedAtMs = this.#clock.now()
  }
}

function partitionsOf(topics: readonly WatchedTopic[], wanted: (cursor: LogCursor) => boolean) {
  return topics.flatMap(topic =>
    [...topic.cursors]
      .filter(([, cursor]) => wanted(cursor))
      .map(([partition]) => ({ topic: topic.name, partition })),
  )
}

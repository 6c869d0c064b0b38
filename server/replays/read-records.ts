import { AppError, isErrorCode } from '@/lib/errors'
import type { Fetcher, KafkaCluster, LogRecord } from '@/server/kafka/port'

/** Where the log of a partition begins and ends. */
export type LogBounds = { start: bigint; end: bigint }
export type Found = { offset: bigint; record: LogRecord | null }
export type Ref = { partition: number; offset: bigint }
/** Exact places, each once: by partition, and ascending. */
export type Places = ReadonlyMap<number, BigInt64Array>

/** An answer ends within a batch, and what came of that one is thrown away: of a small answer a good part. */
const FETCH_BYTES = 2 * 1024 * 1024
/** Where a selection is thin: one batch comes whatever its size, and what follows it would be thrown away. */
const THIN_FETCH_BYTES = 32 * 1024
const THIN_OFFSETS = 200n
/**
 * Fetches that bring nothing new in a row, before it is given up: an unfinished transaction stands before the
 * offset.
 */
const IDLE_FETCHES = 20

/** Offsets must fit 64 bits. */
export function placesOfRefs(refs: readonly Ref[]): Places {
  const counts = new Map<number, number>()
  for (const { partition } of refs) counts.set(partition, (counts.get(partition) ?? 0) + 1)
  const places = new Map<number, BigInt64Array>()
  for (const [partition, count] of [...counts].sort(([a], [b]) => a - b)) {
    places.set(partition, new BigInt64Array(count))
    counts.set(partition, 0)
  }
  for (const { partition, offset } of refs) {
    const at = counts.get(partition) ?? 0
    const offsets = places.get(partition)
    if (offsets) offsets[at] = offset
    counts.set(partition, at + 1)
  }
  for (const [partition, offsets] of places) places.set(partition, distinct(offsets.sort()))
  return places
}

/** How many records these are. */
export const countPlaces = (places: Places) =>
  [...places.values()].reduce((sum, offsets) => sum + offsets.length, 0)

/** Of ascending ones. */
function distinct(offsets: BigInt64Array): BigInt64Array {
  let kept = 0
  for (const offset of offsets) if (kept === 0 || offsets[kept - 1] !== offset) offsets[kept++] = offset
  return offsets.subarray(0, kept)
}

const isOutside = (offset: bigint, start: bigint, end: bigint) => offset < start || offset >= end

/**
 * Reads exact offsets of one partition, ascending, as many at a time as an answer brings; `record` is null
 * where retention, compaction or an abort took it, or where the log never reached. Buffers are views: use or
 * copy them before asking for the next. `boundsOf` is asked when an offset is out of range: then all that are
 * need no fetch each. Throws AppError as the partition answers (TOPIC_UNKNOWN, LEADER_UNAVAILABLE, ...),
 * TIMED_OUT, CANCELLED. `copies`: who asks for the next holds no view of the one before, whose memory is filled
 * again.
 */
export async function* readRecords(
  fetcher: Fetcher,
  topic: string,
  partition: number,
  offsets: ArrayLike<bigint>,
  signal?: AbortSignal,
  boundsOf?: () => Promise<LogBounds>,
  copies = false,
): AsyncGenerator<Found[]> {
  let next = 0
  let bounds: LogBounds | null = null
  let idle = 0
  const ask = (at: number) => {
    const wanted = offsets[at] ?? 0n
    const after = offsets[at + 1]
    const isThin = after === undefined || after - wanted > THIN_OFFSETS
    const position = { partition, offset: wanted, maxBytes: isThin ? THIN_FETCH_BYTES : FETCH_BYTES }
    const isolation = 'read_committed' as const
    return fetcher.fetch({ topic, positions: [position], isolation, maxWaitMs: 250, maxBytes: FETCH_BYTES })
  }
  /** What comes next, asked for while somebody looks at what is there. */
  let coming: ReturnType<typeof ask> | null = null
  while (next < offsets.length) {
    if (signal?.aborted) throw new AppError('CANCELLED')
    const wanted = offsets[next] ?? 0n
    const answers = await (coming ?? ask(next))
    const [answered] = answers
    coming = null
    const answer = answered?.answer
    if (!answer) throw new AppError('LEADER_UNAVAILABLE', { params: { topic, partition } })
    if (!answer.ok) {
      const { code, params } = answer.problem
      if (code === 'OFFSET_OUT_OF_RANGE') {
        // Before the log's start or behind its end; the next one may stand again. Thousands that expired cost
        // one question.
        bounds ??= (await boundsOf?.()) ?? null
        // Without them every offset is asked for by itself.
        const { start, end } = bounds ?? { start: 0n, end: (offsets[offsets.length - 1] ?? wanted) + 1n }
        const lost: Found[] = []
        do {
          lost.push({ offset: offsets[next] ?? wanted, record: null })
          next += 1
        } while (next < offsets.length && isOutside(offsets[next] ?? 0n, start, end))
        yield lost
        continue
      }
      throw new AppError(isErrorCode(code) ? code : 'KAFKA_ERROR', params ? { params } : {})
    }
    const { records, nextOffset, lastStableOffset } = answer.value
    const found: Found[] = []
    let at = 0
    while (next < offsets.length) {
      const offset = offsets[next] ?? 0n
      if (offset >= nextOffset) break
      while (at < records.length && (records[at]?.offset ?? 0n) < offset) at += 1
      const record = records[at]
      found.push({ offset, record: record?.offset === offset ? record : null })
      next += 1
    }
    const upcoming = offsets[next]
    if (upcoming !== undefined && nextOffset > wanted) {
      coming = ask(next)
      // Its failure is told to whoever reads on; nobody may.
      coming.catch(() => undefined)
    }
    if (found.length > 0) yield found
    if (copies) fetcher.giveBack?.(answers)
    if (upcoming === undefined) return
    if (nextOffset > wanted) {
      idle = 0
      continue
    }
    if (upcoming >= lastStableOffset && upcoming >= answer.value.highWatermark) {
      yield [{ offset: upcoming, record: null }]
      next += 1
      continue
    }
    idle += 1
    if (idle > IDLE_FETCHES) throw new AppError('TIMED_OUT', { params: { topic, partition } })
  }
}

/** `boundsOf` of a partition of this cluster. Throws what the partition answers. */
export function boundsReader(
  cluster: KafkaCluster,
  topic: string,
  partition: number,
  signal: AbortSignal,
): () => Promise<LogBounds> {
  return async () => {
    const ask = async (at: 'earliest' | 'latest') => {
      const [found] = await cluster.listOffsets([{ topic, partition }], at, { signal })
      if (found?.answer.ok) return found.answer.value.offset
      const code = found?.answer.ok === false ? found.answer.problem.code : null
      throw new AppError(isErrorCode(code) ? code : 'LEADER_UNAVAILABLE', { params: { topic, partition } })
    }
    const [start, end] = await Promise.all([ask('earliest'), ask('latest')])
    return { start, end }
  }
}

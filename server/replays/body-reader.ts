import { AppError, isErrorCode, toAppError } from '@/lib/errors'
import { partitionKey } from '@/lib/partition-key'
import type { Fetcher, LogRecord } from '@/server/kafka/port'
import type { Place } from './ledger'
import { readRecords } from './read-records'

export type RecordBody = Pick<LogRecord, 'key' | 'value'>

type Window = { from: bigint; until: bigint; bodies: Map<bigint, RecordBody> }

/** What one fetch brings; letters of one topic stand near one another at their origin, too. */
const FETCH_BYTES = 128 * 1024
const WINDOWS_MAX = 64

/**
 * Keys and values of records at their origins, which letters only point at. Keeps what the last fetch of each
 * partition brought, so that letters in the log's order cost a fetch for many.
 */
export class BodyReader {
  readonly #fetcher: Fetcher
  readonly #signal: AbortSignal | undefined
  readonly #windows = new Map<string, Window>()

  constructor(fetcher: Fetcher, signal?: AbortSignal) {
    this.#fetcher = fetcher
    this.#signal = signal
  }

  /** null when the record is gone, or its topic is. Throws as the partition answers. */
  async read(place: Place): Promise<RecordBody | null> {
    const name = partitionKey(place)
    const known = this.#windows.get(name)
    if (known && place.offset >= known.from && place.offset < known.until)
      return known.bodies.get(place.offset) ?? null
    try {
      const window = await this.#fetch(place)
      if (window === null) return await readOne(this.#fetcher, place, this.#signal)
      this.#windows.delete(name)
      this.#windows.set(name, window)
      for (const key of this.#windows.keys()) {
        if (this.#windows.size <= WINDOWS_MAX) break
        this.#windows.delete(key)
      }
      return window.bodies.get(place.offset) ?? null
    } catch (error) {
      const { code } = toAppError(error)
      if (code === 'TOPIC_UNKNOWN' || code === 'PARTITION_UNKNOWN') return null
      throw error instanceof AppError ? error : toAppError(error)
    }
  }

  /** null: nothing came, and a reader of single records finds out why. */
  async #fetch({ topic, partition, offset }: Place): Promise<Window | null> {
    const [answered] = await this.#fetcher.fetch({
      topic,
      positions: [{ partition, offset, maxBytes: FETCH_BYTES }],
      isolation: 'read_committed',
      maxWaitMs: 250,
      maxBytes: FETCH_BYTES,
    })
    const answer = answered?.answer
    if (!answer) throw new AppError('LEADER_UNAVAILABLE', { params: { topic, partition } })
    if (!answer.ok) {
      const { code, params } = answer.problem
      if (code === 'OFFSET_OUT_OF_RANGE') return { from: offset, until: offset + 1n, bodies: new Map() }
      throw new AppError(isErrorCode(code) ? code : 'KAFKA_ERROR', params ? { params } : {})
    }
    const { records, nextOffset } = answer.value
    if (nextOffset <= offset) return null
    const bodies = new Map(records.map(record => [record.offset, copied(record)]))
    return { from: offset, until: nextOffset, bodies }
  }
}

const copied = ({ key, value }: RecordBody): RecordBody => ({
  key: key && Buffer.from(key),
  value: value && Buffer.from(value),
})

async function readOne(
  fetcher: Fetcher,
  { topic, partition, offset }: Place,
  signal: AbortSignal | undefined,
): Promise<RecordBody | null> {
  for await (const [found] of readRecords(fetcher, topic, partition, [offset], signal))
    if (found) return found.record && copied(found.record)
  return null
}

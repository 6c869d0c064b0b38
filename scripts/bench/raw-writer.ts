import { type Connection, ConnectionPool } from '@platformatic/kafka'
import { encodeBatch } from '@/server/kafka/write/encode-batch'
import { produceApi } from '@/server/kafka/write/transaction-requests'

const VERSION = 11
const TIMEOUT_MS = 30_000
/** Requests under way: the broker writes one while the next is on its way. */
const AHEAD = 8
/** Of a topic that was made a moment ago: unknown, no leader, not its leader. */
const NOT_YET: ReadonlySet<number> = new Set([3, 5, 6])
const RETRIES = 100

export type Written = { key: Buffer | null; value: Buffer | null }

/** Records as one batch, all of the same moment. */
export const batchOf = (records: readonly Written[], timestampMs: number): Buffer =>
  encodeBatch(records.map(one => ({ ...one, headers: [], timestampMs })))

/** Writes ready batches by raw requests to the one broker of a bench: a topic of millions is filled in seconds. */
export class RawWriter {
  readonly #pool: ConnectionPool
  readonly #connection: Connection
  readonly #underWay = new Set<Promise<void>>()

  private constructor(pool: ConnectionPool, connection: Connection) {
    this.#pool = pool
    this.#connection = connection
  }

  static async open(host: string, port: number): Promise<RawWriter> {
    const pool = new ConnectionPool('bench-writer')
    return new RawWriter(pool, await pool.get({ host, port }))
  }

  /** Resolves when there is room for the next one; `drain` when all are written. Both throw what the broker refused. */
  async send(topic: string, partition: number, batch: Buffer): Promise<void> {
    const api = produceApi(VERSION)
    const sent = (async () => {
      for (let left = RETRIES; ; left -= 1) {
        const [answer] = await api.async(this.#connection, null, TIMEOUT_MS, [{ topic, partition, batch }])
        if (answer?.errorCode === 0) return
        if (left === 0 || !NOT_YET.has(answer?.errorCode ?? 0))
          throw new Error(`${topic}/${partition}: error ${answer?.errorCode}`)
        await new Promise(resolve => setTimeout(resolve, 200))
      }
    })()
    const done = sent.finally(() => this.#underWay.delete(done))
    this.#underWay.add(done)
    if (this.#underWay.size >= AHEAD) await Promise.race(this.#underWay)
  }

  async drain(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  async close(): Promise<void> {
    await new Promise<void>(resolve => this.#pool.close(() => resolve()))
  }
}

import { toAppError } from '@/lib/errors'
import type { Logger } from '@/server/log'
import { replaysThatSent, sentChunks } from '@/server/replays/past-outcomes'
import type { Store } from '@/server/store/types'
import type { ReplayMark } from './replay-marks'

/**
 * A thousand records each: the round that waits for this has letters to read. What is left comes with the
 * next look.
 */
const CHUNKS_A_LOOK = 100

/**
 * At-least-once replays are in no ledger: which letters they sent is read from their mirrors, each again when
 * it has sent more.
 */
export class PlainMirrors {
  readonly #store: Store
  readonly #cluster: string
  readonly #log: Logger
  /** How many each had sent when it was read. */
  readonly #seen = new Map<string, number>()

  constructor(store: Store, cluster: string, log: Logger) {
    this.#store = store
    this.#cluster = cluster
    this.#log = log
  }

  /** Tells of each letter that was sent since. Never throws: the next look finds what this one missed. */
  async refresh(note: (mark: ReplayMark) => void): Promise<void> {
    try {
      const cluster = this.#cluster
      const replays = await replaysThatSent(this.#store, { cluster, guarantees: ['at-least-once'] })
      const ids = new Set(replays.map(one => one.id))
      for (const id of this.#seen.keys()) if (!ids.has(id)) this.#seen.delete(id)
      let left = CHUNKS_A_LOOK
      for (const { id, replayed, sourceTopicId: topicId } of replays) {
        if (topicId === null || this.#seen.get(id) === replayed) continue
        if (left <= 0) return
        for await (const items of sentChunks(this.#store, id)) {
          left -= 1
          // Where it stands may be in another cluster: what comes back from there is known by its headers.
          for (const { partition, offset, outcome } of items)
            if (outcome === 'replayed') note({ topicId, partition, offset, target: null })
        }
        this.#seen.set(id, replayed)
      }
    } catch (error) {
      const { code } = toAppError(error)
      this.#log.debug({ err: error, code }, 'mirrors of replays cannot be read')
    }
  }
}

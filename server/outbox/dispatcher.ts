import type { Clock } from '@/server/context'
import type { Logger } from '@/server/log'
import { type Loop, startLoop } from '@/server/loop'
import type { Store } from '@/server/store/types'
import type { Channel, Delivered } from './channels/channel'
import { DeliveryError } from './delivery-error'
import { noticeSchema } from './notice'
import {
  claim,
  countOutbox,
  dueChannels,
  type OutboxRow,
  pruneOutbox,
  refOf,
  settleFailed,
  settleSent,
} from './outbox-store'
import type { OutboxCounts, OutboxDispatcher } from './service'

const LOOK_MS = 1000
/** A hanging receiver is cut off long before; after a crash another process takes over when this is over. */
const LEASE_MS = 60_000
/** Of one channel at once: one that hangs holds up nobody but itself. */
const LANE_WIDTH = 8
const FIRST_WAIT_MS = 2000
const LONGEST_WAIT_MS = 3_600_000
const COUNT_EVERY_MS = 10_000
const PRUNE_EVERY_MS = 3_600_000

/** 2 s, 4 s, 8 s, ... to an hour, each spread over its upper half so that many do not come back at once. */
export function backOffMs(attempts: number, random: number): number {
  const full = Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempts - 1, 20), LONGEST_WAIT_MS)
  return Math.round(full / 2 + (full / 2) * random)
}

export type DispatcherDeps = {
  store: Store
  clock: Clock
  log: Logger
  instance: string
  /** The channel of this name with the row's own address; null when the configuration has none (any more). */
  channelOf(row: Pick<OutboxRow, 'channel' | 'url'>): Channel | null
  random?: () => number
}

/** Sends the outbox: each channel in a lane of its own, each message until it is through or a day old. */
export class Dispatcher implements OutboxDispatcher {
  readonly name = 'outbox'
  readonly #deps: DispatcherDeps
  readonly #lanes = new Map<string, Promise<void>>()
  readonly #stop = new AbortController()
  #loop: Loop | null = null
  #looking: Promise<void> | null = null
  #again = false
  #counts: OutboxCounts | null = null
  #countedAtMs = Number.NEGATIVE_INFINITY
  #prunedAtMs = Number.NEGATIVE_INFINITY

  constructor(deps: DispatcherDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#loop ??= startLoop(() => this.#round(), {
      intervalMs: LOOK_MS,
      onError: error => this.#deps.log.warn({ err: error }, 'the outbox could not be read'),
    })
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#loop?.stop()
    await this.#looking?.catch(() => undefined)
    await Promise.allSettled(this.#lanes.values())
  }

  wake(): void {
    if (this.#loop) this.#look().catch(() => undefined) // the loop's next round tells
  }

  counts(): OutboxCounts | null {
    return this.#counts
  }

  /** One look and everything that it found sent or put off; for tests. */
  async drain(): Promise<void> {
    await this.#look()
    await Promise.all(this.#lanes.values())
    await this.#count()
  }

  async #round(): Promise<void> {
    await this.#look()
    const nowMs = this.#deps.clock.now()
    if (nowMs - this.#countedAtMs >= COUNT_EVERY_MS) await this.#count()
    if (nowMs - this.#prunedAtMs >= PRUNE_EVERY_MS) {
      this.#prunedAtMs = nowMs
      await pruneOutbox(this.#deps.store, nowMs)
    }
  }

  async #count(): Promise<void> {
    this.#countedAtMs = this.#deps.clock.now()
    this.#counts = await countOutbox(this.#deps.store)
  }

  #look(): Promise<void> {
    if (this.#looking) {
      this.#again = true
      return this.#looking
    }
    this.#looking = this.#lookOnce().finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  async #lookOnce(): Promise<void> {
    do {
      this.#again = false
      if (this.#stop.signal.aborted) return
      for (const channel of await dueChannels(this.#deps.store, this.#deps.clock.now())) {
        if (this.#lanes.has(channel)) continue
        const lane = this.#runLane(channel)
          .catch(error => this.#deps.log.warn({ err: error, channel }, 'a channel of the outbox stopped'))
          .finally(() => this.#lanes.delete(channel))
        this.#lanes.set(channel, lane)
      }
    } while (this.#again)
  }

  async #runLane(channel: string): Promise<void> {
    const { store, clock, instance } = this.#deps
    while (!this.#stop.signal.aborted) {
      const nowMs = clock.now()
      const rows = await claim(store, {
        channel,
        owner: instance,
        nowMs,
        leaseMs: LEASE_MS,
        most: LANE_WIDTH,
      })
      if (rows.length === 0) return
      await Promise.all(rows.map(row => this.#send(row)))
    }
  }

  async #send(row: OutboxRow): Promise<void> {
    const { store, clock, log } = this.#deps
    let made: Delivered
    try {
      made = await this.#deliver(row)
    } catch (thrown) {
      const error =
        thrown instanceof DeliveryError ? thrown : new DeliveryError('INTERNAL', { cause: thrown })
      const nowMs = clock.now()
      const waitMs = Math.max(
        backOffMs(row.attempts, (this.#deps.random ?? Math.random)()),
        error.retryAfterMs ?? 0,
      )
      // One last time at the very end of its life, and not after it.
      const nextAtMs = Math.min(nowMs + waitMs, Math.max(row.untilMs, nowMs))
      const state = nowMs >= row.untilMs ? 'dead' : 'pending'
      await settleFailed(store, row, { state, nextAtMs, error: error.code })
      const about = { id: row.id, channel: row.channel, event: row.event, code: error.code }
      if (state === 'dead') {
        log.error(about, 'a message could not be sent and was given up')
        await this.#count()
      } else if (error.code === 'INTERNAL')
        log.error({ ...about, err: thrown }, 'a message failed by a mistake of ours')
      else log.warn({ ...about, attempts: row.attempts }, 'a message could not be sent yet')
      return
    }
    await settleSent(store, row, clock.now(), made)
  }

  async #deliver(row: OutboxRow): Promise<Delivered> {
    const channel = this.#deps.channelOf(row)
    if (!channel) throw new DeliveryError('CHANNEL_UNKNOWN')
    const parsed = noticeSchema.safeParse(JSON.parse(row.payload))
    if (!parsed.success) throw new DeliveryError('PAYLOAD_INVALID', { cause: parsed.error })
    return channel.deliver({
      id: row.id,
      notice: parsed.data,
      createdAtMs: row.createdAtMs,
      attempt: row.attempts,
      ref: await refOf(this.#deps.store, row.channel, row.subject),
      signal: this.#stop.signal,
    })
  }
}

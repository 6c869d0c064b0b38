import type { Connection } from '@platformatic/kafka'
import { AppError } from '@/lib/errors'
import { addressOf, destroy, type Endpoint } from './connect'
import { type Scope, untilEnd, within } from './deadline'
import { unreachable } from './errors'
import { CONNECT_TIMEOUT_MS } from './security'

export type Lane = 0 | 1

type Slot = {
  endpoint: Endpoint
  lane: Lane
  connection: Connection | null
  opening: Promise<Connection> | null
  lastUsedMs: number
}

export type PoolEvents = {
  /** Nothing has been used for minutes: every socket is closed. */
  idle(): void
  /** An address could not be opened, for the n-th time in a row. */
  failed(address: string, error: unknown, times: number): void
}

type Failure = { error: unknown; until: number; times: number }

/** An address that failed answers from memory for a moment: nobody waits 5 s for what was dead a second ago. */
const FIRST_COOLDOWN_MS = 1_500
const LONGEST_COOLDOWN_MS = 5_000
/** Brokers close connections that were idle for 10 minutes. */
const IDLE_MS = 4 * 60_000
const SWEEP_MS = 30_000
/** TCP, TLS, SASL and the first answer together. */
const OPEN_TIMEOUT_MS = CONNECT_TIMEOUT_MS
/** A retired connection gets this long for the answers that are still under way. */
const RETIREMENT_MS = 30_000

/**
 * Pooled connections of one cluster, two lanes an address. Opening is shared between callers, dead ones are
 * dropped as they die, failures are remembered for some seconds (the circuit breaker), idle ones are closed.
 */
export class Pool {
  readonly #slots = new Map<string, Slot>()
  readonly #failures = new Map<string, Failure>()
  readonly #retired = new Set<Connection>()
  readonly #open: (endpoint: Endpoint, scope: Scope) => Promise<Connection>
  readonly #on: PoolEvents
  #sweeper: NodeJS.Timeout | null = null
  #closed = false

  constructor(open: (endpoint: Endpoint, scope: Scope) => Promise<Connection>, on: PoolEvents) {
    this.#open = open
    this.#on = on
  }

  get size(): number {
    return this.#slots.size + this.#retired.size
  }

  /** A live connection to the address; throws what opening it threw, now or some seconds ago. */
  async get(endpoint: Endpoint, lane: Lane, scope: Scope): Promise<Connection> {
    if (this.#closed) throw new AppError('SHUTTING_DOWN')
    const slot = this.#slot(endpoint, lane)
    slot.lastUsedMs = performance.now()
    if (slot.connection?.isConnected()) return slot.connection
    if (!slot.opening) {
      const failure = this.#failures.get(addressOf(endpoint))
      if (failure && failure.until > performance.now()) {
        this.#dropIfEmpty(slot)
        throw failure.error
      }
      slot.opening = this.#openSlot(slot)
    }
    return untilEnd(scope, slot.opening)
  }

  /** Any connection of lane 0 that lives. */
  anyLive(): Connection | null {
    const live = [...this.#slots.values()].filter(slot => slot.lane === 0 && slot.connection?.isConnected())
    const slot = live[Math.floor(Math.random() * live.length)]
    if (!slot) return null
    slot.lastUsedMs = performance.now()
    return slot.connection
  }

  /** Takes a connection that does not answer out of use; what is under way on it may still end. */
  retire(connection: Connection): void {
    for (const slot of this.#slots.values()) {
      if (slot.connection !== connection) continue
      slot.connection = null
      this.#dropIfEmpty(slot)
      this.#retired.add(connection)
      const timer = setTimeout(() => {
        this.#retired.delete(connection)
        destroy(connection)
      }, RETIREMENT_MS)
      timer.unref()
    }
  }

  close(): void {
    this.#closed = true
    if (this.#sweeper) clearInterval(this.#sweeper)
    this.#sweeper = null
    for (const slot of this.#slots.values()) if (slot.connection) destroy(slot.connection)
    for (const connection of this.#retired) destroy(connection)
    this.#slots.clear()
    this.#retired.clear()
    this.#failures.clear()
  }

  #slot(endpoint: Endpoint, lane: Lane): Slot {
    const key = `${addressOf(endpoint)}/${lane}`
    let slot = this.#slots.get(key)
    if (!slot) {
      slot = { endpoint, lane, connection: null, opening: null, lastUsedMs: 0 }
      this.#slots.set(key, slot)
      this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref()
    }
    return slot
  }

  async #openSlot(slot: Slot): Promise<Connection> {
    const address = addressOf(slot.endpoint)
    try {
      // Not the caller's scope: others may wait for the same opening.
      const connection = await within({ timeoutMs: OPEN_TIMEOUT_MS }, scope =>
        this.#open(slot.endpoint, scope),
      )
      if (this.#closed) {
        destroy(connection)
        throw new AppError('SHUTTING_DOWN')
      }
      this.#failures.delete(address)
      slot.connection = connection
      const forget = () => {
        if (slot.connection !== connection) return
        slot.connection = null
        this.#dropIfEmpty(slot)
        destroy(connection)
      }
      connection.once('close', forget)
      connection.once('error', forget)
      return connection
    } catch (thrown) {
      // Nobody's deadline: the address itself took too long.
      const slow = thrown instanceof AppError && thrown.code === 'TIMED_OUT'
      const error = slow ? unreachable(slot.endpoint, 'timeout', thrown) : thrown
      const times = (this.#failures.get(address)?.times ?? 0) + 1
      const cooldownMs = Math.min(LONGEST_COOLDOWN_MS, FIRST_COOLDOWN_MS * 2 ** (times - 1))
      this.#failures.set(address, { error, times, until: performance.now() + cooldownMs })
      this.#on.failed(address, error, times)
      throw error
    } finally {
      slot.opening = null
      this.#dropIfEmpty(slot)
    }
  }

  #dropIfEmpty(slot: Slot): void {
    if (!slot.connection && !slot.opening) this.#slots.delete(`${addressOf(slot.endpoint)}/${slot.lane}`)
  }

  #sweep(): void {
    const now = performance.now()
    for (const [address, failure] of this.#failures)
      if (failure.until + LONGEST_COOLDOWN_MS * 2 < now) this.#failures.delete(address)
    for (const slot of this.#slots.values()) {
      if (slot.opening || now - slot.lastUsedMs < IDLE_MS) continue
      const { connection } = slot
      slot.connection = null
      this.#dropIfEmpty(slot)
      if (connection) destroy(connection)
    }
    if (this.#slots.size > 0 || !this.#sweeper) return
    clearInterval(this.#sweeper)
    this.#sweeper = null
    this.#on.idle()
  }
}

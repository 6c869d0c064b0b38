import type { API, Connection } from '@platformatic/kafka'
import { AppError } from '@/lib/errors'
import { destroy } from '../protocol/connect'
import type { Connections } from '../protocol/connections'
import type { Scope } from '../protocol/deadline'
import { FETCH_APIS, FETCH_KEY, FETCH_VERSIONS, type FetchRequest, type FetchResponse } from './fetch-api'

/** A connection that one fetcher owns for a while, and the newest Fetch its broker knows. */
export type FetchLink = { broker: number; connection: Connection; api: API<[FetchRequest], FetchResponse> }

const IDLE_MS = 45_000
const SWEEP_MS = 15_000
const IDLE_PER_BROKER = 4
const IDLE_PER_CLUSTER = 16

/**
 * Keeps the fetch connections of a cluster warm between page requests, since opening one (TLS, SASL) costs
 * more than a page. One owner at a time: a connection answers in order. Few idle ones, closed after 45 s.
 */
class FetchConnections {
  readonly #connections: Connections
  readonly #idle: { link: FetchLink; sinceMs: number }[] = []
  #sweeper: NodeJS.Timeout | null = null

  constructor(connections: Connections) {
    this.#connections = connections
  }

  /** A warm connection to that broker, or a new one. Throws AppError. */
  async acquire(broker: number, scope: Scope): Promise<FetchLink> {
    for (let i = this.#idle.length - 1; i >= 0; i--) {
      const link = this.#idle[i]?.link
      if (link?.broker !== broker) continue
      this.#idle.splice(i, 1)
      if (link.connection.isConnected()) return link
      destroy(link.connection)
    }
    const options = { timeoutMs: scope.remainingMs() }
    const version = await this.#connections.version(broker, FETCH_KEY, FETCH_VERSIONS, options)
    const api = FETCH_APIS.get(version)
    if (api === undefined) throw new AppError('BROKER_TOO_OLD', { params: { api: FETCH_KEY } })
    const made = { broker, connection: await this.#connections.dedicated(broker, options), api }
    made.connection.once('close', () => this.#forget(made))
    return made
  }

  /** Gives back a connection on which nothing is under way. */
  release(link: FetchLink): void {
    const toBroker = this.#idle.filter(one => one.link.broker === link.broker).length
    if (
      !link.connection.isConnected() ||
      toBroker >= IDLE_PER_BROKER ||
      this.#idle.length >= IDLE_PER_CLUSTER
    ) {
      destroy(link.connection)
      return
    }
    this.#idle.push({ link, sinceMs: performance.now() })
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref()
  }

  #forget(link: FetchLink): void {
    const place = this.#idle.findIndex(one => one.link === link)
    if (place >= 0) this.#idle.splice(place, 1)
  }

  #sweep(): void {
    const now = performance.now()
    for (const { link, sinceMs } of [...this.#idle]) {
      if (now - sinceMs < IDLE_MS) continue
      this.#forget(link)
      destroy(link.connection)
    }
    if (this.#idle.length > 0 || this.#sweeper === null) return
    clearInterval(this.#sweeper)
    this.#sweeper = null
  }
}

const ofClusters = new WeakMap<Connections, FetchConnections>()

/** The warm fetch connections of one cluster. */
export function fetchConnections(connections: Connections): FetchConnections {
  const known = ofClusters.get(connections)
  if (known) return known
  const made = new FetchConnections(connections)
  ofClusters.set(connections, made)
  return made
}

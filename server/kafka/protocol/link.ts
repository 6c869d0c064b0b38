import { apiVersionsV3, type Connection } from '@platformatic/kafka'
import { AppError } from '@/lib/errors'
import type { ClusterConfig } from '@/server/config/types'
import type { Clock } from '@/server/context'
import type { CallOptions, ClusterMetadata } from '../port'
import { type Asker, countRequests, type Family, send, type Target } from './api'
import { addressOf, connect, destroy, type Endpoint } from './connect'
import type { Connections, CoordinatorType, Leader, MetadataOptions } from './connections'
import { findCoordinators } from './coordinators'
import { backOff, type Scope, untilEnd, within } from './deadline'
import { isConnectionLost, mostTelling } from './errors'
import { Gate } from './gate'
import type { LinkOptions } from './link-options'
import { isLegalTopic, leaderIn, METADATA, toClusterMetadata } from './metadata-api'
import { MetadataCache } from './metadata-cache'
import { type Lane, Pool } from './pool'
import { CLIENT_ID, checkTls, kafkaJsOptions } from './security'

type Ranges = Map<number, { min: number; max: number }>
type Greeting = { ranges: Ranges; features: Map<string, number>; atMs: number }

const DEFAULT_MAX_AGE_MS = 2_000
/** Leaders rarely move, and who was wrong hears so from the broker. */
const LEADER_MAX_AGE_MS = 30_000
const MOMENT_MS = 250
const MAX_DEDICATED = 96
const READ_ATTEMPTS = 3
const NEXT_CANDIDATE_MS = 700
const FEATURES_MAX_AGE_MS = 60_000

/** Sockets, metadata, versions, coordinators of one cluster: `Connections` for the port's parts, `read`, `mutate`. */
export class ClusterLink implements Connections, Asker {
  readonly config: ClusterConfig
  readonly #clock: Clock
  readonly #versionCap: ReadonlyMap<number, number>
  readonly #count: ((apiKey: number) => void) | undefined
  readonly #pool: Pool
  readonly #cache: MetadataCache
  readonly #greetings = new Map<string, Greeting>()
  readonly #homes = new WeakMap<Connection, string>()
  readonly #dedicated = new Set<Connection>()
  readonly #gate = new Gate(MAX_DEDICATED)
  #controller: number | undefined
  #tlsChecked = false
  #served = false
  #closed = false

  constructor(config: ClusterConfig, options: LinkOptions) {
    this.config = config
    this.#clock = options.clock
    this.#versionCap = options.versionCap ?? new Map()
    this.#count = options.requests?.of(config.id)
    this.#pool = new Pool((endpoint, scope) => this.#open(endpoint, scope), {
      idle: () => this.#cache.forget(),
      failed: (address, err, times) => {
        // Once, not every few seconds for as long as it is down.
        if (times === 1) options.log?.warn({ cluster: config.id, address, err }, 'no way to a broker')
      },
    })
    this.#cache = new MetadataCache(topics => this.#askMetadata(topics), options.clock)
  }

  get clock(): Clock {
    return this.#clock
  }

  /** Sockets that are open or being opened. */
  get openConnections(): number {
    return this.#pool.size + this.#dedicated.size
  }

  // ---- what colleagues ask ----

  control(broker?: number, options?: CallOptions & { lane?: Lane }): Promise<Connection> {
    return within(options, scope => this.#connection({ broker, lane: options?.lane }, scope))
  }

  dedicated(broker: number, options?: CallOptions): Promise<Connection> {
    return within(options, async scope => {
      const endpoint = await this.#endpointOf(broker, scope)
      const leave = await this.#gate.enter(scope)
      try {
        const connection = await connect(this.config, endpoint, scope, broker)
        this.#note(connection, endpoint)
        this.#dedicated.add(connection)
        const end = () => destroy(connection)
        options?.signal?.addEventListener('abort', end, { once: true })
        connection.once('close', () => {
          options?.signal?.removeEventListener('abort', end)
          this.#dedicated.delete(connection)
          leave()
        })
        if (this.#closed || scope.signal.aborted) {
          end()
          throw this.#closed ? new AppError('SHUTTING_DOWN') : new AppError('CANCELLED')
        }
        return connection
      } catch (error) {
        leave()
        throw error
      }
    })
  }

  metadata(options?: MetadataOptions): Promise<ClusterMetadata> {
    return within(options, scope => this.metadataIn(scope, options))
  }

  async metadataIn(scope: Scope, options: MetadataOptions = {}): Promise<ClusterMetadata> {
    if (this.#closed) throw new AppError('SHUTTING_DOWN')
    const { topics, maxAgeMs = DEFAULT_MAX_AGE_MS } = options
    return untilEnd(scope, this.#cache.get({ topics: topics ?? null, maxAgeMs }))
  }

  forget(topic?: string): void {
    this.#cache.forget(topic)
  }

  leaderOf(topic: string, partition: number, options?: CallOptions & { maxAgeMs?: number }): Promise<Leader> {
    return within(options, async scope => {
      const ask = async (maxAgeMs: number) =>
        leaderIn(await this.metadataIn(scope, { topics: [topic], maxAgeMs }), topic, partition)
      try {
        return await ask(options?.maxAgeMs ?? LEADER_MAX_AGE_MS)
      } catch (error) {
        // "Unknown" and "leaderless" pass; only an answer of this moment is taken for it.
        if (scope.signal.aborted) throw error
        return ask(MOMENT_MS)
      }
    })
  }

  version(broker: number, apiKey: number, mine: readonly number[], options?: CallOptions): Promise<number> {
    return within(options, async scope => {
      const connection = await this.#connection({ broker }, scope)
      return this.#choose(connection, apiKey, mine)
    })
  }

  features(options?: CallOptions): Promise<Map<string, number>> {
    return within(options, async scope => {
      const known = [...this.#greetings.values()].sort((a, b) => b.atMs - a.atMs)[0]
      if (known && performance.now() - known.atMs < FEATURES_MAX_AGE_MS) return known.features
      const connection = await this.#connection({}, scope)
      return (await this.#greet(connection, scope)).features
    })
  }

  findCoordinator(type: CoordinatorType, keys: readonly string[], options?: CallOptions) {
    return within(options, scope => findCoordinators(this, type, keys, scope))
  }

  kafkaJsOptions() {
    return kafkaJsOptions(this.config)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#pool.close()
    for (const connection of this.#dedicated) destroy(connection)
    this.#dedicated.clear()
  }

  // ---- what the port's calls ask ----

  /** One request that changes nothing: asked again, up to 3 times, when the connection dies under it. */
  async read<A extends unknown[], R>(
    target: Target,
    api: Family<A, R>,
    args: NoInfer<A>,
    scope: Scope,
  ): Promise<R> {
    for (let attempt = 1; ; attempt++) {
      try {
        const connection = await this.#connection(target, scope)
        const answer = await this.#sendOn(connection, api, args, scope)
        this.#served = true
        return answer
      } catch (error) {
        if (!isConnectionLost(error)) throw error
        if (attempt >= READ_ATTEMPTS) throw this.#hungUp(error)
        await backOff(scope, attempt)
      }
    }
  }

  /**
   * One request that changes something: never sent twice. The connection is proven alive before; once it was sent,
   * a lost answer, a time-out and an abort are OUTCOME_UNKNOWN.
   */
  async mutate<A extends unknown[], R>(
    target: Target,
    api: Family<A, R>,
    args: NoInfer<A>,
    scope: Scope,
  ): Promise<R> {
    const connection = await this.#proven(target, scope)
    const version = this.#choose(connection, api.key, [...api.versions.keys()])
    const call = api.versions.get(version)
    if (!call) throw new AppError('BROKER_TOO_OLD')
    scope.atStake = true
    try {
      return await send(connection, call, args, scope)
    } catch (cause) {
      throw new AppError('OUTCOME_UNKNOWN', { cause })
    } finally {
      scope.atStake = false
    }
  }

  /** Where the controller is said to be, asked anew: with KRaft any broker, which forwards; with ZooKeeper itself. */
  async freshController(scope: Scope): Promise<Target> {
    await this.metadataIn(scope, { topics: [], maxAgeMs: 0 })
    return { broker: this.#controller }
  }

  /** The highest version of the family that this target knows. */
  async versionFor(target: Target, api: Family<never, unknown>, scope: Scope): Promise<number> {
    const connection = await this.#connection(target, scope)
    return this.#choose(connection, api.key, [...api.versions.keys()])
  }

  /** How long an ApiVersions question takes on a connection of its own kind, in milliseconds. */
  async ping(broker: number, scope: Scope): Promise<number> {
    const connection = await this.#connection({ broker }, scope)
    const startedMs = performance.now()
    try {
      await this.#greet(connection, scope)
    } catch (error) {
      if (scope.signal.aborted) this.#pool.retire(connection)
      throw error
    }
    return performance.now() - startedMs
  }

  // ---- inside ----

  async #proven(target: Target, scope: Scope): Promise<Connection> {
    for (let attempt = 1; ; attempt++) {
      const connection = await this.#connection(target, scope)
      try {
        await this.#greet(connection, scope)
        if (connection.isConnected()) return connection
      } catch (error) {
        if (attempt >= READ_ATTEMPTS || !isConnectionLost(error)) throw error
      }
      await backOff(scope, attempt)
    }
  }

  /** A listener that wants SASL answers ApiVersions and hangs up at the first other question, without a word. */
  #hungUp(error: unknown): unknown {
    if (this.#served || this.config.sasl || this.#greetings.size === 0) return error
    return new AppError('AUTHENTICATION_FAILED', { params: { reason: 'credentials-required' }, cause: error })
  }

  async #sendOn<A extends unknown[], R>(
    connection: Connection,
    api: Family<A, R>,
    args: NoInfer<A>,
    scope: Scope,
  ): Promise<R> {
    const version = this.#choose(connection, api.key, [...api.versions.keys()])
    const call = api.versions.get(version)
    if (!call) throw new AppError('BROKER_TOO_OLD')
    try {
      return await send(connection, call, args, scope)
    } catch (error) {
      // No answer in time: whoever comes next gets a fresh connection, or hears that the broker is gone.
      if (scope.signal.aborted && error instanceof AppError && error.code === 'TIMED_OUT')
        this.#pool.retire(connection)
      throw error
    }
  }

  #choose(connection: Connection, apiKey: number, mine: readonly number[]): number {
    const range = this.#greetings.get(this.#homes.get(connection) ?? '')?.ranges.get(apiKey)
    const cap = this.#versionCap.get(apiKey) ?? Number.POSITIVE_INFINITY
    const both = mine.filter(v => range && v >= range.min && v <= range.max && v <= cap)
    if (both.length === 0) throw new AppError('BROKER_TOO_OLD', { params: { api: apiKey } })
    return Math.max(...both)
  }

  #connection(target: Target, scope: Scope): Promise<Connection> {
    if (this.#closed) return Promise.reject(new AppError('SHUTTING_DOWN'))
    const { broker, lane = 0 } = target
    return broker === undefined ? this.#anyConnection(scope) : this.#toBroker(broker, lane, scope)
  }

  async #toBroker(broker: number, lane: Lane, scope: Scope): Promise<Connection> {
    const endpoint = await this.#endpointOf(broker, scope)
    try {
      return await this.#pool.get(endpoint, lane, scope)
    } catch (error) {
      // The pool knows addresses only.
      if (error instanceof AppError && error.code === 'CLUSTER_UNREACHABLE')
        throw new AppError('BROKER_UNREACHABLE', { params: { ...error.params, broker }, cause: error.cause })
      throw error
    }
  }

  async #endpointOf(broker: number, scope: Scope): Promise<Endpoint> {
    const known = this.#cache.brokers.find(one => one.id === broker)
    if (known) return known
    const metadata = await this.metadataIn(scope, { topics: [], maxAgeMs: 0 })
    const found = metadata.brokers.find(one => one.id === broker)
    if (found) return found
    throw new AppError('BROKER_UNREACHABLE', { params: { broker, reason: 'unregistered' } })
  }

  /** A living connection, or a race over all addresses we know: the next starts when one fails or takes too long. */
  async #anyConnection(scope: Scope): Promise<Connection> {
    const live = this.#pool.anyLive()
    if (live) return live
    const candidates = new Map<string, Endpoint>()
    const shuffled = [...this.config.bootstrapServers].sort(() => Math.random() - 0.5)
    for (const one of [...shuffled, ...this.#cache.brokers]) candidates.set(addressOf(one), one)
    return untilEnd(scope, this.#race([...candidates.values()], scope))
  }

  #race(candidates: Endpoint[], scope: Scope): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const errors: unknown[] = []
      let next = 0
      let timer: NodeJS.Timeout | undefined
      const start = () => {
        clearTimeout(timer)
        const endpoint = candidates[next++]
        if (!endpoint) return
        if (next < candidates.length) timer = setTimeout(start, NEXT_CANDIDATE_MS)
        this.#pool.get(endpoint, 0, scope).then(
          connection => {
            clearTimeout(timer)
            next = candidates.length
            resolve(connection)
          },
          error => {
            errors.push(error)
            if (errors.length === candidates.length) reject(mostTelling(errors))
            else start()
          },
        )
      }
      start()
    })
  }

  #note(connection: Connection, endpoint: Endpoint): void {
    this.#homes.set(connection, addressOf(endpoint))
    if (this.#count) countRequests(connection, this.#count)
  }

  async #open(endpoint: Endpoint, scope: Scope): Promise<Connection> {
    if (!this.#tlsChecked) checkTls(this.config)
    this.#tlsChecked = true
    const connection = await connect(this.config, endpoint, scope)
    this.#note(connection, endpoint)
    try {
      await this.#greet(connection, scope)
      return connection
    } catch (error) {
      destroy(connection)
      throw error
    }
  }

  /** ApiVersions: what the broker speaks, which features are on, and whether it is a Kafka at all. */
  async #greet(connection: Connection, scope: Scope): Promise<Greeting> {
    const answer = await send(connection, apiVersionsV3.api, [CLIENT_ID, '1.0'], scope)
    if (answer.errorCode !== 0) throw new AppError('BROKER_TOO_OLD', { params: { api: 18 } })
    const ranges: Ranges = new Map()
    for (const { apiKey, minVersion, maxVersion } of answer.apiKeys)
      ranges.set(apiKey, { min: minVersion, max: maxVersion })
    const features = new Map((answer.finalizedFeatures ?? []).map(one => [one.name, one.maxVersionLevel]))
    const greeting = { ranges, features, atMs: performance.now() }
    this.#greetings.set(this.#homes.get(connection) ?? '', greeting)
    return greeting
  }

  /** Its own time, not a caller's: others wait for the same answer. */
  #askMetadata(topics: string[] | null): Promise<ClusterMetadata> {
    const legal = topics?.filter(isLegalTopic) ?? null
    return within({}, async scope => {
      const response = await this.read({}, METADATA, [legal, false, false], scope)
      this.#controller = response.controllerId >= 0 ? response.controllerId : undefined
      return toClusterMetadata(response, topics, this.#clock.now())
    })
  }
}

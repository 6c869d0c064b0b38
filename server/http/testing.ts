/**
 * For tests of verbs: a context like the ones that `handle()` makes, over whatever real parts a test brings.
 * Never imported by the product.
 */

import { randomUUID } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { encode } from 'next-auth/jwt'
import { AppError } from '@/lib/errors'
import type { Role, RoleGrant } from '@/lib/permissions'
import { passwordMark, SESSION_SECONDS, sessionCookieName } from '@/server/auth/session-cookie'
import { lagSchema, streamsSchema } from '@/server/config/schema'
import type { Config } from '@/server/config/types'
import type { Actor, Clock, Context } from '@/server/context'
import { RequestCounts } from '@/server/kafka'
import type { KafkaClusters } from '@/server/kafka/port'
import { type Logger, silentLogger } from '@/server/log'
import { createMetrics } from '@/server/metrics'
import { type Runtime, setRuntime } from '@/server/runtime'
import { noSchemas } from '@/server/schemas/create-service'
import type { Services } from '@/server/services'
import { openStore } from '@/server/store/open-store'
import type { Store } from '@/server/store/types'
import { InFlight } from './in-flight'

export { clusterConfig as testCluster } from '@/server/config/test-cluster'

export function testConfig(over: Partial<Config> = {}): Config {
  return {
    port: 3000,
    publicUrl: 'http://127.0.0.1:3000',
    publicUrlGiven: true,
    dataDir: '.milena',
    databaseUrl: null,
    authSecret: 'a secret of tests, 32 characters or more',
    users: [],
    tokens: [],
    clusters: [],
    notifications: { allow: [], slack: null, channels: [] },
    requests: { expireAfterDays: 30, ownersApprove: false, approvers: [] },
    policies: { default: null, clusters: {} },
    metricsToken: null,
    produce: { requestBytes: 4 * 1024 * 1024 },
    search: {
      searches: 4,
      tails: 4,
      perUser: 4,
      perCluster: 8,
      queue: 50,
      budget: {
        bytes: 1024 ** 4,
        records: 1e9,
        seconds: 600,
        recordSeconds: 20,
        userBytesPerHour: 1024 ** 4,
        clusterBytesPerHour: 1024 ** 4,
      },
    },
    lag: lagSchema.parse({}),
    streams: streamsSchema.parse({}),
    trustedProxies: [],
    retention: { auditDays: 400, replayDays: 180 },
    logLevel: 'silent',
    checkAnswers: true,
    version: '0.0.0-test',
    ...over,
  }
}

/**
 * An own PGlite in memory, or PostgreSQL where `databaseUrl` is given (`freshDatabaseUrl()` of
 * scripts/services/in-test.ts). In memory it begins with the dump that a test run has prepared, if there is one.
 */
export async function testStore(databaseUrl: string | null = null): Promise<Store> {
  const { MILENA_TEST_STORE: dump } = process.env
  const loadDataDir = dump && databaseUrl === null ? await openAsBlob(dump) : undefined
  return openStore({ databaseUrl, dataDir: null, loadDataDir, log: silentLogger })
}

/** A thing that says which part of the context a test forgot, when (and only when) it is used. */
function missing<T extends object>(name: string): T {
  return new Proxy({} as T, {
    get(_, property) {
      // `await` and formatters look at these.
      if (typeof property === 'symbol' || property === 'then' || property === 'toJSON') return undefined
      throw new Error(`testContext: ${name}.${property} is used, but no ${name} was given`)
    },
  })
}

const noClusters: KafkaClusters = {
  get(id) {
    throw new AppError('CLUSTER_UNKNOWN', { params: { cluster: id } })
  },
  list: () => [],
  close: async () => undefined,
}

/** Sessions that were signed out of, as far as one test goes. */
function noneRevoked(): Services['sessions'] {
  const revoked = new Set<string>()
  return {
    name: 'sessions',
    start: () => undefined,
    stop: async () => undefined,
    has: sid => revoked.has(sid),
    add: async sid => void revoked.add(sid),
  }
}

/** Verbs tell it that something was committed; a test that wants it sent brings its own. */
const idleOutbox: Services['outbox'] = {
  name: 'outbox',
  start: () => undefined,
  stop: async () => undefined,
  wake: () => undefined,
  counts: () => null,
}

const idleRequests: Services['requests'] = {
  name: 'requests',
  start: () => undefined,
  stop: async () => undefined,
  wake: () => undefined,
  settled: async () => undefined,
}

export type TestContextOptions = {
  /** Roles that hold everywhere; default admin. */
  roles?: readonly Role[]
  /** Instead of `roles`: grants with limits. */
  grants?: readonly RoleGrant[]
  actor?: Partial<Actor>
  store?: Store
  clusters?: KafkaClusters
  services?: Partial<Services>
  config?: Partial<Config>
  clock?: Clock
  signal?: AbortSignal
  requestId?: string
}

/**
 * A context for calling verbs directly. What is not given fails loudly when it is used; `config.clusters`
 * follows `clusters`.
 */
export function testContext(options: TestContextOptions = {}): Context {
  const clusters = options.clusters ?? noClusters
  const grants = options.grants ?? (options.roles ?? ['admin']).map(role => ({ role }))
  return {
    actor: { kind: 'user', name: 'tester', grants, ...options.actor },
    requestId: options.requestId ?? 'test-request',
    signal: options.signal ?? new AbortController().signal,
    clock: options.clock ?? { now: () => Date.now() },
    config: testConfig({ clusters: clusters.list(), ...options.config }),
    store: options.store ?? missing<Store>('store'),
    clusters,
    services: {
      lag: missing<Services['lag']>('services.lag'),
      topics: missing<Services['topics']>('services.topics'),
      deadLetters: missing<Services['deadLetters']>('services.deadLetters'),
      drift: missing<Services['drift']>('services.drift'),
      replays: missing<Services['replays']>('services.replays'),
      search: missing<Services['search']>('services.search'),
      replaySchedules: missing<Services['replaySchedules']>('services.replaySchedules'),
      deadLetterWatches: missing<Services['deadLetterWatches']>('services.deadLetterWatches'),
      outbox: idleOutbox,
      schemas: noSchemas,
      sessions: noneRevoked(),
      janitor: missing<Services['janitor']>('services.janitor'),
      requests: idleRequests,
      ...options.services,
    },
    log: silentLogger,
  }
}

/** The headers of a session that next-auth would have opened for this user of `config`. */
export async function sessionOf(config: Config, username: string, extra: Record<string, string> = {}) {
  const user = config.users.find(known => known.username === username)
  if (!user) throw new Error(`no user ${username} in the configuration of this test`)
  const token = await encode({
    token: { sub: username, mark: passwordMark(user), sid: randomUUID() },
    secret: config.authSecret,
    maxAge: SESSION_SECONDS,
  })
  return { cookie: `${sessionCookieName(config)}=${token}`, origin: config.publicUrl, ...extra }
}

export type TestRuntimeOptions = {
  config?: Partial<Config>
  store?: Store
  clusters?: KafkaClusters
  services?: Partial<Services>
  log?: Logger
}

/** A runtime where route handlers look for it. `stop` is what a signal does: streams end, new requests are refused. */
export function installTestRuntime(options: TestRuntimeOptions): { runtime: Runtime; stop: () => void } {
  const ctx = testContext(options)
  const stopping = new AbortController()
  const inFlight = new InFlight(ctx.config.streams)
  const { clusters, services, clock } = ctx
  const runtime: Runtime = {
    instanceId: 'test-instance',
    config: ctx.config,
    store: ctx.store,
    clusters,
    services,
    clock,
    log: options.log ?? silentLogger,
    metrics: createMetrics({
      ...{ clusters, services, inFlight, kafkaRequests: new RequestCounts() },
      ...{ version: ctx.config.version, now: clock.now },
    }),
    inFlight,
    stopping: stopping.signal,
  }
  setRuntime(Promise.resolve(runtime))
  return { runtime, stop: () => stopping.abort() }
}

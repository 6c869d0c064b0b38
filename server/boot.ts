import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '@/lib/errors'
import { createRevokedSessions } from './auth/revoked-sessions'
import { explainConfigError, loadConfig } from './config/load-config'
import type { Config } from './config/types'
import { createDeadLetterIndexes, createIssueWatches } from './dead-letters/create-service'
import { createDriftWatches } from './drift/create-service'
import { createLagSamplers } from './groups/create-service'
import { keepTheDoor } from './http/front-door'
import { InFlight } from './http/in-flight'
import { notePeers } from './http/peer'
import { noteSockets } from './http/sockets'
import { createJanitor } from './janitor/create-service'
import { createKafkaClusters, RequestCounts } from './kafka'

import { createLogger, type Logger } from './log'
import { createSearchService } from './messages/create-service'
import { createMetrics } from './metrics'
import { createOutbox } from './outbox/create-service'
import { applyFilePolicies } from './policies/apply-file-policies'
import { createReplayRunners } from './replays/create-service'
import { createReplaySchedulers } from './replays/schedules/create-service'
import { createRequestRunner } from './requests/create-service'
import { hasRuntime, type Runtime, setRuntime } from './runtime'
import { createSchemas } from './schemas/create-service'
import type { Service, ServiceDeps, Services } from './services'
import { openStore } from './store/open-store'
import { createTopicSamplers } from './topics/create-service'

/** What is being answered may finish within this time after a signal; then it is cut off. */
const DRAIN_MS = 4500
/** The process is gone this long after a signal, whatever hangs; the drain and three parts of 1.5 s each fit in. */
const EXIT_MS = 9500

/**
 * Starts everything that lives once a process: called by instrumentation.ts before the first request. A
 * configuration or a store that cannot be used ends the process with a sentence on standard error, since
 * nothing could be answered.
 */
export async function boot(): Promise<void> {
  if (hasRuntime()) return // `next dev` registers again after a change
  if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR) {
    process.stderr.write(
      `NODE_TOO_OLD: Milena needs Node ${NODE_MAJOR}, this is ${process.version}. Start it by npm start.\n`,
    )
    process.exit(1)
  }
  const trustProxies = notePeers()
  keepTheDoor()
  noteSockets()
  const stop = new AbortController()
  const starting = start(stop.signal, trustProxies)
  setRuntime(starting)
  try {
    const runtime = await starting
    stopOnSignals(runtime, stop)
    runtime.log.info({ instance: runtime.instanceId, version: runtime.config.version }, 'ready')
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    process.exit(1)
  }
}

const NODE_MAJOR = 24

async function start(
  stopping: AbortSignal,
  trustProxies: (trusted: readonly string[]) => void,
): Promise<Runtime> {
  const { config, warnings, firstAdmin } = await loadConfig(
    process.env,
    process.env.MILENA_CWD ?? process.cwd(),
  )
  trustProxies(config.trustedProxies)
  // next-auth reads its own address from there and nowhere else.
  process.env.NEXTAUTH_URL = config.publicUrl
  const log = createLogger(config.logLevel)
  for (const warning of warnings) log.warn(warning)
  const store = await openStore({ databaseUrl: config.databaseUrl, dataDir: config.dataDir, log })
  // Only when the store has the folder: a second process must not announce a password and then refuse.
  if (firstAdmin) process.stdout.write(announce(config, firstAdmin))
  const clock = { now: () => Date.now() }
  await applyFilePolicies({ config, store, clock, log })
  const kafkaRequests = new RequestCounts()
  const clusters = createKafkaClusters(config.clusters, { log, clock, requests: kafkaRequests })
  const services = createServices({ config, clusters, store, clock, log })
  const inFlight = new InFlight(config.streams)
  const { version } = config
  const metrics = createMetrics({ clusters, services, inFlight, kafkaRequests, version, now: clock.now })
  for (const service of servicesOf(services, config)) service.start()
  return {
    instanceId: randomUUID(),
    config,
    store,
    clusters,
    services,
    clock,
    log,
    metrics,
    inFlight,
    stopping,
  }
}

/** The background services of all clusters; nothing runs before `start`. */
export function createServices(deps: ServiceDeps): Services {
  const deadLetters = createDeadLetterIndexes(deps)
  const lag = createLagSamplers(deps)
  const topics = createTopicSamplers(deps)
  const outbox = createOutbox(deps)
  const schemas = createSchemas(deps)
  const services: Services = {
    lag,
    topics,
    deadLetters,
    deadLetterWatches: createIssueWatches(deps, { deadLetters, outbox }),
    drift: createDriftWatches(deps, { lag, topics }),
    replays: createReplayRunners({ ...deps, schemas }, deadLetters),
    replaySchedules: createReplaySchedulers(deps, () => services),
    schemas,
    search: createSearchService(deps),
    outbox,
    sessions: createRevokedSessions(deps),
    janitor: createJanitor(deps),
    requests: createRequestRunner(deps, () => services),
  }
  return services
}

/** Every background service of every cluster, in the order in which they start; they stop the other way round. */
export function servicesOf(services: Services, config: Pick<Config, 'clusters'>): Service[] {
  const ofClusters = config.clusters.flatMap(({ id }) => [
    services.topics.of(id),
    services.lag.of(id),
    services.deadLetters.of(id),
    services.replays.of(id),
    services.drift.of(id),
    services.deadLetterWatches.of(id),
    services.replaySchedules.of(id),
  ])
  // First, so that it stops last: what the others enqueue while they stop still goes out.
  return [
    services.sessions,
    services.outbox,
    services.search,
    ...ofClusters,
    services.requests,
    services.janitor,
  ]
}

function announce(
  config: Config,
  { username, password, file }: { username: string; password: string; file: string },
) {
  return [
    '',
    'First start: no user is configured, so one was made.',
    `  address   ${config.publicUrl}`,
    `  username  ${username}`,
    `  password  ${password}`,
    `It is kept in ${file} (readable by you alone) and not shown again.`,
    '',
    '',
  ].join('\n')
}

function explain(error: unknown): string {
  const config = explainConfigError(error)
  if (config !== null) return `CONFIG_FILE_INVALID: ${config}`
  if (!(error instanceof AppError))
    return `INTERNAL: Milena could not start. ${error instanceof Error ? (error.stack ?? '') : ''}`
  return `${error.code}: ${error.detail ?? START_FAILURES[error.code] ?? 'Milena could not start.'}`
}

const START_FAILURES: Partial<Record<AppError['code'], string>> = {
  STORE_UNAVAILABLE: 'The database did not answer or refused the connection. Check DATABASE_URL.',
  STORE_READ_ONLY: 'The data folder cannot be written. Set MILENA_DATA to one that can.',
  STORE_FULL: 'There is no space left for the data folder.',
  STORE_LOCKED: 'Another Milena has this data folder open. End it, or set MILENA_DATA to another folder.',
}

/**
 * SIGTERM and SIGINT: no new work, streams end, what is being answered finishes, services stop, the store
 * closes. Next's own handler closes the listening socket meanwhile and then calls `process.exit`: that is
 * held until the store is closed.
 */
function stopOnSignals(runtime: Runtime, stop: AbortController): void {
  let begun = false
  const onSignal = (signal: NodeJS.Signals) => {
    if (begun) return
    begun = true
    const exit = process.exit.bind(process)
    let nextIsDone = () => {}
    const next = new Promise<void>(resolve => {
      nextIsDone = resolve
    })
    // Next ends its cleanup with this call and nothing after it: that it returns for once harms nobody.
    process.exit = (() => nextIsDone()) as typeof process.exit
    setTimeout(() => exit(1), EXIT_MS).unref()
    runtime.log.info({ signal }, 'stopping')
    shutDown(runtime, stop, runtime.log)
      .then(() => Promise.race([next, sleep(1000)]))
      .finally(() => exit(0))
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}

async function shutDown(runtime: Runtime, stop: AbortController, log: Logger): Promise<void> {
  const { services, config, clusters, store, inFlight } = runtime
  stop.abort()
  await Promise.race([inFlight.idle(), sleep(DRAIN_MS)])
  const steps: [string, () => Promise<unknown>][] = [
    [
      'services',
      () =>
        Promise.allSettled(
          servicesOf(services, config)
            .reverse()
            .map(service => service.stop()),
        ),
    ],
    ['clusters', () => clusters.close()],
    ['store', () => store.close()],
  ]
  for (const [name, step] of steps) {
    try {
      // The store must be closed in any case: what hangs before it gets no more than its share.
      await Promise.race([step(), sleep(1500)])
    } catch (error) {
      log.warn({ err: error, step: name }, 'a part did not stop cleanly')
    }
  }
  log.info('stopped')
}

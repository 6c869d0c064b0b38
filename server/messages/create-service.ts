import type { Worker } from 'node:worker_threads'
import { AppError, isErrorCode } from '@/lib/errors'
import type { SchemaRef } from '@/server/serde/schema/schema-ref'
import type { ServiceDeps } from '@/server/services'
import { Mailbox } from './scan/mailbox'
import { Places } from './scan/places'
import type { ScanEnd } from './scan/scan-types'
import { spawnScanWorker } from './scan/spawn-worker'
import { type ScanThread, ThreadPool } from './scan/thread-pool'
import type { FromWorker } from './scan/worker-talk'
import type { SearchEvent, SearchRequest, SearchService, SearchStats } from './service'

/** A worker tells something four times a second; one that is silent for so long hangs in a filter. */
const SILENCE_MS = 20_000
const WATCH_MS = 2_000

type Mail = SearchEvent | { type: 'end'; end: ScanEnd }

/** Searches of this process. `spawn` is the worker's entry as the bundler knows it; tests bring their own. */
export function createSearchService(
  { config }: Pick<ServiceDeps, 'config'>,
  spawn: () => Worker = spawnScanWorker,
): SearchService {
  return new ThreadSearches(config.search, spawn)
}

class ThreadSearches implements SearchService {
  readonly name = 'search'
  readonly #places: Places
  readonly #pool: ThreadPool
  readonly #stopping = new AbortController()

  constructor(limits: ServiceDeps['config']['search'], spawn: () => Worker) {
    this.#places = new Places(limits)
    this.#pool = new ThreadPool(spawn)
  }

  start(): void {}

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#pool.close()
  }

  stats(): SearchStats {
    return { running: this.#places.running, waiting: this.#places.waiting, threads: this.#pool.size }
  }

  async *run(request: SearchRequest, signal: AbortSignal): AsyncGenerator<SearchEvent, ScanEnd, void> {
    const mail = new Mailbox<Mail>()
    const onAbort = () =>
      mail.fail(new AppError(this.#stopping.signal.aborted ? 'SHUTTING_DOWN' : 'CANCELLED'))
    const ending = AbortSignal.any([signal, this.#stopping.signal])
    if (ending.aborted) throw new AppError('CANCELLED')
    ending.addEventListener('abort', onAbort, { once: true })
    const claim = { actor: request.actor, cluster: request.cluster.id, isTail: request.rate !== null }
    const running: { current: Running | null } = { current: null }
    const place = this.#places.enter(claim, {
      granted: () => {
        running.current = new Running(this.#pool, request, mail)
        mail.put({ type: 'started' })
      },
      moved: (at, count) =>
        mail.putLatest({ type: 'queued', place: at, running: count }, other => other.type === 'queued'),
    })
    try {
      if (place === null) throw new AppError('RATE_LIMITED', { detail: 'Too many searches are waiting.' })
      for (;;) {
        const next = await mail.next()
        if (next === null) throw new AppError('CANCELLED')
        if (next.type === 'end') return next.end
        yield next
        if (next.type === 'hits') running.current?.taken()
      }
    } finally {
      ending.removeEventListener('abort', onAbort)
      mail.close()
      running.current?.leave()
      place?.leave()
    }
  }
}

/** A search that has its thread. */
class Running {
  readonly #pool: ThreadPool
  readonly #request: SearchRequest
  readonly #mail: Mailbox<Mail>
  readonly #thread: ScanThread
  readonly #watch: NodeJS.Timeout
  #free = false

  constructor(pool: ThreadPool, request: SearchRequest, mail: Mailbox<Mail>) {
    this.#pool = pool
    this.#request = request
    this.#mail = mail
    this.#thread = pool.take()
    this.#thread.own({
      heard: message => this.#heard(message),
      died: error =>
        mail.fail(new AppError('INTERNAL', { cause: error ?? new Error('a scan thread ended') })),
    })
    const { cluster, plan, serdes, rate } = request
    this.#thread.say({ type: 'start', job: { cluster, plan, serdes, rate } })
    this.#watch = setInterval(() => {
      if (performance.now() - this.#thread.lastHeardMs > SILENCE_MS)
        mail.fail(new AppError('FILTER_TOO_COSTLY'))
    }, WATCH_MS)
    this.#watch.unref()
  }

  taken(): void {
    this.#thread.say({ type: 'taken' })
  }

  leave(): void {
    clearInterval(this.#watch)
    if (this.#free) this.#pool.give(this.#thread)
    else this.#pool.giveCancelled(this.#thread)
  }

  #heard(message: FromWorker): void {
    if (message.type === 'progress') this.#mail.putLatest(message, other => other.type === 'progress')
    else if (message.type === 'free') this.#free = true
    else if (message.type === 'wanted') void this.#ask(message.topic, message.ref)
    else if (message.type === 'failed') {
      const { code, params } = message.problem
      this.#mail.fail(new AppError(isErrorCode(code) ? code : 'KAFKA_ERROR', params ? { params } : {}))
    } else this.#mail.put(message)
  }

  async #ask(topic: string, ref: SchemaRef): Promise<void> {
    const [answer] = await this.#request.schemasOf(topic, [ref])
    if (answer) this.#thread.say({ type: 'schema', topic, answer })
  }
}

import type { Worker } from 'node:worker_threads'
import { AppError, isErrorCode } from '@/lib/errors'
import type { SchemaRef } from '@/server/serde/schema/schema-ref'
import type { ServiceDeps } from '@/server/services'
import { Allowances } from './scan/allowances'
import { Mailbox } from './scan/mailbox'
import { Places } from './scan/places'
import type { ScanEnd, ScanPlan } from './scan/scan-types'
import { spawnScanWorker } from './scan/spawn-worker'
import { type ScanThread, ThreadPool } from './scan/thread-pool'
import type { FromWorker } from './scan/worker-talk'
import type { SearchEnd, SearchEvent, SearchRequest, SearchService, SearchStats } from './service'

/**
 * A worker tells something four times a second; one that is silent hangs in a filter. Looked at so often
 * while one record may take.
 */
const LOOKS = 10

type Mail = SearchEvent | { type: 'end'; end: SearchEnd }

/** Searches of this process. `spawn` is the worker's entry as the bundler knows it; tests bring their own. */
export function createSearchService(
  { config }: Pick<ServiceDeps, 'config'>,
  spawn: () => Worker = spawnScanWorker,
): SearchService {
  return new ThreadSearches(config.search, spawn)
}

/** What all searches share. */
type Home = { pool: ThreadPool; allowances: Allowances; silenceMs: number }

class ThreadSearches implements SearchService {
  readonly name = 'search'
  readonly #places: Places
  readonly #home: Home
  readonly #stopping = new AbortController()

  constructor(limits: ServiceDeps['config']['search'], spawn: () => Worker) {
    this.#places = new Places(limits)
    this.#home = {
      pool: new ThreadPool(spawn),
      allowances: new Allowances(limits.budget),
      silenceMs: limits.budget.recordSeconds * 1000,
    }
  }

  start(): void {}

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#home.pool.close()
  }

  stats(): SearchStats {
    return { running: this.#places.running, waiting: this.#places.waiting, threads: this.#home.pool.size }
  }

  async *run(request: SearchRequest, signal: AbortSignal): AsyncGenerator<SearchEvent, SearchEnd, void> {
    const mail = new Mailbox<Mail>()
    // At once, whether or not somebody takes the next event: a reader who goes may never ask again.
    const onAbort = () => {
      mail.fail(new AppError(this.#stopping.signal.aborted ? 'SHUTTING_DOWN' : 'CANCELLED'))
      running.current?.leave()
      place?.leave()
    }
    const ending = AbortSignal.any([signal, this.#stopping.signal])
    if (ending.aborted) throw new AppError('CANCELLED')
    ending.addEventListener('abort', onAbort, { once: true })
    const claim = { actor: request.actor, cluster: request.cluster.id, isTail: request.kind === 'tail' }
    const running: { current: Running | null } = { current: null }
    const place = this.#places.enter(claim, {
      granted: () => {
        const spent = spentBefore(this.#home.allowances, request)
        if (spent !== null) return mail.fail(spent)
        running.current = new Running(this.#home, request, mail)
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

const readerOf = ({ actor, cluster }: SearchRequest) => ({ actor, cluster: cluster.id })

/** An error when the hour's bytes were read before the search began: it would end where it begins. */
function spentBefore(allowances: Allowances, request: SearchRequest): AppError | null {
  const reader = readerOf(request)
  const { of, bytes } = allowances.left(reader)
  if (request.kind !== 'search' || bytes >= 1) return null
  const seconds = Math.max(1, Math.ceil(allowances.worthItInMs(reader) / 1000))
  return new AppError('READ_BUDGET_SPENT', {
    params: { of, minutes: Math.ceil(seconds / 60) },
    retryAfterSeconds: seconds,
  })
}

/** Only what a filter makes of a record fills a thread's memory: bytes lie elsewhere. */
function causeOfDeath(error: Error | null): AppError {
  const isFull = error !== null && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  if (isFull) return new AppError('FILTER_TOO_COSTLY')
  return new AppError('INTERNAL', { cause: error ?? new Error('a scan thread ended') })
}

/** A search that has its thread. */
class Running {
  readonly #pool: ThreadPool
  readonly #allowances: Allowances
  readonly #request: SearchRequest
  readonly #mail: Mailbox<Mail>
  readonly #thread: ScanThread
  readonly #watch: NodeJS.Timeout
  /** Whose bytes end it: its own, until somebody has fewer left. */
  #budgetOf: 'search' | 'user' | 'cluster' = 'search'
  #spent = 0
  #begun = false
  #end: SearchEnd | null = null
  #free = false
  #left = false

  constructor({ pool, allowances, silenceMs }: Home, request: SearchRequest, mail: Mailbox<Mail>) {
    this.#pool = pool
    this.#allowances = allowances
    this.#request = request
    this.#mail = mail
    this.#thread = pool.take()
    this.#thread.own({
      heard: message => this.#heard(message),
      died: error => mail.fail(causeOfDeath(error)),
    })
    const { cluster, serdes, rate } = request
    this.#thread.say({ type: 'start', job: { cluster, plan: this.#bounded(), serdes, rate } })
    this.#watch = setInterval(() => {
      // Before its first word a thread starts, which takes what it takes on a busy machine.
      if (this.#begun && performance.now() - this.#thread.lastHeardMs > silenceMs)
        mail.fail(new AppError('FILTER_TOO_COSTLY'))
    }, silenceMs / LOOKS)
    this.#watch.unref()
  }

  taken(): void {
    this.#thread.say({ type: 'taken' })
  }

  /** Twice is once. */
  leave(): void {
    if (this.#left) return
    this.#left = true
    clearInterval(this.#watch)
    if (this.#free) this.#pool.give(this.#thread)
    else this.#pool.giveCancelled(this.#thread)
  }

  #heard(message: FromWorker): void {
    this.#begun = true
    if (message.type === 'progress') {
      this.#spend(message.progress.bytes)
      this.#mail.putLatest(message, other => other.type === 'progress')
    } else if (message.type === 'end') {
      this.#spend(message.end.bytes)
      this.#end = this.#judged(message.end)
    } else if (message.type === 'free') {
      this.#free = true
      // Not before, though it is over: whoever searches on at once then has this thread, and not a new one.
      if (this.#end !== null) this.#mail.put({ type: 'end', end: this.#end })
    } else if (message.type === 'alive') return
    else if (message.type === 'wanted') void this.#ask(message.topic, message.ref)
    else if (message.type === 'failed') {
      const { code, params } = message.problem
      this.#mail.fail(new AppError(isErrorCode(code) ? code : 'KAFKA_ERROR', params ? { params } : {}))
    } else this.#mail.put(message)
  }

  /** Never more than the hour has left. What others read meanwhile is told as it is spent. */
  #bounded(): ScanPlan {
    const { plan, kind } = this.#request
    if (kind !== 'search') return plan
    const { of, bytes } = this.#allowances.left(readerOf(this.#request))
    if (bytes >= plan.budget.bytes) return plan
    this.#budgetOf = of
    return { ...plan, budget: { ...plan.budget, bytes } }
  }

  #spend(bytes: number): void {
    if (this.#request.kind === 'tail') return
    const reader = readerOf(this.#request)
    this.#allowances.spend(reader, bytes - this.#spent)
    this.#spent = bytes
    const left = this.#allowances.left(reader)
    if (this.#request.kind !== 'search' || left.bytes >= 1) return
    this.#budgetOf = left.of
    this.#thread.say({ type: 'spent' })
  }

  #judged(end: ScanEnd): SearchEnd {
    if (end.reason !== 'budget' || end.detail !== 'bytes') return { ...end, budget: null }
    const of = this.#budgetOf
    if (of === 'search') return { ...end, budget: { of, freeInMs: 0 } }
    const reader = readerOf(this.#request)
    this.#allowances.exhaust(reader, of)
    return { ...end, budget: { of, freeInMs: this.#allowances.worthItInMs(reader) } }
  }

  async #ask(topic: string, ref: SchemaRef): Promise<void> {
    const [answer] = await this.#request.schemasOf(topic, [ref])
    if (answer) this.#thread.say({ type: 'schema', topic, answer })
  }
}

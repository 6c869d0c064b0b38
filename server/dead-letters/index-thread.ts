import { randomUUID } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { AppError, isErrorCode } from '@/lib/errors'
import type { ClusterConfig } from '@/server/config/types'
import type { FetchRequest } from '@/server/kafka/port'
import { youngObjects } from '@/server/young-objects'
import type { IndexedLetter } from './index-row'
import type { FromIndexWorker, PackedPartition, ToIndexWorker } from './index-talk'
import type { FetchedItems, ItemFetcher, LetterReading } from './letter-fetcher'
import { unpackLetters } from './letter-pack'

/** A worker that has not answered for so long hangs: it is ended, and the next question starts another. */
const SILENCE_MS = 60_000

/** Letters of a whole answer live until they are packed. */
const YOUNG_MIB = 48

/** The worker's entry; written like this the bundler makes one of it, which survives a standalone build. */
function spawnIndexWorker(): Worker {
  return new Worker(new URL('./index-worker.ts', import.meta.url), {
    name: 'milena-dead-letters',
    resourceLimits: youngObjects(YOUNG_MIB),
  })
}

type Waiting = {
  resolve(answers: PackedPartition[]): void
  reject(error: AppError): void
  timer: NodeJS.Timeout
}

/** The thread that reads dead letters, one for all clusters; started when somebody asks, started again when it dies. */
export class IndexThread {
  readonly #spawn: () => Worker
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  #ids = 0
  #open = 0
  #answered = false
  #broken = false

  constructor(spawn: () => Worker = spawnIndexWorker) {
    this.#spawn = spawn
  }

  /** It died before it answered anything: this build cannot run it, and letters are read on the asking thread. */
  get broken(): boolean {
    return this.#broken
  }

  /** Reads the letters of one cluster. Closing the last fetcher ends the thread. */
  openFetcher(
    cluster: ClusterConfig,
    readingOf: (topic: string) => LetterReading,
  ): ItemFetcher<IndexedLetter> {
    const fetcher = randomUUID()
    let closed = false
    this.#open++
    return {
      fetch: async (
        request: FetchRequest,
        ahead: readonly FetchRequest[] = [],
      ): Promise<FetchedItems<IndexedLetter>[]> => {
        if (closed) throw new AppError('CANCELLED')
        const withReading = (one: FetchRequest) => ({ request: one, reading: readingOf(one.topic) })
        const job = { fetcher, cluster, wanted: withReading(request), ahead: ahead.map(withReading) }
        const answers = await this.#ask(job)
        return answers.map(({ partition, answer }) => {
          if (!answer.ok) return { partition, answer }
          const { pack, nextOffset, logStartOffset } = answer.value
          return {
            partition,
            answer: { ok: true, value: { items: unpackLetters(pack), nextOffset, logStartOffset } },
          }
        })
      },
      close: () => {
        if (closed) return
        closed = true
        this.#say({ type: 'close', fetcher })
        if (--this.#open === 0) this.#end(new AppError('CANCELLED'))
      },
    }
  }

  #ask(job: Extract<ToIndexWorker, { type: 'fetch' }>['job']): Promise<PackedPartition[]> {
    this.#worker ??= this.#start()
    const id = ++this.#ids
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#end(new AppError('TIMED_OUT')), SILENCE_MS)
      timer.unref()
      this.#waiting.set(id, { resolve, reject, timer })
      this.#say({ type: 'fetch', id, job })
    })
  }

  #start(): Worker {
    const worker = this.#spawn()
    worker.unref()
    const died = () => {
      if (this.#worker !== worker) return
      this.#broken ||= !this.#answered
      this.#end(new AppError('INTERNAL'))
    }
    worker.on('message', (message: FromIndexWorker) => this.#heard(message))
    worker.on('error', died)
    worker.on('exit', died)
    return worker
  }

  #heard(message: FromIndexWorker): void {
    this.#answered = true
    const waiting = this.#waiting.get(message.id)
    if (!waiting) return
    this.#waiting.delete(message.id)
    clearTimeout(waiting.timer)
    if (message.type === 'fetched') waiting.resolve(message.answers)
    else {
      const { code, params } = message
      waiting.reject(new AppError(isErrorCode(code) ? code : 'INTERNAL', { params }))
    }
  }

  #say(message: ToIndexWorker): void {
    this.#worker?.postMessage(message)
  }

  /** Whoever waits is told; the next question starts anew. */
  #end(reason: AppError): void {
    const worker = this.#worker
    this.#worker = null
    void worker?.terminate()
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer)
      reject(reason)
    }
    this.#waiting.clear()
  }
}

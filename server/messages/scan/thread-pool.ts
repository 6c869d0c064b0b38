import type { Worker } from 'node:worker_threads'
import type { FromWorker, ToWorker } from './worker-talk'

/**
 * An idle thread is kept warm for the next search so long; it holds some 45 MiB, a new one costs a tenth of a
 * second.
 */
const IDLE_MS = 10_000
const IDLE_MAX = 1
/** After a cancel a thread that does not come free by itself is ended. */
const CANCEL_MS = 700

export type ThreadEvents = { heard(message: FromWorker): void; died(error: Error | null): void }

/** One worker thread. Its events go to whoever has it now. */
export class ScanThread {
  readonly #worker: Worker
  #owner: ThreadEvents | null = null
  #idleTimer: NodeJS.Timeout | null = null
  lastHeardMs = performance.now()
  dead = false

  constructor(worker: Worker, onExit: () => void) {
    this.#worker = worker
    worker.unref()
    worker.on('message', (message: FromWorker) => {
      this.lastHeardMs = performance.now()
      this.#owner?.heard(message)
    })
    worker.on('error', error => this.#end(error instanceof Error ? error : new Error(String(error)), onExit))
    worker.on('exit', () => this.#end(null, onExit))
  }

  own(owner: ThreadEvents | null): void {
    this.#owner = owner
    if (this.#idleTimer) clearTimeout(this.#idleTimer)
    this.#idleTimer = null
    this.lastHeardMs = performance.now()
  }

  idle(run: () => void): void {
    this.own(null)
    this.#idleTimer = setTimeout(run, IDLE_MS)
    this.#idleTimer.unref()
  }

  say(message: ToWorker): void {
    if (!this.dead) this.#worker.postMessage(message)
  }

  async terminate(): Promise<void> {
    this.dead = true
    await this.#worker.terminate()
  }

  #end(error: Error | null, onExit: () => void): void {
    const owner = this.#owner
    this.#owner = null
    this.dead = true
    if (this.#idleTimer) clearTimeout(this.#idleTimer)
    onExit()
    owner?.died(error)
  }
}

/** Threads for searches: made when they are wanted, kept warm for a while, ended when they hang. */
export class ThreadPool {
  readonly #spawn: () => Worker
  readonly #all = new Set<ScanThread>()
  #idle: ScanThread[] = []

  constructor(spawn: () => Worker) {
    this.#spawn = spawn
  }

  get size(): number {
    return this.#all.size
  }

  take(): ScanThread {
    const warm = this.#idle.pop()
    if (warm) return warm
    const thread: ScanThread = new ScanThread(this.#spawn(), () => this.#forget(thread))
    this.#all.add(thread)
    return thread
  }

  /** Gives back a thread that is free. */
  give(thread: ScanThread): void {
    if (thread.dead) return
    if (this.#idle.length >= IDLE_MAX) {
      void this.end(thread)
      return
    }
    this.#idle.push(thread)
    thread.idle(() => void this.end(thread))
  }

  /** Gives back a thread whose search was cancelled: free within a moment, or ended. */
  giveCancelled(thread: ScanThread): void {
    if (thread.dead) return
    const timer = setTimeout(() => void this.end(thread), CANCEL_MS)
    thread.own({
      heard: message => {
        if (message.type !== 'free') return
        clearTimeout(timer)
        this.give(thread)
      },
      died: () => clearTimeout(timer),
    })
    thread.say({ type: 'cancel' })
  }

  async end(thread: ScanThread): Promise<void> {
    this.#forget(thread)
    await thread.terminate()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map(thread => this.end(thread)))
  }

  #forget(thread: ScanThread): void {
    this.#all.delete(thread)
    this.#idle = this.#idle.filter(one => one !== thread)
  }
}

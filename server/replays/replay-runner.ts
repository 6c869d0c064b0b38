import type { Replay } from '@/lib/contracts/replays'
import type { DeadLetterIndexes } from '@/server/dead-letters/service'
import { listRunnable } from './replay-store'
import { type RunDeps, runReplay } from './run-replay'
import type { ReplayRunner } from './service'

/** How often the store is asked for replays that nobody runs: after a restart, and when another replica died. */
const LOOK_MS = 2_000
/** Replays of one cluster that run at once in this process; the others wait. */
const RUNS_MAX = 8
/** Finished views are kept a little, for whoever looks at the last moment. */
const VIEWS_MAX = 100

export type RunnerDeps = Omit<RunDeps, 'onReplayed' | 'onProgress'> & {
  deadLetters: DeadLetterIndexes | null
}

type Running = { stop: AbortController; ended: Promise<void>; again: boolean }

/** Runs the replays of one cluster that this process may have. */
export class ClusterReplayRunner implements ReplayRunner {
  readonly name: string
  readonly #deps: RunnerDeps
  readonly #running = new Map<string, Running>()
  readonly #views = new Map<string, Replay>()
  readonly #listeners = new Map<string, Set<() => void>>()
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(deps: RunnerDeps) {
    this.#deps = deps
    this.name = `replays:${deps.cluster.id}`
  }

  start(): void {
    if (this.#timer || this.#stopped) return
    const tick = () => {
      this.#looking = this.#look().finally(() => {
        if (!this.#stopped) this.#timer = setTimeout(tick, LOOK_MS)
      })
    }
    this.#timer = setTimeout(tick, 0)
  }

  /** Ends after the running transactions; what runs stays `running` in the store for the next process. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    for (const { stop } of this.#running.values()) stop.abort()
    await Promise.allSettled([this.#looking, ...[...this.#running.values()].map(one => one.ended)])
    this.#listeners.clear()
  }

  wake(replay: string): void {
    if (this.#stopped) return
    const known = this.#running.get(replay)
    if (known) {
      // It may be ending just now: then it is looked at once more.
      known.again = true
      return
    }
    if (this.#running.size >= RUNS_MAX) return
    const stop = new AbortController()
    const running: Running = { stop, ended: Promise.resolve(), again: false }
    this.#running.set(replay, running)
    running.ended = this.#run(replay, stop.signal).finally(() => {
      this.#running.delete(replay)
      this.#tell(replay)
      if (running.again) this.wake(replay)
    })
  }

  /** The store says `paused` already; answers when the running transaction has ended. */
  pause(replay: string): Promise<void> {
    return this.#running.get(replay)?.ended ?? Promise.resolve()
  }

  /** The store says `cancelled` already; answers when the rest is settled, where this process can do it. */
  async cancel(replay: string): Promise<void> {
    await this.#running.get(replay)?.ended
    this.wake(replay)
    await this.#running.get(replay)?.ended
  }

  progress(replay: string): Replay | null {
    return this.#running.has(replay) ? (this.#views.get(replay) ?? null) : null
  }

  onProgress(replay: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(replay) ?? new Set()
    this.#listeners.set(replay, listeners)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#listeners.delete(replay)
    }
  }

  async #run(replay: string, stop: AbortSignal): Promise<void> {
    const { deadLetters, cluster, ...deps } = this.#deps
    await runReplay(
      {
        ...deps,
        cluster,
        onProgress: view => {
          this.#views.delete(view.id)
          this.#views.set(view.id, view)
          for (const id of this.#views.keys()) {
            if (this.#views.size <= VIEWS_MAX) break
            this.#views.delete(id)
          }
          this.#tell(view.id)
        },
        onReplayed: (topic, id, items) =>
          deadLetters
            ?.of(cluster.id)
            .markReplayed(items.map(({ partition, offset }) => ({ topic, partition, offset, replay: id }))),
      },
      replay,
      stop,
    ).catch(error => {
      deps.log.error({ err: error, replay }, 'a replay could not be run')
    })
  }

  #tell(replay: string): void {
    for (const listener of [...(this.#listeners.get(replay) ?? [])]) listener()
  }

  async #look(): Promise<void> {
    const { store, cluster, log } = this.#deps
    try {
      for (const id of await listRunnable(store, cluster.id)) if (!this.#running.has(id)) this.wake(id)
    } catch (error) {
      log.warn({ err: error, cluster: cluster.id }, 'the store did not say which replays run')
    }
  }
}

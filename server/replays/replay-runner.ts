import type { Replay } from '@/lib/contracts/replays'
import type { DeadLetterIndexes } from '@/server/dead-letters/service'
import { Pace } from './pace'
import type { ReplayItem } from './replay-item'
import { listRunnable } from './replay-store'
import { type RunDeps, runReplay } from './run-replay'
import type { ReplayRunner } from './service'
import { RUNS_MAX } from './waits-for'

/** How often the store is asked for replays that nobody runs: after a restart, and when another replica died. */
const LOOK_MS = 2_000
/**
 * Cancelled ones that wait for their ledger have places of their own: where it does not answer they would
 * take all the others'.
 */
const SETTLING_MAX = 2
/** One that could not be settled is tried again after this. */
const SETTLE_AGAIN_MS = 15_000
/** Finished views are kept a little, for whoever looks at the last moment. */
const VIEWS_MAX = 100

export type RunnerDeps = Omit<RunDeps, 'onReplayed' | 'onProgress'> & {
  deadLetters: DeadLetterIndexes | null
}

type Running = { stop: AbortController; ended: Promise<void>; again: boolean; settling: boolean }

/** Runs the replays of one cluster that this process may have. */
export class ClusterReplayRunner implements ReplayRunner {
  readonly name: string
  readonly #deps: RunnerDeps
  readonly #running = new Map<string, Running>()
  /** When a cancelled one was last tried, by the process's clock. */
  readonly #settledAt = new Map<string, number>()
  readonly #views = new Map<string, Replay>()
  readonly #paces = new Map<string, Pace>()
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

  wake(replay: string, fresh?: ReplayItem[]): void {
    this.#wake(replay, false, fresh)
  }

  #wake(replay: string, settling: boolean, fresh?: ReplayItem[]): void {
    if (this.#stopped) return
    const known = this.#running.get(replay)
    if (known) {
      // It may be ending just now: then it is looked at once more.
      known.again = true
      return
    }
    const running = [...this.#running.values()].filter(one => !one.settling).length
    if (settling ? this.#freeToSettle() <= 0 : running >= RUNS_MAX) return
    const stop = new AbortController()
    const made: Running = { stop, ended: Promise.resolve(), again: false, settling }
    this.#running.set(replay, made)
    made.ended = this.#run(replay, stop.signal, fresh).finally(() => {
      this.#running.delete(replay)
      this.#paces.delete(replay)
      this.#tell(replay)
      if (made.again) this.#wake(replay, settling)
    })
  }

  /** The store says `paused` already; answers when the running transaction has ended. */
  pause(replay: string): Promise<void> {
    return this.#running.get(replay)?.ended ?? Promise.resolve()
  }

  /** The store says `cancelled` already; answers when the rest is settled, where this process can do it. */
  async cancel(replay: string): Promise<void> {
    await this.#running.get(replay)?.ended
    this.#wake(replay, true)
    await this.#running.get(replay)?.ended
  }

  progress(replay: string): Replay | null {
    return this.#running.has(replay) ? (this.#views.get(replay) ?? null) : null
  }

  pace(replay: string): number | null {
    return this.#running.has(replay) ? (this.#paces.get(replay)?.perSecond() ?? null) : null
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

  async #run(replay: string, stop: AbortSignal, fresh?: ReplayItem[]): Promise<void> {
    const { deadLetters, cluster, ...deps } = this.#deps
    await runReplay(
      {
        ...deps,
        cluster,
        onProgress: view => {
          this.#views.delete(view.id)
          this.#views.set(view.id, view)
          const pace = this.#paces.get(view.id) ?? new Pace(() => performance.now())
          this.#paces.set(view.id, pace)
          pace.note(view.replayed + view.failed)
          for (const id of this.#views.keys()) {
            if (this.#views.size <= VIEWS_MAX) break
            this.#views.delete(id)
          }
          this.#tell(view.id)
        },
        onReplayed: (topic, items) => deadLetters?.of(cluster.id).markReplayed(topic, items),
      },
      replay,
      stop,
      fresh,
    ).catch(error => {
      deps.log.error({ err: error, replay }, 'a replay could not be run')
    })
  }

  #tell(replay: string): void {
    for (const listener of [...(this.#listeners.get(replay) ?? [])]) listener()
  }

  #freeToSettle(): number {
    return SETTLING_MAX - [...this.#running.values()].filter(one => one.settling).length
  }

  async #look(): Promise<void> {
    const { store, cluster, log } = this.#deps
    try {
      const nowMs = performance.now()
      const found = await listRunnable(store, cluster.id)
      const settling = new Set(found.filter(one => one.settling).map(one => one.id))
      for (const id of this.#settledAt.keys()) if (!settling.has(id)) this.#settledAt.delete(id)
      for (const { id, settling: settles } of found) {
        if (this.#running.has(id)) continue
        if (settles && nowMs - (this.#settledAt.get(id) ?? Number.NEGATIVE_INFINITY) < SETTLE_AGAIN_MS)
          continue
        if (settles && this.#freeToSettle() === 0) continue
        if (settles) this.#settledAt.set(id, nowMs)
        this.#wake(id, settles)
      }
    } catch (error) {
      log.warn({ err: error, cluster: cluster.id }, 'the store did not say which replays run')
    }
  }
}

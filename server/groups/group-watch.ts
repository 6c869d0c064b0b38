import { type Loop, startLoop } from '@/server/loop'

const INTERVAL_MS = 1000

type Watch = { listeners: Set<() => void>; loop: Loop }

/** One loop a second for each group that somebody looks at, shared by all who do; gone with the last of them. */
export class GroupWatches {
  readonly #watches = new Map<string, Watch>()
  readonly #sample: (group: string) => Promise<boolean>
  readonly #onError: (error: unknown) => void
  #stopped = false

  /** `sample` answers whether the group is there; that it is gone is told once. */
  constructor(sample: (group: string) => Promise<boolean>, onError: (error: unknown) => void) {
    this.#sample = sample
    this.#onError = onError
  }

  watch(group: string, listener: () => void): () => void {
    if (this.#stopped) return () => {}
    const watch = this.#watches.get(group) ?? this.#begin(group)
    // Each call is a listener of its own, also when the same function is given twice.
    const mine = () => listener()
    watch.listeners.add(mine)
    return () => {
      watch.listeners.delete(mine)
      if (watch.listeners.size > 0 || this.#watches.get(group) !== watch) return
      this.#watches.delete(group)
      void watch.loop.stop()
    }
  }

  /** Groups that somebody watches. */
  groups(): Iterable<string> {
    return this.#watches.keys()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    const loops = [...this.#watches.values()].map(watch => watch.loop.stop())
    this.#watches.clear()
    await Promise.all(loops)
  }

  #begin(group: string): Watch {
    const listeners = new Set<() => void>()
    let wasThere = true
    const round = async () => {
      const isThere = await this.#sample(group)
      if (isThere || wasThere) tellAll(listeners, this.#onError)
      wasThere = isThere
    }
    const watch = { listeners, loop: startLoop(round, { intervalMs: INTERVAL_MS, onError: this.#onError }) }
    this.#watches.set(group, watch)
    return watch
  }
}

/** Calls every listener; one that throws does not keep the others from hearing. */
export function tellAll(listeners: Iterable<() => void>, onError: (error: unknown) => void): void {
  for (const listener of [...listeners]) {
    try {
      listener()
    } catch (error) {
      onError(error)
    }
  }
}

import type { Clock } from '@/server/context'
import type { Logger } from '@/server/log'
import type { Store } from '@/server/store/types'
import { readAliases } from './alias-store'
import type { DroppedPlaces } from './drop-places'
import { readDropMark, readDropped } from './drop-store'
import { type AliasRow, IssueAliases } from './issue-aliases'
import { readOrigins } from './origin-store'
import { type RunningSelection, readRunning } from './running-selections'
import { readTriage, type Triage } from './triage'

const AGE_MS = 5000

export type DecisionsDeps = {
  store: Store
  cluster: string
  clock: Clock
  log: Logger
  /** Of a topic that is there now. */
  topicIdOf(topic: string): string | null
}

/** What people decided and what replays do, as the store had it a moment ago. */
export class Decisions {
  readonly #deps: DecisionsDeps
  #triage: ReadonlyMap<string, Triage> = new Map()
  #origins: ReadonlyMap<string, string> = new Map()
  #running: ReadonlyMap<string, RunningSelection> = new Map()
  #aliases = new IssueAliases()
  #dropped: ReadonlyMap<string, DroppedPlaces> = new Map()
  #dropMark = ''
  #atMs = Number.NEGATIVE_INFINITY

  constructor(deps: DecisionsDeps) {
    this.#deps = deps
  }

  triageOf(fingerprint: string): Triage | undefined {
    return this.#triage.get(fingerprint)
  }

  originOf(topic: string): string | undefined {
    return this.#origins.get(topic)
  }

  /** What people merged and split. */
  get aliases(): IssueAliases {
    return this.#aliases
  }

  /** Letters that are there already were counted by these. */
  assume(rows: readonly AliasRow[]): void {
    this.#aliases = new IssueAliases(rows)
  }

  /** Which letters people dropped, by topic id. */
  get dropped(): ReadonlyMap<string, DroppedPlaces> {
    return this.#dropped
  }

  get running(): ReadonlyMap<string, RunningSelection> {
    return this.#running
  }

  /**
   * Reads anew what is older than 5 s, or all at once; answers whether it did. Never throws: what was read
   * last still holds, the store says its own trouble elsewhere.
   */
  async refresh(now = false): Promise<boolean> {
    const { store, cluster, clock, log } = this.#deps
    if (!now && clock.now() - this.#atMs < AGE_MS) return false
    this.#atMs = clock.now()
    try {
      const triage = await readTriage(store, cluster)
      // A topic that was made anew begins at offset 0 again: its old marks would hide what comes now.
      for (const { marks } of triage.values())
        for (const [topic, { id }] of Object.entries(marks ?? {})) {
          const current = this.#deps.topicIdOf(topic)
          if (marks && current !== null && current !== id) delete marks[topic]
        }
      this.#triage = triage
      this.#origins = await readOrigins(store, cluster)
      this.#running = await readRunning(store, cluster, this.#running)
      this.#aliases = await readAliases(store.db, cluster)
      const mark = await readDropMark(store.db, cluster)
      if (mark !== this.#dropMark) this.#dropped = await readDropped(store.db, cluster)
      this.#dropMark = mark
      return true
    } catch (error) {
      log.debug({ err: error }, 'triage of dead letters cannot be read')
      return false
    }
  }
}

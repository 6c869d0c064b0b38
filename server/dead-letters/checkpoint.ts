import { createHash } from 'node:crypto'
import { dirname } from 'node:path'
import { makeFolder } from '@/server/config/make-folder'
import type { ClusterConfig } from '@/server/config/types'
import type { Clock } from '@/server/context'
import type { Logger } from '@/server/log'
import { type EmptyIndex, type IndexState, packIndex, unpackIndex } from './pack-index'
import { readSections, removeLeftovers, writeSections } from './section-file'

/** Raised whenever the file or what is read out of a letter changes. */
const FORMAT = 1
const INTERVAL_MS = 5 * 60_000

/** Where the checkpoint of a cluster's index stands, and the version of the program that wrote it. */
export type CheckpointPlace = { path: string; version: string }

/**
 * What the index of a cluster knows, written down every few minutes and at the end, so that a restart goes on
 * where it was. It is a copy of what Kafka holds: one that is missing, broken, or written by another version
 * or under another configuration is not read.
 */
export class Checkpoint {
  readonly #place: CheckpointPlace | null
  readonly #clock: Clock
  readonly #log: Logger
  readonly #key: string
  /** What was written, or read, last; NaN: nothing. */
  #saved = Number.NaN
  #atMs: number
  #writing: Promise<void> | null = null

  constructor(
    deps: {
      cluster: { config: ClusterConfig }
      clock: Clock
      log: Logger
      checkpoint?: CheckpointPlace | null
    },
    limit: number,
  ) {
    this.#place = deps.checkpoint ?? null
    this.#clock = deps.clock
    this.#log = deps.log
    this.#atMs = deps.clock.now()
    const { id, deadLetters } = deps.cluster.config
    const read = { id, topics: deadLetters.topics, prefixes: deadLetters.frameworkPrefixes, limit }
    const hash = createHash('sha256').update(JSON.stringify(read)).digest('hex')
    this.#key = `${FORMAT} ${this.#place?.version} ${hash}`
  }

  /** Fills an index that is empty yet; null: there is nothing to go on from. */
  async load(into: EmptyIndex): Promise<Pick<IndexState, 'ledger' | 'aliases'> | null> {
    if (!this.#place) return null
    await removeLeftovers(this.#place.path)
    const sections = await readSections(this.#place.path, this.#key)
    if (sections === null) return null
    try {
      const rest = unpackIndex(sections, into)
      this.#saved = 0
      return rest
    } catch (error) {
      this.#log.warn({ err: error }, 'a checkpoint of dead letters cannot be used')
      return null
    }
  }

  /**
   * Every few minutes, and as soon as everything was read once. `change` counts what happened to the index:
   * nothing is written twice.
   */
  saveSometimes(state: () => IndexState, change: number, isRead: boolean): void {
    const isDue = this.#clock.now() - this.#atMs >= INTERVAL_MS || (isRead && Number.isNaN(this.#saved))
    if (isDue) void this.save(state, change)
  }

  /** Answers when it is written. Never throws: the index is rebuilt from Kafka as well. */
  async save(state: () => IndexState, change: number): Promise<void> {
    // Two that wrote at once would write into one file, and one that returned early would not be waited for
    // at the end.
    while (this.#writing) await this.#writing
    if (!this.#place || change === this.#saved) return
    this.#saved = change
    this.#atMs = this.#clock.now()
    const { path } = this.#place
    const writing = this.#write(path, state())
    this.#writing = writing
    await writing
    this.#writing = null
  }

  async #write(path: string, state: IndexState): Promise<void> {
    try {
      makeFolder(dirname(path))
      await writeSections(path, this.#key, packIndex(state))
    } catch (error) {
      this.#log.warn({ err: error }, 'a checkpoint of dead letters cannot be written')
    }
  }
}

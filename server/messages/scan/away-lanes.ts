import type { BatchReader, Isolation } from '@/server/kafka/port'
import type { Position } from '../positions'
import { isAwayCode } from './away-codes'
import type { ScanLane } from './scan-lane'

export type AwayDeps = {
  isolation: Isolation
  openReader(): BatchReader
  startsIn(topic: string, partitions: readonly number[], from: Position): Promise<Map<number, bigint>>
  isOver(): boolean
  now(): number
  sleep(ms: number): Promise<void>
  /** Its leader answers again. */
  back(lane: ScanLane): void
}

const LOOK_MS = 250
/** A new leader is mostly there within seconds; a broker that is repaired takes its time. */
const FIRST_MS = 1_000
const LONGEST_MS = 30_000

/** Partitions of a live tail whose leader is away: asked again after a while, twice as long each time. */
export class AwayLanes {
  readonly #deps: AwayDeps
  readonly #away = new Map<ScanLane, { waitMs: number; dueMs: number }>()
  #watching = false

  constructor(deps: AwayDeps) {
    this.#deps = deps
  }

  /** Looks after those of the lanes that are away, until they are back. */
  watch(lanes: readonly ScanLane[]): void {
    for (const lane of lanes)
      if (lane.isAway && !this.#away.has(lane))
        this.#away.set(lane, { waitMs: FIRST_MS, dueMs: this.#deps.now() + FIRST_MS })
    if (this.#watching || this.#away.size === 0) return
    this.#watching = true
    void this.#run().finally(() => {
      this.#watching = false
    })
  }

  async #run(): Promise<void> {
    const { isOver, now, sleep, back } = this.#deps
    while (this.#away.size > 0) {
      await sleep(LOOK_MS)
      if (isOver()) return
      const due = [...this.#away].filter(([, { dueMs }]) => dueMs <= now())
      if (due.length === 0) continue
      const lanes = due.map(([lane]) => lane)
      const answering = new Set([
        ...(await this.#answering(lanes.filter(lane => lane.joinsAt === null))),
        ...(await this.#joining(lanes.filter(lane => lane.joinsAt !== null))),
      ])
      if (isOver()) return
      for (const [lane, { waitMs }] of due) {
        const longerMs = Math.min(LONGEST_MS, waitMs * 2)
        if (!answering.has(lane)) this.#away.set(lane, { waitMs: longerMs, dueMs: now() + longerMs })
        else {
          this.#away.delete(lane)
          back(lane)
        }
      }
    }
  }

  /** Those that were away when the tail began: they begin now, where they would have begun. */
  async #joining(lanes: readonly ScanLane[]): Promise<ScanLane[]> {
    const found: ScanLane[] = []
    for (const [topic, mine] of Map.groupBy(lanes, lane => lane.topic)) {
      // One tail has one `from`.
      const from = mine[0]?.joinsAt
      if (!from) continue
      const partitions = mine.map(lane => lane.partition)
      const starts = await this.#deps.startsIn(topic, partitions, from).catch(() => new Map<number, bigint>())
      for (const lane of mine) {
        const position = starts.get(lane.partition)
        if (position === undefined) continue
        lane.beginAt(position)
        found.push(lane)
      }
    }
    return found
  }

  /** By a connection of its own, so that partitions that are there never wait for those that are not. */
  async #answering(lanes: readonly ScanLane[]): Promise<ReadonlySet<ScanLane>> {
    const { isolation, openReader } = this.#deps
    const found = new Set<ScanLane>()
    if (lanes.length === 0) return found
    const reader = openReader()
    try {
      for (const [topic, mine] of Map.groupBy(lanes, lane => lane.topic)) {
        const positions = mine.map(lane => ({
          partition: lane.partition,
          offset: lane.fetchFrom(),
          maxBytes: 1,
        }))
        const answers = await reader.fetch({ topic, positions, isolation, maxWaitMs: 0, maxBytes: 1 })
        for (const { partition, answer } of answers) {
          const lane = mine.find(one => one.partition === partition)
          if (lane && (answer.ok || !isAwayCode(answer.problem.code))) found.add(lane)
        }
      }
    } catch {
      // Nobody answers at all: whoever reads the other partitions will say so.
    } finally {
      reader.close()
    }
    return found
  }
}

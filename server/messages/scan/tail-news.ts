import type { Problem } from '@/lib/contracts/common'
import type { RecoveredPart } from '@/lib/contracts/message-search'
import { type ScanLane, SKIPPED_MAX } from './scan-lane'

/** What befalls the partitions of a live tail, told once: it has no end that could tell it. */
export class TailNews {
  readonly #lanes: readonly ScanLane[]
  /** What was told of those that can not be read on. */
  readonly #told = new Map<ScanLane, Problem>()
  #recovered: RecoveredPart[] = []

  constructor(lanes: readonly ScanLane[]) {
    this.#lanes = lanes
  }

  /** Problems that were not told yet. What was told is forgotten, so that later ones have room. */
  takeProblems(): Problem[] {
    const failed: Problem[] = []
    for (const lane of this.#lanes) {
      if (lane.problem === null || this.#told.has(lane)) continue
      this.#told.set(lane, lane.problem)
      failed.push(lane.problem)
    }
    return [...failed, ...this.#lanes.flatMap(lane => lane.skipped.splice(0, SKIPPED_MAX))]
  }

  /** It is read again, from where it stopped. */
  comeBack(lane: ScanLane): void {
    const told = this.#told.get(lane)
    if (told !== undefined) this.#recovered.push({ scope: told.scope, code: told.code })
    this.#told.delete(lane)
    lane.comeBack()
  }

  /** Problems that were told and are over. */
  takeRecovered(): RecoveredPart[] {
    return this.#recovered.splice(0)
  }
}

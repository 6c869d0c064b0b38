import type { ScanLane } from './scan-lane'
import type { Hit, ScanOrder } from './scan-types'

/**
 * Takes hits from lanes in the order of the scan. By time: the next one is handed out when no lane that is
 * still under way can have one before it. Ties go by offset, then by partition.
 */
export class HitMerge {
  readonly #lanes: readonly ScanLane[]
  readonly #sign: 1 | -1
  readonly #merges: boolean

  constructor(lanes: readonly ScanLane[], order: ScanOrder) {
    this.#lanes = lanes
    this.#sign = order === 'desc' ? -1 : 1
    this.#merges = order === 'asc' || order === 'desc'
  }

  /** The next hit; null when there is none, or none for sure. `force`: whatever may still come. */
  next(force = false): { lane: ScanLane; hit: Hit } | null {
    let best: ScanLane | null = null
    let hit: Hit | undefined
    for (const lane of this.#lanes) {
      const { head } = lane
      if (head === undefined) continue
      if (best === null || hit === undefined || this.#before(lane, head, best, hit)) {
        best = lane
        hit = head
      }
      if (!this.#merges) break
    }
    if (best === null || hit === undefined) return null
    if (this.#merges && !force && this.#mayComeBefore(best, hit)) return null
    return { lane: best, hit }
  }

  /** Of the lanes under way those that hold everybody up: they go on however much is held. */
  holdsUp(lane: ScanLane): boolean {
    if (!this.#merges) return true
    if (lane.head !== undefined || lane.finished) return false
    return this.#lanes.every(
      other =>
        other.finished || other.head !== undefined || !this.#isFirst(other.frontierMs, lane.frontierMs),
    )
  }

  /** May a lane that is under way have one that comes before? Of the same time the smaller offset does. */
  #mayComeBefore(best: ScanLane, hit: Hit): boolean {
    return this.#lanes.some(lane => {
      if (lane.finished || lane.head !== undefined) return false
      if (lane.frontierMs !== best.turnMs) return this.#isFirst(lane.frontierMs, best.turnMs)
      return this.#isAhead(lane, lane.nextOffset(), best, hit.offset)
    })
  }

  /**
   * Compared, never subtracted: what a lane without an answer yet may hold is infinitely far, and two such
   * are equally far.
   */
  #isFirst(aMs: number, bMs: number): boolean {
    return this.#sign === 1 ? aMs < bMs : aMs > bMs
  }

  #before(a: ScanLane, headA: Hit, b: ScanLane, headB: Hit): boolean {
    if (a.turnMs !== b.turnMs) return this.#isFirst(a.turnMs, b.turnMs)
    return this.#isAhead(a, headA.offset, b, headB.offset)
  }

  #isAhead(a: ScanLane, offsetA: bigint, b: ScanLane, offsetB: bigint): boolean {
    if (offsetA !== offsetB) return offsetA < offsetB === (this.#sign === 1)
    return (a.partition - b.partition) * this.#sign < 0
  }
}

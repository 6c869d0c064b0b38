import type { SlotPoint } from './pack-block'

/** Series kept at once; beyond, new ones wait for room. */
const MOST_SERIES = 120_000
const ROOM = 1024

/**
 * What was measured and is not written yet: points of many series in flat columns, in the order in which they
 * came. A minute of ten thousand groups is half a million points; as objects they would be most of what the
 * garbage collector has to do.
 */
export class PendingPoints {
  readonly #keys: string[] = []
  readonly #index = new Map<string, number>()
  /** By series: its newest point. */
  readonly #newest: number[] = []
  #length = 0
  #series = new Int32Array(ROOM)
  /** The point of the same series before it; -1: there is none. */
  #before = new Int32Array(ROOM)
  #slot = new Float64Array(ROOM)
  /** NaN: not measured. */
  #lag = new Float64Array(ROOM)
  #time = new Float64Array(ROOM)

  /** Takes one measurement; several of one slot keep the largest, an earlier slot than the newest is left out. */
  record(key: string, slot: number, lag: number | null, timeLagMs: number | null): void {
    let series = this.#index.get(key)
    if (series === undefined) {
      if (this.#keys.length >= MOST_SERIES) return
      series = this.#keys.push(key) - 1
      this.#index.set(key, series)
      this.#newest.push(-1)
    }
    const last = this.#newest[series] ?? -1
    const lastSlot = last < 0 ? Number.NEGATIVE_INFINITY : (this.#slot[last] ?? 0)
    if (slot < lastSlot) return
    if (slot === lastSlot) {
      this.#lag[last] = larger(this.#lag[last], lag)
      this.#time[last] = larger(this.#time[last], timeLagMs)
      return
    }
    if (this.#length === this.#slot.length) this.#grow()
    const at = this.#length++
    this.#series[at] = series
    this.#before[at] = last
    this.#slot[at] = slot
    this.#lag[at] = lag ?? Number.NaN
    this.#time[at] = timeLagMs ?? Number.NaN
    this.#newest[series] = at
  }

  keys(): readonly string[] {
    return this.#keys
  }

  /** One series, oldest first. */
  of(key: string): SlotPoint[] {
    const points: SlotPoint[] = []
    const series = this.#index.get(key)
    let at = series === undefined ? -1 : (this.#newest[series] ?? -1)
    for (; at >= 0; at = this.#before[at] ?? -1)
      points.push({
        slot: this.#slot[at] ?? 0,
        lag: known(this.#lag[at]),
        timeLagMs: known(this.#time[at]),
      })
    return points.reverse()
  }

  /** The slot of the first that came; null: there is nothing. */
  get firstSlot(): number | null {
    return this.#length === 0 ? null : (this.#slot[0] ?? null)
  }

  /** The same without what is older than a slot. */
  since(slot: number): PendingPoints {
    const kept = new PendingPoints()
    for (let at = 0; at < this.#length; at++) {
      const own = this.#slot[at] ?? 0
      const key = this.#keys[this.#series[at] ?? -1]
      if (own >= slot && key !== undefined) kept.record(key, own, known(this.#lag[at]), known(this.#time[at]))
    }
    return kept
  }

  #grow(): void {
    const size = this.#length * 2
    this.#series = grown(this.#series, new Int32Array(size))
    this.#before = grown(this.#before, new Int32Array(size))
    this.#slot = grown(this.#slot, new Float64Array(size))
    this.#lag = grown(this.#lag, new Float64Array(size))
    this.#time = grown(this.#time, new Float64Array(size))
  }
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}

function larger(before = Number.NaN, value: number | null): number {
  return value === null || value <= before ? before : value
}

function grown<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}

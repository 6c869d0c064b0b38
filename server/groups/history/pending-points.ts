import type { SlotPoint } from './pack-block'

/** Series kept at once; beyond, new ones wait for room. */
const MOST_SERIES = 120_000
const ROOM = 64
/** Of a slot in which the series has no point. Lag is never below 0; NaN: not measured. */
const ABSENT = -1

/** All series' points of one slot, by the place of the series. */
type Column = { slot: number; lag: Float64Array; time: Float64Array }

/**
 * The name of a series, which keeps its place among what is pending: tens of thousands are recorded at once,
 * and finding each by its name would cost more than all else.
 */
export type SeriesName = { readonly key: string; turn: number; place: number }

export function seriesName(key: string): SeriesName {
  return { key, turn: 0, place: -1 }
}

let newestTurn = 0

/** Series by their places, which stay while most of them are used. */
class Places {
  /** Its own, so that a place in another is not taken for one in this. */
  readonly turn = ++newestTurn
  readonly keys: string[] = []
  readonly #known = new Map<string, number>()

  find(key: string): number | undefined {
    return this.#known.get(key)
  }

  /** -1: there is no room. */
  of(key: string): number {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    if (this.keys.length >= MOST_SERIES) return -1
    const place = this.keys.push(key) - 1
    this.#known.set(key, place)
    return place
  }

  remembered(name: SeriesName): number {
    if (name.turn !== this.turn) {
      name.place = this.of(name.key)
      // Without room it is asked for again: there may be some later.
      if (name.place >= 0) name.turn = this.turn
    }
    return name.place
  }
}

/**
 * What was measured and is not written yet: a column of numbers for each slot. A minute of ten thousand groups
 * is half a million points; as objects they would be most of what the garbage collector has to do.
 */
export class PendingPoints {
  readonly #places: Places
  /** By slot, oldest first. */
  readonly #columns: Column[] = []

  constructor(places = new Places()) {
    this.#places = places
  }

  /** Those that come after these: series keep their places, unless most of them are not used any more. */
  next(): PendingPoints {
    const used = this.keys().reduce((sum, _, place) => sum + Number(this.countOf(place) > 0), 0)
    return new PendingPoints(used * 2 < this.keys().length ? undefined : this.#places)
  }

  /** Takes one measurement; several of one slot keep the largest, an earlier slot than the newest is left out. */
  record(of: SeriesName | string, slot: number, lag: number | null, timeLagMs: number | null): void {
    const place = typeof of === 'string' ? this.#places.of(of) : this.#places.remembered(of)
    if (place < 0) return
    const column = this.#columnOf(slot)
    if (column !== this.#columns.at(-1) && this.#isKnownAfter(slot, place)) return
    if (place >= column.lag.length) grow(column, Math.max(this.keys().length, place * 2))
    if (column.lag[place] === ABSENT) {
      column.lag[place] = lag ?? Number.NaN
      column.time[place] = timeLagMs ?? Number.NaN
    } else {
      column.lag[place] = larger(column.lag[place], lag)
      column.time[place] = larger(column.time[place], timeLagMs)
    }
  }

  /** By place; some may have no point. */
  keys(): readonly string[] {
    return this.#places.keys
  }

  /** One series, oldest first. */
  of(key: string): SlotPoint[] {
    const points: SlotPoint[] = []
    const place = this.#places.find(key)
    if (place !== undefined)
      this.eachPoint(place, (slot, lag, time) => {
        points.push({ slot, lag: known(lag), timeLagMs: known(time) })
      })
    return points
  }

  /** How many points the series at a place among `keys()` has. */
  countOf(place: number): number {
    let count = 0
    for (const { lag } of this.#columns) if ((lag[place] ?? ABSENT) !== ABSENT) count++
    return count
  }

  /** Its points, oldest first; NaN: not measured. */
  eachPoint(place: number, visit: (slot: number, lag: number, timeLagMs: number) => void): void {
    for (const { slot, lag, time } of this.#columns) {
      const here = lag[place] ?? ABSENT
      if (here !== ABSENT) visit(slot, here, time[place] ?? Number.NaN)
    }
  }

  /** The oldest slot; null: there is nothing. */
  get firstSlot(): number | null {
    return this.#columns[0]?.slot ?? null
  }

  /** The oldest slot in which one of these places has a point. */
  firstSlotOf(places: readonly number[]): number | null {
    const column = this.#columns.find(({ lag }) => places.some(place => (lag[place] ?? ABSENT) !== ABSENT))
    return column?.slot ?? null
  }

  /** The same without what is older than a slot. */
  since(from: number): PendingPoints {
    const kept = new PendingPoints()
    for (const { slot, lag, time } of this.#columns) {
      if (slot < from) continue
      for (const [place, key] of this.keys().entries()) {
        const here = lag[place] ?? ABSENT
        if (here !== ABSENT) kept.record(key, slot, known(here), known(time[place]))
      }
    }
    return kept
  }

  #columnOf(slot: number): Column {
    const newest = this.#columns.at(-1)
    if (newest?.slot === slot) return newest
    let at = this.#columns.length
    while (at > 0 && (this.#columns[at - 1]?.slot ?? slot) > slot) at--
    const before = this.#columns[at - 1]
    if (before?.slot === slot) return before
    // Mostly as many series as before.
    const room = Math.max(ROOM, this.keys().length)
    const fresh = { slot, lag: new Float64Array(room).fill(ABSENT), time: new Float64Array(room) }
    this.#columns.splice(at, 0, fresh)
    return fresh
  }

  #isKnownAfter(slot: number, place: number): boolean {
    for (let at = this.#columns.length - 1; at >= 0; at--) {
      const column = this.#columns[at]
      if (!column || column.slot <= slot) return false
      if ((column.lag[place] ?? ABSENT) !== ABSENT) return true
    }
    return false
  }
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}

function larger(before = Number.NaN, value: number | null): number {
  return value === null || value <= before ? before : value
}

function grow(column: Column, size: number): void {
  const lag = new Float64Array(size).fill(ABSENT)
  lag.set(column.lag)
  const time = new Float64Array(size)
  time.set(column.time)
  column.lag = lag
  column.time = time
}

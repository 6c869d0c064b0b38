import { type SampleWindow, WINDOW_SLOTS } from '@/lib/lag/status'

/** Slot of the newest sample, how many there are, then ten pairs of (committed, end), oldest first. */
const STRIDE = 2 + WINDOW_SLOTS * 2

/**
 * The ten 10 s samples of every row that is behind, in one flat array: 176 bytes a row instead of ten
 * objects. Rows that keep up have no place in it.
 */
export class LagGrid {
  #values = new Float64Array(0)
  #end = 0
  readonly #free: number[] = []

  /** Places in use. */
  get size(): number {
    return this.#end / STRIDE - this.#free.length
  }

  /** A place for a row; empty. */
  take(): number {
    const place = this.#free.pop() ?? this.#append()
    this.#values[place] = -1
    this.#values[place + 1] = 0
    return place
  }

  release(place: number): void {
    this.#free.push(place)
  }

  /**
   * The sample of a slot (a time divided by 10 s): a second one of the same slot, or of an earlier one,
   * replaces the newest.
   */
  put(place: number, slot: number, committed: number, end: number): void {
    const values = this.#values
    let count = values[place + 1] ?? 0
    const first = place + 2
    if (count > 0 && slot <= (values[place] ?? -1)) count--
    else {
      values[place] = slot
      if (count === WINDOW_SLOTS) {
        values.copyWithin(first, first + 2, first + WINDOW_SLOTS * 2)
        count--
      }
    }
    values[first + count * 2] = committed
    values[first + count * 2 + 1] = end
    values[place + 1] = count + 1
  }

  /** The window of a row as it stands in the grid: to be read before anything is put or taken. */
  read(place: number): SampleWindow {
    return { values: this.#values, first: place + 2, count: this.#values[place + 1] ?? 0 }
  }

  #append(): number {
    if (this.#end + STRIDE > this.#values.length) {
      const grown = new Float64Array(Math.max(STRIDE * 64, this.#values.length * 2))
      grown.set(this.#values)
      this.#values = grown
    }
    const place = this.#end
    this.#end += STRIDE
    return place
  }
}

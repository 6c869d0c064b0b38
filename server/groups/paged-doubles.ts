const PER_PAGE = 512

/**
 * Rows of so many doubles each, in pages. An array of its own for each of tens of thousands would be three
 * objects and a block of memory more, all of which the garbage collector has to visit.
 */
export class PagedDoubles {
  readonly #stride: number
  readonly #pages: Float64Array[] = []
  readonly #free: number[] = []
  #end = 0

  constructor(stride: number) {
    this.#stride = stride
  }

  /** A place, all of it NaN. */
  take(): number {
    const place = this.#free.pop() ?? this.#end++
    if (place >= this.#pages.length * PER_PAGE) this.#pages.push(new Float64Array(PER_PAGE * this.#stride))
    const from = this.at(place)
    this.page(place).fill(Number.NaN, from, from + this.#stride)
    return place
  }

  release(place: number): void {
    this.#free.push(place)
  }

  /** Where a place lies, from `at` on. Throws for one that was never taken. */
  page(place: number): Float64Array {
    const page = this.#pages[Math.floor(place / PER_PAGE)]
    if (!page) throw new Error(`there is no place ${place}`)
    return page
  }

  at(place: number): number {
    return (place % PER_PAGE) * this.#stride
  }
}

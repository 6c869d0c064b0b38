import * as z from 'zod'
import type { Place } from './service'

/** Dropped letters of one topic: offsets by partition, in stretches whose ends are both included. */
type Stretches = [number, number[]][]
const stretches = z.array(z.tuple([z.number().int().min(0), z.array(z.number().int().min(0))]))

/** Packs places as stretches: a whole issue is often a few of them. */
export function packPlaces(places: readonly Place[]): string {
  const packed: Stretches = [...Map.groupBy(places, place => place.partition)].map(([partition, list]) => {
    const offsets = [...new Set(list.map(({ offset }) => Number(offset)))].sort((a, b) => a - b)
    const ends: number[] = []
    for (const offset of offsets) {
      if (ends.length > 0 && ends[ends.length - 1] === offset - 1) ends[ends.length - 1] = offset
      else ends.push(offset, offset)
    }
    return [partition, ends]
  })
  return JSON.stringify(packed)
}

/** Throws for a text that we did not write. */
export function unpackPlaces(text: string): Stretches {
  return stretches.parse(JSON.parse(text))
}

/**
 * What is dropped in one topic, as the store said. Several drops may hold one letter: it counts as long as
 * one of them does.
 */
export class DroppedPlaces {
  readonly #byPartition = new Map<number, [number, number][]>()

  constructor(drops: readonly Stretches[]) {
    for (const [partition, ends] of drops.flat())
      for (let at = 0; at + 1 < ends.length; at += 2) {
        const list = this.#byPartition.get(partition) ?? []
        list.push([ends[at] ?? 0, ends[at + 1] ?? 0])
        this.#byPartition.set(partition, list)
      }
    for (const list of this.#byPartition.values()) {
      list.sort((a, b) => a[0] - b[0])
      // What overlaps becomes one, so that a search finds it.
      let kept = 0
      for (const [from, to] of list) {
        const last = list[kept - 1]
        if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to)
        else list[kept++] = [from, to]
      }
      list.length = kept
    }
  }

  has(partition: number, offset: number): boolean {
    const list = this.#byPartition.get(partition)
    if (!list) return false
    let low = 0
    let high = list.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((list[middle]?.[1] ?? 0) < offset) low = middle + 1
      else high = middle
    }
    return (list[low]?.[0] ?? Number.POSITIVE_INFINITY) <= offset
  }
}

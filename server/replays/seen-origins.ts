import type { Place } from './ledger'
import { placeLog } from './ledger-map'
import type { Letter } from './letter'
import { OffsetLists } from './offset-lists'
import { placeOf } from './read-letters'
import type { Ref } from './read-records'

/** Which letter of a plan stands for an origin: the first of them that a replay would write. */
export interface SeenOrigins {
  get(origin: Place): Ref | undefined
  set(origin: Place, letter: Ref): void
}

/** Remembers only origins that several of these letters name: nearly all stand for themselves. */
export function seenOrigins(letters: Iterable<Letter>): SeenOrigins {
  const places = new OffsetLists()
  for (const { decoded } of letters) {
    const origin = decoded && placeOf(decoded.origin)
    if (origin) places.add(placeLog(origin), origin.offset)
  }
  const repeated = places.repeated()
  const seen = new Map<string, Map<bigint, Ref>>()
  return {
    get: origin => seen.get(placeLog(origin))?.get(origin.offset),
    set(origin, { partition, offset }) {
      const log = placeLog(origin)
      if (repeated.get(log)?.has(origin.offset) !== true) return
      const known = seen.get(log) ?? new Map<bigint, Ref>()
      seen.set(log, known.set(origin.offset, { partition, offset }))
    },
  }
}

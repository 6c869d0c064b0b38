import { useState } from 'react'

type Held = { scope: string; keys: readonly string[] }

/**
 * Rows in the order in which the reader first saw them: numbers change in place, what is gone goes, and
 * nothing moves under the pointer; `isMoved` says that they would. New rows that belong between or above the
 * known ones wait until they are asked for; rows of further pages follow at the end. Another `scope` (filter,
 * order) begins anew; while its rows are `loading` the former ones pass through as they are.
 */
export function useHeldRows<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  scope: string,
  loading: boolean,
): { rows: readonly Row[]; waiting: number; isMoved: boolean; release: () => void } {
  const [held, setHeld] = useState<Held | null>(null)
  if (loading) return { rows, waiting: 0, isMoved: false, release: () => {} }
  const byKey = new Map(rows.map(row => [keyOf(row), row]))
  const next = nextKeys(held?.scope === scope ? held.keys : [], [...byKey.keys()])
  if (
    held === null ||
    held.scope !== scope ||
    next.length !== held.keys.length ||
    next.at(-1) !== held.keys.at(-1)
  )
    setHeld({ scope, keys: next })
  const shown = next.flatMap(key => byKey.get(key) ?? [])
  return {
    rows: shown,
    waiting: byKey.size - shown.length,
    isMoved: isMoved(next, [...byKey.keys()]),
    release: () => setHeld({ scope, keys: [...byKey.keys()] }),
  }
}

/** Would the rows that are shown stand in another order by now? */
export function isMoved(shown: readonly string[], current: readonly string[]): boolean {
  const places = new Map(current.map((key, at) => [key, at]))
  let last = -1
  for (const key of shown) {
    const at = places.get(key)
    if (at === undefined) continue
    if (at < last) return true
    last = at
  }
  return false
}

/** The keys to show: known ones that are still there in their old order, then all that follow the last known one. */
export function nextKeys(known: readonly string[], current: readonly string[]): readonly string[] {
  const present = new Set(current)
  const kept = known.filter(key => present.has(key))
  if (kept.length === 0) return current
  const keptSet = new Set(kept)
  const lastKnown = current.findLastIndex(key => keptSet.has(key))
  const added = current.slice(lastKnown + 1)
  return added.length === 0 && kept.length === known.length ? known : [...kept, ...added]
}

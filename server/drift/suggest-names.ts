import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DriftRow } from '@/lib/contracts/drift'
import { checkName } from '@/lib/naming-policy/check-name'
import type { NamingPolicy } from '@/lib/naming-policy/policy'

const MOST_KEPT = 50_000
/** So long at most nobody else is answered. */
const TURN_MS = 10
/** By policy, which is another object when it or the catalogue changes: the same names are looked at every day. */
const kept = new WeakMap<NamingPolicy, Map<string, string | null>>()

/** Puts a name that would pass into each row whose name is what is wrong. Many rows take many turns. */
export async function suggestNames(policy: NamingPolicy, rows: readonly DriftRow[]): Promise<void> {
  let startedMs = performance.now()
  for (const row of rows) {
    row.suggestion = suggestionFor(policy, row)
    if (performance.now() - startedMs < TURN_MS) continue
    await nextTurn()
    startedMs = performance.now()
  }
}

function suggestionFor(policy: NamingPolicy, { topic, findings }: DriftRow): string | null {
  if (!findings.some(one => one.rule === 'naming')) return null
  const known = kept.get(policy) ?? new Map<string, string | null>()
  kept.set(policy, known)
  const before = known.get(topic)
  if (before !== undefined) return before
  if (known.size >= MOST_KEPT) known.clear()
  const found = checkName(policy, topic).suggestions[0] ?? null
  known.set(topic, found)
  return found
}

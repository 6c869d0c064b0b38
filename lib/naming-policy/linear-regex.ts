import { RE2JS } from 're2js'

/**
 * People's patterns run here and nowhere else: RE2's syntax and its linear time (no backtracking, no
 * backreferences, no lookaround).
 */
export type LinearRegex = { matchesWhole(text: string): boolean }

const known = new Map<string, LinearRegex>()
const MOST_KNOWN = 500

/** Compiles a pattern; null when it is none (RE2 refuses backreferences, lookaround and repeats beyond 1000). */
export function compileLinear(pattern: string): LinearRegex | null {
  const found = known.get(pattern)
  if (found) return found
  try {
    const compiled = RE2JS.compile(`(?:${pattern})`)
    // Compiled alone as well: `a)(?:b` is a pattern only inside our parentheses.
    RE2JS.compile(pattern)
    const regex = { matchesWhole: (text: string) => compiled.matches(text) }
    if (known.size >= MOST_KNOWN) known.clear()
    known.set(pattern, regex)
    return regex
  } catch {
    return null
  }
}

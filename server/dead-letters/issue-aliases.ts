import { createHash } from 'node:crypto'

/**
 * What a person decided about fingerprints: `contains` null merges an issue into another, else letters with
 * that text are one of their own.
 */
export type AliasRow = { fingerprint: string; contains: string | null; into: string }

/** Fingerprints that people merged and split, as of one look at the store. */
export class IssueAliases {
  readonly rows: readonly AliasRow[]
  readonly #into = new Map<string, string>()
  readonly #members = new Map<string, Set<string>>()
  readonly #splits = new Map<string, { contains: string; into: string }[]>()

  constructor(rows: readonly AliasRow[] = []) {
    this.rows = rows
    for (const { fingerprint, contains, into } of rows) {
      if (contains === null) this.#into.set(fingerprint, into)
      else this.#splits.set(fingerprint, [...(this.#splits.get(fingerprint) ?? []), { contains, into }])
    }
    for (const fingerprint of this.#into.keys()) {
      const to = this.canonicalOf(fingerprint)
      this.#members.set(to, (this.#members.get(to) ?? new Set([to])).add(fingerprint))
    }
  }

  /** The issue that a fingerprint counts to. */
  canonicalOf(fingerprint: string): string {
    const seen = new Set<string>()
    let at = fingerprint
    // A circle, should two people merge against each other at once, ends where it began.
    while (!seen.has(at)) {
      seen.add(at)
      at = this.#into.get(at) ?? at
    }
    return at
  }

  /** All fingerprints that count to an issue, itself among them. */
  membersOf(fingerprint: string): ReadonlySet<string> {
    return this.#members.get(fingerprint) ?? new Set([fingerprint])
  }

  /** The fingerprint of a letter after what was split off. */
  splitOf(fingerprint: string, message: string | null): string {
    const found = this.#splits.get(fingerprint)?.find(({ contains }) => message?.includes(contains) === true)
    return found?.into ?? fingerprint
  }

  /** Fingerprints whose letters are counted otherwise than `before` said: their topics are read anew. */
  splitDifference(before: IssueAliases): string[] {
    const changed: string[] = []
    for (const fingerprint of new Set([...this.#splits.keys(), ...before.#splits.keys()])) {
      const now = this.#splits.get(fingerprint) ?? []
      const then = before.#splits.get(fingerprint) ?? []
      if (JSON.stringify(now) === JSON.stringify(then)) continue
      changed.push(fingerprint, ...[...now, ...then].map(({ into }) => into))
    }
    return changed
  }
}
/** The fingerprint of what is split off: the same on every replica and after every rebuild. */
export function splitFingerprint(fingerprint: string, contains: string): string {
  return `v1s:${createHash('sha256').update(`${fingerprint}\n${contains}`).digest('hex').slice(0, 32)}`
}

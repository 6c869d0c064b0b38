import type { JsonKind } from '@/lib/field-path'

/** A field that an edit gives a value of another kind than it had. */
export type KindChange = { field: string; before: JsonKind; after: JsonKind }

/** Enough for a person to read. */
const CHANGES_MAX = 10

/** Counts, over the records that go, fields that become of another kind. */
export class KindChanges {
  readonly #counts = new Map<string, KindChange & { records: number }>()

  add(changes: readonly KindChange[]): void {
    for (const change of changes) {
      const key = `${change.before} ${change.after} ${change.field}`
      const known = this.#counts.get(key)
      if (known) known.records++
      else this.#counts.set(key, { ...change, records: 1 })
    }
  }

  /** The frequent ones first. */
  list(): (KindChange & { records: number })[] {
    return [...this.#counts.values()].sort((a, b) => b.records - a.records).slice(0, CHANGES_MAX)
  }
}

/**
 * The library tells the kind of an object by its `constructor`, which a field of that name hides: such objects
 * become Maps, which it takes as well. The same value where there are none.
 */
export function withoutHiding(value: unknown): unknown {
  if (Array.isArray(value)) return changed(value, value.map(withoutHiding))
  if (!isPlainObject(value)) return value
  const names = Object.keys(value)
  const before = names.map(name => value[name])
  const after = changed(before, before.map(withoutHiding))
  const hides = Object.hasOwn(value, 'constructor')
  if (after === before && !hides) return value
  const entries = names.map((name, i): [string, unknown] => [name, after[i]])
  return hides ? new Map(entries) : Object.fromEntries(entries)
}

function changed<T>(before: T[], after: T[]): T[] {
  return after.some((item, i) => item !== before[i]) ? after : before
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const kind: unknown = Object.getPrototypeOf(value)
  return kind === null || kind === Object.prototype
}

import type { PolicyChange } from '../contracts/policies'
import type { PolicySpec } from '../contracts/policy-spec'

const MOST_CHANGES = 500

/**
 * What differs between two policies, by path in the order of the policy. Lists of words are compared as sets,
 * one change an element; lists of things with a name (segments) by that name; other lists by place. At most
 * 500 changes.
 */
export function diffPolicies(before: PolicySpec | null, after: PolicySpec | null): PolicyChange[] {
  const changes: PolicyChange[] = []
  walk('', before ?? undefined, after ?? undefined, changes)
  return changes.slice(0, MOST_CHANGES)
}

function walk(path: string, before: unknown, after: unknown, changes: PolicyChange[]): void {
  if (changes.length >= MOST_CHANGES || JSON.stringify(before) === JSON.stringify(after)) return
  if (Array.isArray(before) && Array.isArray(after)) {
    walkLists(path, before, after, changes)
    return
  }
  if (isRecord(before) && isRecord(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      walk(path === '' ? key : `${path}.${key}`, own(before, key), own(after, key), changes)
    return
  }
  changes.push({ path, before: textOf(before), after: textOf(after) })
}

function walkLists(
  path: string,
  before: readonly unknown[],
  after: readonly unknown[],
  changes: PolicyChange[],
): void {
  if ([...before, ...after].every(one => typeof one === 'string')) {
    const [old, now] = [new Set(before), new Set(after)]
    const gone = before.filter(one => !now.has(one))
    const come = after.filter(one => !old.has(one))
    for (const one of gone) changes.push({ path, before: textOf(one), after: null })
    for (const one of come) changes.push({ path, before: null, after: textOf(one) })
    // The same words in another order.
    if (gone.length + come.length === 0) changes.push({ path, before: textOf(before), after: textOf(after) })
    return
  }
  const names = [...new Set([...before, ...after].map(nameOf))]
  const isNamed = names.every(name => name !== null) && isUnique(before) && isUnique(after)
  if (!isNamed) {
    for (let i = 0; i < Math.max(before.length, after.length); i++)
      walk(`${path}[${i}]`, before[i], after[i], changes)
    return
  }
  for (const name of names)
    walk(
      `${path}[${name}]`,
      before.find(one => nameOf(one) === name),
      after.find(one => nameOf(one) === name),
      changes,
    )
  const order = (list: readonly unknown[]) => list.map(nameOf).join(', ')
  const kept = (list: readonly unknown[], other: readonly unknown[]) =>
    list.filter(one => other.some(two => nameOf(two) === nameOf(one)))
  if (order(kept(before, after)) !== order(kept(after, before)))
    changes.push({ path: `${path} (order)`, before: order(before), after: order(after) })
}

const isUnique = (list: readonly unknown[]) => new Set(list.map(nameOf)).size === list.length

function nameOf(value: unknown): string | null {
  const name = isRecord(value) ? own(value, 'name') : undefined
  return typeof name === 'string' ? name : null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function own(record: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined
}

function textOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

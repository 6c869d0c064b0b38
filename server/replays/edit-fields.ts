import type { FieldRule } from '@/lib/contracts/replay-request'
import { fieldSteps, jsonKind } from '@/lib/field-path'
import { mayBeMisnamed, readJson } from '@/lib/read-json'
import { EditError } from './edit-error'
import type { KindChange } from './kind-changes'

/** Depth that a field's path may reach. */
export const DEPTH_MAX = 50

/**
 * JSON text as the rules make it, in which every number keeps its digits; null: they change nothing. Throws
 * EditError. Fields that become of another kind (a number that becomes a text) are added to `kinds`; null is of
 * every kind.
 */
export function editFields(
  text: string,
  rules: readonly FieldRule[],
  kinds: KindChange[] = [],
): string | null {
  const root = parseExact(text)
  if (root === NOT_JSON) throw new EditError('not-json')
  let changed = false
  for (const rule of rules) changed = applyRule(root, rule, kinds) || changed
  return changed ? JSON.stringify(root) : null
}

export const NOT_JSON = Symbol('not JSON')

/**
 * JSON in which a number that a double would change stays as it was typed (ECMAScript's `JSON.rawJSON`), and
 * each name as it was written; NOT_JSON for what is none.
 */
export function parseExact(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' && context?.source !== undefined ? asTyped(context.source) : value,
    )
    return mayBeMisnamed(text, parsed) ? readJson(text, { numberOf: asTyped }) : parsed
  } catch {
    return NOT_JSON
  }
}

const asTyped = (digits: string) => (String(Number(digits)) === digits ? Number(digits) : rawJson(digits))

type RawJson = { rawJSON(text: string): object; isRawJSON(value: unknown): boolean }
// Node 24 has both; TypeScript's library does not know them yet.
const { rawJSON: rawJson, isRawJSON } = JSON as unknown as RawJson

const isContainer = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !isRawJSON(value)

/** Numbers that a double would change are kept as they were typed. */
const kindOf = (value: unknown) => (isRawJSON(value) ? 'number' : jsonKind(value))

/**
 * Answers whether anything changed. A path that leads nowhere is nothing to remove or rename; `set` makes the
 * last step only.
 */
function applyRule(root: unknown, rule: FieldRule, kinds: KindChange[]): boolean {
  const path = fieldSteps(rule.path) ?? []
  const last = path.at(-1) ?? ''
  const notAnObject = () => new EditError('not-an-object', { at: rule.path })
  if (!isContainer(root)) throw notAnObject()
  let at: object = root
  for (const part of path.slice(0, -1)) {
    const next: unknown = Object.hasOwn(at, part) ? Reflect.get(at, part) : undefined
    if (!isContainer(next)) {
      if (rule.op === 'set') throw notAnObject()
      return false
    }
    at = next
  }
  const isThere = Object.hasOwn(at, last)
  if (rule.op === 'set') {
    if (Array.isArray(at) && !/^(?:0|[1-9]\d{0,5})$/.test(last)) throw notAnObject()
    if (Array.isArray(at) && Number(last) > at.length) throw notAnObject()
    const value: unknown = rule.json === undefined ? rule.value : parseExact(rule.json)
    const old: unknown = isThere ? Reflect.get(at, last) : null
    if (isThere && JSON.stringify(old) === JSON.stringify(value)) return false
    const [before, after] = [kindOf(old), kindOf(value)]
    if (before !== 'null' && after !== 'null' && before !== after)
      kinds.push({ field: rule.path, before, after })
    define(at, last, value)
    return true
  }
  if (!isThere) return false
  if (rule.op === 'remove') {
    if (Array.isArray(at)) at.splice(Number(last), 1)
    else Reflect.deleteProperty(at, last)
    return true
  }
  if (Array.isArray(at)) throw notAnObject()
  if (rule.to === last) return false
  if (Object.hasOwn(at, rule.to)) throw new EditError('exists', { at: rule.to })
  // A renamed field stays where it stood.
  const entries = Object.entries(at)
  for (const [name] of entries) Reflect.deleteProperty(at, name)
  for (const [name, value] of entries) define(at, name === last ? rule.to : name, value)
  return true
}

/** As a property of its own, whatever its name: `__proto__` of a hostile record stays data. */
function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
}

import type { RequestChange } from './contracts/requests'
import { middleTruncate } from './format'

/** One thing that differs; null: it was not, or is not. */
export type ChangedLine = { field: string; before: string | null; after: string | null }

/** Longest value that a line keeps: a timeline is no archive. */
const MOST_KEPT = 300

/**
 * What a request asks for, a line each by field: plain fields by their name, configs as `configs.<name>`, those
 * that go back to the broker's default as `reset.<name>`, and what its name needs registered by kind.
 */
export function linesOfChange(change: RequestChange): Map<string, string> {
  const { configs = {}, reset = [], propose = [], expected, tags, operations, ...plain } = change
  const lines = new Map<string, string>()
  const say = (field: string, value: unknown) => {
    if (value !== undefined && value !== '' && value !== false) lines.set(field, String(value))
  }
  for (const [field, value] of Object.entries(plain)) say(field, value)
  for (const [name, value] of Object.entries(configs)) lines.set(`configs.${name}`, value)
  for (const name of reset) lines.set(`reset.${name}`, '')
  say('operations', operations?.join(', '))
  say('tags', tags?.join(', '))
  for (const { kind, name } of propose) {
    const said = lines.get(kind)
    lines.set(kind, said === undefined ? name : `${said}, ${name}`)
  }
  if (expected) say('expected', `${expected.recordsPerSecond} × ${expected.recordBytes}`)
  return lines
}

/** What of two lists of lines is not the same, in the order of the second one. */
export function changedLines(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): ChangedLine[] {
  const fields = new Set([...after.keys(), ...before.keys()])
  return [...fields]
    .filter(field => before.get(field) !== after.get(field))
    .map(field => ({ field, before: before.get(field) ?? null, after: after.get(field) ?? null }))
}

/** Lines as they are kept: no value longer than a screen shows. */
export function keptLines(lines: readonly ChangedLine[]): ChangedLine[] {
  const cut = (value: string | null) => (value === null ? null : middleTruncate(value, MOST_KEPT))
  return lines.map(({ field, before, after }) => ({ field, before: cut(before), after: cut(after) }))
}

/** Configs that change, as lines. */
export const configLines = (
  configs: readonly { name: string; before: string | null; after: string | null }[],
): ChangedLine[] => configs.map(({ name, before, after }) => ({ field: `configs.${name}`, before, after }))

import type { RequestChange, RequestKind } from '@/lib/contracts/requests'

/** Changes of a topic that is there, and access to it: what is asked for besides a new topic. */
export type ChangeKind = Exclude<RequestKind, 'create'>
export const CHANGE_KINDS = ['configs', 'partitions', 'access', 'delete'] as const satisfies ChangeKind[]
type Operation = NonNullable<RequestChange['operations']>[number]

/** What the fields of such a change hold, as typed. */
export type ChangeDraft = {
  count: string
  lines: string
  override: boolean
  principal: string
  operations: readonly Operation[]
  group: string
}

export const EMPTY_CHANGE: ChangeDraft = {
  count: '',
  lines: '',
  override: false,
  principal: '',
  operations: [],
  group: '',
}

/** `name=value` a line sets it, `name` or `-name` gives it back to the broker; null for a line that is neither. */
export function parseConfigLines(text: string): { configs: Record<string, string>; reset: string[] } | null {
  const configs: Record<string, string> = {}
  const reset: string[] = []
  for (const line of text
    .split('\n')
    .map(part => part.trim())
    .filter(Boolean)) {
    const [, minus, name = '', value] = /^(-)?\s*([a-z][a-z0-9.]*)\s*(?:=\s*(.*))?$/.exec(line) ?? []
    if (name === '' || (minus && value !== undefined)) return null
    if (value === undefined) reset.push(name)
    else Object.defineProperty(configs, name, { value, enumerable: true, configurable: true })
  }
  return { configs, reset }
}

/** The lines that say this, one a config. */
export function configLines(configs: Record<string, string>, reset: readonly string[] = []): string {
  return [
    ...Object.entries(configs).map(([name, value]) => `${name}=${value}`),
    ...reset.map(name => `-${name}`),
  ]
    .sort()
    .join('\n')
}

/** What is asked for, or null while something is missing or misspelt. */
export function changeOf(kind: ChangeKind, draft: ChangeDraft): RequestChange | null {
  switch (kind) {
    case 'delete':
      return { override: draft.override }
    case 'partitions':
      return /^[1-9]\d{0,5}$/.test(draft.count.trim()) ? { partitions: Number(draft.count) } : null
    case 'configs': {
      const parsed = parseConfigLines(draft.lines)
      if (parsed === null) return null
      return Object.keys(parsed.configs).length + parsed.reset.length === 0 ? null : parsed
    }
    case 'access': {
      const principal = draft.principal.trim()
      const group = draft.group.trim()
      if (!/^[A-Za-z]+:\S/.test(principal) || draft.operations.length === 0) return null
      const reads = draft.operations.includes('read')
      return { principal, operations: [...draft.operations], ...(reads && group ? { group } : {}) }
    }
  }
}

/** What a draft can keep of it, whole or not: null for what cannot be kept as it is typed. */
export function storableOf(kind: ChangeKind, draft: ChangeDraft): RequestChange | null {
  const whole = changeOf(kind, draft)
  if (whole !== null) return whole
  if (kind === 'partitions') return draft.count.trim() === '' ? {} : null
  if (kind === 'configs') return parseConfigLines(draft.lines) === null ? null : {}
  const { principal, operations, group } = draft
  return {
    operations: [...operations],
    ...(principal.trim() ? { principal: principal.trim() } : {}),
    ...(group.trim() ? { group: group.trim() } : {}),
  }
}

/** A change as the fields show it. */
export function draftOf(change: RequestChange): ChangeDraft {
  return {
    count: change.partitions === undefined ? '' : String(change.partitions),
    lines: configLines(change.configs ?? {}, change.reset),
    override: change.override ?? false,
    principal: change.principal ?? '',
    operations: change.operations ?? [],
    group: change.group ?? '',
  }
}

const MOST_LINKS = 20

/** Addresses, one a line; null when one of them is no web address, or they are too many. */
export function parseLinks(text: string): string[] | null {
  const lines = text
    .split(/\s+/)
    .map(line => line.trim())
    .filter(Boolean)
  const isLink = (line: string) => /^https?:\/\//i.test(line) && line.length <= 2000 && URL.canParse(line)
  return lines.length <= MOST_LINKS && lines.every(isLink) ? [...new Set(lines)] : null
}

import type { OutputOf } from '@/lib/contracts/endpoint'
import { type Message, messages } from '@/lib/contracts/messages'
import { mayBeMisnamed, readJson } from '@/lib/read-json'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { listMessages } from './list-messages'

type Fields = OutputOf<typeof messages.fields>['fields']
type Seen = { types: Set<Fields[number]['types'][number]>; count: number; examples: Set<string> }

const RECORDS = 200
const FIELDS_MAX = 500
const DEPTH_MAX = 5
const EXAMPLES_MAX = 3
const EXAMPLE_CHARS = 80
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Fields of the newest 200 records as a filter says them, the frequent ones first. */
export const listFields = verb(messages.fields, async (ctx, { cluster, topic }) => {
  authorise(ctx, 'record.read', { cluster, topic })
  const input = messages.list.input.parse({ cluster, topic, limit: RECORDS })
  const { items } = await listMessages(ctx, input)
  const seen = new Map<string, Seen>()
  for (const item of items) {
    note(seen, 'key', textOf(item.key))
    note(seen, 'value', textOf(item.value))
    for (const { name, value } of item.headers)
      note(seen, `headers[${JSON.stringify(name)}]`, value === null ? null : value.text)
  }
  const fields = [...seen].map(([path, { types, count, examples }]) => ({
    path,
    types: [...types].sort(),
    share: items.length === 0 ? 0 : Math.min(1, count / items.length),
    examples: [...examples],
  }))
  return { records: items.length, fields: fields.sort((a, b) => b.share - a.share).slice(0, FIELDS_MAX) }
})

/** What a filter would see, as far as names and types go. */
function textOf(payload: Message['value']): unknown {
  if (payload === null) return null
  if (payload.format === 'text' || payload.format === 'hex' || payload.format === 'uuid') return payload.text
  if (payload.truncated) return undefined
  try {
    const parsed: unknown = JSON.parse(payload.text)
    return mayBeMisnamed(payload.text, parsed) ? readJson(payload.text, { numberOf: Number }) : parsed
  } catch {
    return payload.text
  }
}

function note(seen: Map<string, Seen>, path: string, value: unknown, depth = 0): void {
  if (value === undefined || depth > DEPTH_MAX) return
  const known = seen.get(path)
  if (known === undefined && seen.size >= FIELDS_MAX * 2) return
  const entry = known ?? { types: new Set(), count: 0, examples: new Set() }
  seen.set(path, entry)
  entry.types.add(typeOf(value))
  entry.count++
  if (Array.isArray(value)) note(seen, `${path}[0]`, value[0], depth + 1)
  else if (typeof value === 'object' && value !== null)
    for (const [name, inner] of Object.entries(value))
      note(seen, NAME.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`, inner, depth + 1)
  else if (entry.examples.size < EXAMPLES_MAX) entry.examples.add(String(value).slice(0, EXAMPLE_CHARS))
}

function typeOf(value: unknown): Fields[number]['types'][number] {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'object') return 'map'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'double'
  return 'string'
}

import { elementTexts, memberTexts } from '@/lib/json-scan'

/** What an exported line cannot be made a record of again. */
export class NotReproducible extends Error {}

/** Is this a line of an export (`server/messages/export-lines.ts`) and not one that was made to be written? */
export const isExportedLine = (line: unknown): boolean =>
  typeof line === 'object' && line !== null && 'offset' in line && 'timestampType' in line

/**
 * A line of an NDJSON export as a record to write: key, value and headers as they stood, JSON digit for
 * digit; its partition by the key, its time now, as anything that is written again. Bytes that stand in the
 * line go first; what a schema had decoded is written by that schema of the cluster's registry. Throws
 * NotReproducible for what is neither: its bytes do not stand in the line.
 */
export function fromExportedLine(text: string): unknown {
  const members = memberTexts(text)
  const headers = elementTexts(members.get('headers') ?? '[]').map(header => {
    const parts = memberTexts(header)
    return { name: JSON.parse(parts.get('name') ?? '""') as unknown, value: partOf(parts, 'value') }
  })
  return { key: partOf(members, 'key'), value: partOf(members, 'value'), headers }
}

const BY_SCHEMA: readonly unknown[] = ['avro', 'protobuf', 'json-schema']

function partOf(members: ReadonlyMap<string, string>, name: string) {
  const base64 = members.get(`${name}Base64`)
  if (base64 !== undefined) return { encoding: 'base64', data: JSON.parse(base64) as unknown }
  const text = members.get(name)
  const format = JSON.parse(members.get(`${name}Format`) ?? 'null') as unknown
  // JSON's own null has a format; a tombstone has none.
  if (text === undefined || format === null) return null
  if (format === 'text') return { encoding: 'text', data: JSON.parse(text) as unknown }
  if (format === 'json') return { encoding: 'json', data: text }
  const schema = BY_SCHEMA.includes(format) ? schemaOf(members.get(`${name}Schema`)) : null
  if (schema !== null) return { encoding: 'json', data: text, schema }
  throw new NotReproducible(`${name}: was exported as ${String(format)}; its bytes are not in the line`)
}

/** By its id; by its subject where somebody took the id out, for a registry that has other ids. */
function schemaOf(text: string | undefined): unknown {
  const named = JSON.parse(text ?? 'null') as Partial<
    Record<'id' | 'subject' | 'version' | 'message', unknown>
  > | null
  if (named === null || typeof named !== 'object') return null
  const { id, subject, version } = named
  const message = typeof named.message === 'string' ? { message: named.message } : {}
  if (typeof id === 'number') return { id, ...message }
  if (typeof subject !== 'string') return null
  return { subject, ...(typeof version === 'number' ? { version } : {}), ...message }
}

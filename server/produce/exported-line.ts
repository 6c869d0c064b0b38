import { elementTexts, memberTexts } from '@/lib/json-scan'

/** What an exported line cannot be made a record of again. */
export class NotReproducible extends Error {}

/** Is this a line of an export (`server/messages/export-lines.ts`) and not one that was made to be written? */
export const isExportedLine = (line: unknown): boolean =>
  typeof line === 'object' && line !== null && 'offset' in line && 'timestampType' in line

/**
 * A line of an NDJSON export as a record to write: key, value and headers as they stood, JSON digit for digit; its partition by the
 * key, its time now, as anything that is written again. Throws NotReproducible for what a schema or a number format had decoded: its
 * bytes do not stand in the line.
 */
export function fromExportedLine(text: string): unknown {
  const members = memberTexts(text)
  const headers = elementTexts(members.get('headers') ?? '[]').map(header => {
    const parts = memberTexts(header)
    return { name: JSON.parse(parts.get('name') ?? '""') as unknown, value: partOf(parts, 'value') }
  })
  return { key: partOf(members, 'key'), value: partOf(members, 'value'), headers }
}

function partOf(members: ReadonlyMap<string, string>, name: string) {
  const base64 = members.get(`${name}Base64`)
  if (base64 !== undefined) return { encoding: 'base64', data: JSON.parse(base64) as unknown }
  const text = members.get(name)
  const format = JSON.parse(members.get(`${name}Format`) ?? 'null') as unknown
  // JSON's own null has a format; a tombstone has none.
  if (text === undefined || format === null) return null
  if (format === 'text') return { encoding: 'text', data: JSON.parse(text) as unknown }
  if (format === 'json') return { encoding: 'json', data: text }
  throw new NotReproducible(`${name}: was exported as ${String(format)}; its bytes are not in the line`)
}

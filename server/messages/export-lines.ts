import type { Message, Payload } from '@/lib/contracts/messages'
import type { LogRecord } from '@/server/kafka/port'
import { MARK } from '@/server/serde/byte-order-mark'
import type { RecordSerde } from '@/server/serde/record-serde'

/** One format of an export: what stands first, and one record. */
export type ExportFormat = {
  extension: string
  contentType: string
  head: string
  /** `serde` read the record; without it what a schema decoded goes with its bytes. */
  line(message: Message, record: LogRecord, serde?: RecordSerde): Buffer
}

/**
 * Cells that a spreadsheet would run: an apostrophe in front makes them text (OWASP, "CSV Injection"). Plain
 * numbers stay numbers.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/
const NUMBER = /^-?\d+(\.\d+)?$/

export const EXPORT_FORMATS: Record<'ndjson' | 'csv' | 'raw', ExportFormat> = {
  ndjson: {
    extension: 'ndjson',
    contentType: 'application/x-ndjson; charset=utf-8',
    head: '',
    line: (message, record, serde) => Buffer.from(`${jsonLine(message, record, serde)}\n`),
  },
  csv: {
    extension: 'csv',
    contentType: 'text/csv; charset=utf-8',
    // The mark makes spreadsheets read UTF-8.
    head: '\uFEFFpartition,offset,timestamp,key,value,headers\r\n',
    line: (message, record) => Buffer.from(csvLine(message, record)),
  },
  raw: {
    extension: 'bin',
    contentType: 'application/octet-stream',
    head: '',
    line: (_, record) => rawRecord(record),
  },
}

type Part = {
  name: string
  payload: Payload | null
  raw: Buffer | null
  comesBack: (text: string) => boolean
}

/** Numbers stand as they stood: JSON is copied, never parsed and written anew. What is no text goes as base64. */
function jsonLine(message: Message, record: LogRecord, serde: RecordSerde | undefined): string {
  const headers = message.headers.map((header, i) => {
    const raw = record.headers[i]?.value ?? null
    return `{"name":${JSON.stringify(header.name)},${jsonPart({ name: 'value', payload: header.value, raw, comesBack: never })}}`
  })
  const part = (name: 'key' | 'value') =>
    jsonPart({
      name,
      payload: message[name],
      raw: record[name],
      comesBack: text => serde?.comesBack(name, record, text) ?? false,
    })
  return [
    `{"partition":${message.partition}`,
    `"offset":"${message.offset}"`,
    `"timestamp":${JSON.stringify(message.timestamp)}`,
    `"timestampType":"${message.timestampType}"`,
    part('key'),
    part('value'),
    `"headers":[${headers.join(',')}]${message.aborted ? ',"aborted":true' : ''}${message.undecided ? ',"undecided":true' : ''}}`,
  ].join(',')
}

const never = () => false

/**
 * What a person reads, how it was read, and what writing it again takes (`server/produce/exported-line.ts`):
 * text and JSON as they are, the schema's id where its JSON comes back as the same bytes, else the bytes
 * beside the text.
 */
function jsonPart({ name, payload, raw, comesBack }: Part): string {
  if (payload === null || raw === null) return `"${name}":null`
  const text = wholeText(payload, raw)
  // Few parts need them.
  const bytes = () => `,"${name}Base64":"${raw.toString('base64')}"`
  const format = `,"${name}Format":"${payload.format}"`
  const failure = payload.errorCode ? `,"${name}Error":"${payload.errorCode}"` : ''
  if (text === null) return `"${name}":null${bytes()}${format}${failure}`
  // A line end inside of JSON text is always between its parts.
  const shown = isJson(payload) ? text.replace(/[\r\n]+/g, ' ') : JSON.stringify(text)
  const schema = payload.schema ? `,"${name}Schema":${JSON.stringify(payload.schema)}` : ''
  const isEnough = isVerbatim(payload, text, raw) || (payload.schema !== undefined && comesBack(shown))
  return `"${name}":${shown}${isEnough ? '' : bytes()}${format}${schema}`
}

const isJson = ({ format }: Payload) => format !== 'text' && format !== 'number' && format !== 'uuid'

/** Is the text the bytes themselves? */
function isVerbatim({ format, inside }: Payload, text: string, raw: Buffer): boolean {
  return (format === 'json' || format === 'text') && inside === undefined && raw.equals(Buffer.from(text))
}

/** The text to its end; null for bytes that have none, and for decoded text that was cut. */
function wholeText(payload: Payload, raw: Buffer): string | null {
  if (payload.format === 'hex') return null
  if (!payload.truncated) return payload.text
  const isRaw = payload.decoder === payload.format && (payload.format === 'json' || payload.format === 'text')
  if (!isRaw) return null
  if (payload.inside === 'utf-8-bom') return raw.toString('utf8', MARK.length)
  return payload.inside === undefined ? raw.toString('utf8') : null
}

function csvLine(message: Message, record: LogRecord): string {
  const headers = message.headers.map((header, i) => [
    header.name,
    cellText(header.value, record.headers[i]?.value ?? null),
  ])
  const cells = [
    String(message.partition),
    message.offset,
    message.timestamp,
    cellText(message.key, record.key),
    cellText(message.value, record.value),
    headers.length === 0 ? null : JSON.stringify(headers),
  ]
  return `${cells.map(cell).join(',')}\r\n`
}

function cellText(payload: Payload | null, raw: Buffer | null): string | null {
  if (payload === null || raw === null) return null
  return wholeText(payload, raw) ?? `base64:${raw.toString('base64')}`
}

/** null is nothing at all, an empty text two quotes. */
function cell(text: string | null): string {
  if (text === null) return ''
  if (text === '') return '""'
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/**
 * Byte for byte, big-endian: partition int32, offset int64, timestamp int64 (ms), key, value, number of
 * headers int32, then name and value of each; bytes are an int32 length (-1: null) and the bytes themselves.
 */
function rawRecord(record: LogRecord): Buffer {
  const head = Buffer.alloc(20)
  head.writeInt32BE(record.partition, 0)
  head.writeBigInt64BE(record.offset, 4)
  head.writeBigInt64BE(BigInt(Math.trunc(record.timestampMs)), 12)
  const headers = record.headers
  return Buffer.concat([
    head,
    ...sized(record.key),
    ...sized(record.value),
    int32(headers.length),
    ...headers.flatMap(({ name, value }) => [...sized(name), ...sized(value)]),
  ])
}

function sized(bytes: Buffer | null): Buffer[] {
  return bytes === null ? [int32(-1)] : [int32(bytes.length), bytes]
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

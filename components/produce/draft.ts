import type { RawInputOf } from '@/lib/contracts/endpoint'
import type { Message, Payload } from '@/lib/contracts/messages'
import type { produce } from '@/lib/contracts/produce'

/** How a key, a value or a header is given. `schema`: JSON that the registry's schema serialises. */
export const PART_KINDS = ['text', 'json', 'schema', 'base64', 'null'] as const
export type PartKind = (typeof PART_KINDS)[number]
export type PartDraft = {
  kind: PartKind
  data: string
  subject: string
  /** Of a Protobuf schema the message that is written; its first one where none is named. */
  message?: string | undefined
  /** The very schema of the record that was taken as an example, as long as the subject stays that one's. */
  wroteBy?: { id: number; subject: string } | undefined
}
export type HeaderDraft = { name: string; value: PartDraft }
export type ProduceDraft = {
  key: PartDraft
  value: PartDraft
  headers: HeaderDraft[]
  /** Empty: by the key. */
  partition: string
  /** Empty: now. ISO 8601. */
  timestamp: string
}
type ProduceInput = RawInputOf<typeof produce.one>

/** A text of this length is no longer edited by hand. */
export const LONG_CHARS = 524_288

export const part = (kind: PartKind, data = '', subject = ''): PartDraft => ({ kind, data, subject })

export function emptyDraft(topic: string): ProduceDraft {
  return {
    key: part('null', '', `${topic}-key`),
    value: part('json', '{\n  \n}', `${topic}-value`),
    headers: [],
    partition: '',
    timestamp: '',
  }
}

/** What is wrong that the browser can tell, by field. Keys of words, not words. */
export function checkProduceDraft(
  draft: ProduceDraft,
  partitions: number | null,
): Partial<Record<string, string>> {
  const found: Partial<Record<string, string>> = {}
  for (const name of ['key', 'value'] as const) {
    const problem = checkPart(draft[name])
    if (problem) found[name] = problem
  }
  draft.headers.forEach((header, i) => {
    const problem = checkPart(header.value)
    if (problem) found[`headers[${i}].value`] = problem
  })
  if (draft.partition !== '') {
    const number = Number(draft.partition)
    const inside = /^\d{1,10}$/.test(draft.partition) && (partitions === null || number < partitions)
    if (!inside) found.partition = 'partition'
  }
  if (draft.timestamp !== '' && Number.isNaN(Date.parse(draft.timestamp))) found.timestamp = 'timestamp'
  return found
}

function checkPart({ kind, data, subject }: PartDraft): string | null {
  if (kind === 'base64' && !/^[A-Za-z0-9+/_-]*={0,2}$/.test(data.trim())) return 'base64'
  if (kind === 'schema' && subject.trim() === '') return 'subject'
  if (kind !== 'json' && kind !== 'schema') return null
  // Every key pressed would parse it whole: the server tells.
  if (data.length > LONG_CHARS) return null
  try {
    JSON.parse(data)
    return null
  } catch {
    return 'json'
  }
}

/** By which schema a part is written: the record's own, else the latest of the subject. */
export function writtenBy({ subject, message, wroteBy }: PartDraft) {
  const named = message ? { message } : {}
  return wroteBy?.subject === subject.trim()
    ? { id: wroteBy.id, ...named }
    : { subject: subject.trim(), ...named }
}

function toPart(draft: PartDraft): NonNullable<ProduceInput['key']> | null {
  const { kind, data } = draft
  switch (kind) {
    case 'null':
      return null
    case 'text':
    case 'json':
      return { encoding: kind, data }
    case 'base64':
      return { encoding: kind, data: data.trim() }
    case 'schema':
      return { encoding: 'json', data, schema: writtenBy(draft) }
  }
}

export function toProduceInput(
  cluster: string,
  topic: string,
  draft: ProduceDraft,
  dryRun: boolean,
): ProduceInput {
  return {
    cluster,
    topic,
    key: toPart(draft.key),
    value: toPart(draft.value),
    headers: draft.headers.map(({ name, value }) => ({ name, value: toPart(value) })),
    partition: draft.partition === '' ? null : Number(draft.partition),
    timestamp: draft.timestamp === '' ? null : new Date(draft.timestamp).toISOString(),
    dryRun,
  }
}

/**
 * A draft of a record that is there. `raw` gives the bytes of a key or value in base64 where its text does
 * not stand for all of them. A header that was cut can't be had whole: it is told by its number.
 */
export async function draftOf(
  topic: string,
  message: Message,
  raw: (which: 'key' | 'value') => Promise<string>,
): Promise<{ draft: ProduceDraft; cutHeaders: number }> {
  const whole = async (which: 'key' | 'value') => {
    const payload = message[which]
    return partOf(payload, `${topic}-${which}`) ?? part('base64', await raw(which), `${topic}-${which}`)
  }
  const headers = message.headers.map(({ name, value }) => ({ name, value: partOf(value, '') }))
  return {
    draft: {
      key: await whole('key'),
      value: await whole('value'),
      headers: headers.map(({ name, value }) => ({ name, value: value ?? part('text') })),
      partition: '',
      timestamp: '',
    },
    cutHeaders: headers.filter(header => header.value === null).length,
  }
}

/** null: its text is not all of it. */
function partOf(payload: Payload | null, subject: string): PartDraft | null {
  if (payload === null) return part('null', '', subject)
  const { format, text, decoder, schema, inside } = payload
  if (payload.truncated) return null
  // The mark is typed as the character that it is: JSON behind it would be refused.
  if (inside === 'utf-8-bom') return part('text', `\ufeff${text}`, subject)
  if (inside !== undefined) return null
  // By the latest version, or without what its headers say, it would be other bytes: those go as they are.
  if (schema?.subject && typeof schema.id === 'number' && payload.comesBack)
    return {
      ...part('schema', text, schema.subject),
      message: schema.message,
      wroteBy: { id: schema.id, subject: schema.subject },
    }
  if (format === 'json' && (decoder === undefined || decoder === 'json')) return part('json', text, subject)
  if (format === 'text' && (decoder === undefined || decoder === 'text')) return part('text', text, subject)
  if (format === 'hex') return part('base64', base64OfHex(text), subject)
  if (format === 'number' && decoder === undefined)
    return part('base64', base64OfHex(bigEndian(text, payload.bytes)), subject)
  return null
}

function bigEndian(digits: string, bytes: number): string {
  return BigInt.asUintN(bytes * 8, BigInt(digits))
    .toString(16)
    .padStart(bytes * 2, '0')
}

function base64OfHex(hex: string): string {
  let binary = ''
  for (let at = 0; at < hex.length; at += 2)
    binary += String.fromCharCode(Number.parseInt(hex.slice(at, at + 2), 16))
  return btoa(binary)
}

export function base64OfBytes(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 32_768)
    binary += String.fromCharCode(...bytes.subarray(at, at + 32_768))
  return btoa(binary)
}

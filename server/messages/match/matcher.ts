import type { LogRecord, RecordSteps } from '@/server/kafka/port'
import { DecodeError, type DecodeFailure } from '@/server/serde/decode-error'
import { headerName } from '@/server/serde/decode-header'
import type { SchemaRef } from '@/server/serde/schema/schema-ref'
import { type CelFilter, compileCel, type FilterVariables } from './cel'
import type { FilterSpec } from './filter-spec'
import type { Why } from './filter-why'
import { Needle, type NeedleSpec } from './needle'
import type { Part, PartReader } from './part-reader'

/** What a record is for a filter; `error` is a record that can't be judged: told, never a silent no. */
export type Verdict = boolean | Unjudged | { wanted: SchemaRef }
/** `failure`: where the record could not be decoded. */
export type Unjudged = { error: string; failure?: DecodeFailure | null } & Partial<Why>

/** As a search tells it. */
export const toldOf = ({ error, failure, why, params }: Unjudged) => ({
  reason: error,
  ...(failure ? { errorCode: failure.code, errorParams: failure.params } : {}),
  ...(why && params ? { why, params } : {}),
})

/** Shorter header values are everywhere. */
const HEADER_NEEDLE_BYTES = 2

/**
 * One filter over the records of a search: raw bytes first, a batch at a time and then a record, and only
 * what may be a hit is decoded. Answers exactly what `judge` would for every record by itself.
 */
export class Matcher {
  readonly #spec: FilterSpec
  readonly #cel: CelFilter | null
  readonly #needles: readonly Needle[]
  readonly #contains: Buffer | null
  readonly #containsText: string | null
  readonly #key: Buffer | null
  readonly #decodes: readonly Part[]

  constructor(spec: FilterSpec) {
    this.#spec = spec
    const compiled = spec.filter === null ? null : compileCel(spec.filter)
    if (compiled !== null && !compiled.ok) throw new Error(compiled.error.message)
    this.#cel = compiled?.filter ?? null
    this.#needles = needlesOf(spec, this.#cel).map(one => new Needle(one))
    this.#contains = spec.contains && Buffer.from(spec.contains.bytes)
    const text = spec.contains?.text ?? null
    this.#containsText = spec.contains?.ignoreCase ? (text?.toLowerCase() ?? null) : text
    this.#key = spec.key && Buffer.from(spec.key.bytes)
    this.#decodes = decodedParts(spec, this.#cel)
  }

  /** Begins with a batch. False: no record in it can be a hit. */
  enter(body: Buffer, reader: PartReader): boolean {
    // Every needle must look, since each keeps its place.
    let possible = true
    for (const needle of this.#needles) if (!needle.enter(body, reader.transparency)) possible = false
    return possible
  }

  /** Can the record be left out without decoding it? */
  ruledOut(record: RecordSteps): boolean {
    for (const needle of this.#needles) if (!needle.maybeIn(record)) return true
    return false
  }

  /** The plain evaluation of one record. */
  judge(record: LogRecord, topic: string, reader: PartReader): Verdict {
    const { key, contains, headers } = this.#spec
    // Asked first, so that no test sees half a record.
    for (const part of this.#decodes) {
      const wanted = reader.wanted(part, record)
      if (wanted !== null) return { wanted }
    }
    if (key !== null && !this.#isKey(record, reader)) return false
    if (headers.length > 0 && !this.#hasHeaders(record, reader)) return false
    if (contains !== null && !this.#contained(record, reader)) return false
    return this.#cel === null || this.#condition(this.#cel, record, topic, reader)
  }

  #isKey(record: LogRecord, reader: PartReader): boolean {
    const { key } = record
    if (key === null || this.#key === null) return false
    if (key.equals(this.#key)) return true
    const text = this.#spec.key?.text ?? null
    return text !== null && reader.text('key', record) === text
  }

  #hasHeaders(record: LogRecord, reader: PartReader): boolean {
    const present = record.headers
    return this.#spec.headers.every(wanted =>
      present.some(({ name, value }) => {
        if (headerName(name) !== wanted.name) return false
        if (wanted.value === null) return true
        if (value === null) return false
        return (
          value.equals(Buffer.from(wanted.value)) || reader.header(wanted.name, value).text === wanted.value
        )
      }),
    )
  }

  #contained(record: LogRecord, reader: PartReader): boolean {
    const { contains } = this.#spec
    const bytes = this.#contains
    if (contains === null || bytes === null) return true
    const { parts, ignoreCase } = contains
    if (!ignoreCase) {
      for (const part of ['key', 'value'] as const)
        if (parts.includes(part) && record[part]?.includes(bytes)) return true
      if (parts.includes('headers') && record.headers.some(({ value }) => value?.includes(bytes))) return true
    }
    const text = this.#containsText
    return text !== null && this.#textContains(record, reader, text)
  }

  #textContains(record: LogRecord, reader: PartReader, text: string): boolean {
    const parts = this.#spec.contains?.parts ?? []
    const ignoreCase = this.#spec.contains?.ignoreCase === true
    const holds = (shown: string | null) =>
      shown !== null && (ignoreCase ? shown.toLowerCase() : shown).includes(text)
    for (const part of ['key', 'value'] as const) {
      if (!parts.includes(part) || record[part] === null) continue
      if (holds(reader.text(part, record) ?? (ignoreCase ? (record[part]?.toString('utf8') ?? null) : null)))
        return true
    }
    if (!parts.includes('headers')) return false
    return record.headers.some(({ name, value }) => {
      if (value === null) return false
      const shown = reader.header(headerName(name), value)
      return (!shown.raw || ignoreCase) && holds(shown.text)
    })
  }

  #condition(cel: CelFilter, record: LogRecord, topic: string, reader: PartReader): Verdict {
    const { uses, fields } = cel
    let variables: FilterVariables
    try {
      variables = {
        key: uses.has('key') ? reader.value('key', record, fields.key) : null,
        value: uses.has('value') ? reader.value('value', record, fields.value) : null,
        headers: uses.has('headers') ? headersOf(record, reader) : null,
        partition: uses.has('partition') ? BigInt(record.partition) : 0n,
        offset: uses.has('offset') ? record.offset : 0n,
        timestamp: uses.has('timestamp') ? timestampOf(record) : null,
        size: uses.has('size') ? BigInt(sizeOf(record)) : 0n,
        topic,
      }
    } catch (error) {
      const failure = error instanceof DecodeError ? failureOf(error) : null
      return { error: error instanceof Error ? error.message : 'It could not be read.', failure }
    }
    const answer = cel.test(variables)
    return answer === 'missing' ? false : answer
  }
}

/** What is said of a misfit of a schema is its `why`. */
function failureOf({ failure, detail }: DecodeError): DecodeFailure | null {
  return failure ?? (detail.why === undefined ? null : { code: 'SCHEMA_MISMATCH', params: detail })
}

function timestampOf({ timestampType, timestampMs }: LogRecord): Date | null {
  return timestampType === 'NoTimestamp' ? null : new Date(timestampMs)
}

function decodedParts({ key, contains }: FilterSpec, cel: CelFilter | null): Part[] {
  const decodes = (part: Part) =>
    (part === 'key' && key !== null) || contains?.parts.includes(part) || cel?.uses.has(part)
  return (['key', 'value'] as const).filter(decodes)
}

function sizeOf({ key, value, headers }: LogRecord): number {
  let sum = (key?.length ?? 0) + (value?.length ?? 0)
  for (const header of headers) sum += header.name.length + (header.value?.length ?? 0)
  return sum
}

/** By name; of a name that is there twice the last one, as Kafka's `lastHeader`. */
function headersOf(record: LogRecord, reader: PartReader): Map<string, string | null> {
  const found = new Map<string, string | null>()
  for (const { name, value } of record.headers) {
    const text = headerName(name)
    found.set(text, value === null ? null : reader.header(text, value).text)
  }
  return found
}

const nowhere = { key: false, value: false, headers: false, raw: false, escapes: false }

function needlesOf(spec: FilterSpec, cel: CelFilter | null): NeedleSpec[] {
  const needles: NeedleSpec[] = []
  const { key, contains, headers } = spec
  if (key !== null && key.bytes.length > 0)
    needles.push({ ...nowhere, texts: [key.bytes], key: true, raw: key.text === null })
  for (const { name, value } of headers) {
    const bytes = new TextEncoder().encode(name)
    // A name that is shown with escapes stands otherwise in the bytes.
    if (bytes.length > 0 && !name.includes('\\x'))
      needles.push({ ...nowhere, texts: [bytes], headers: true, raw: true })
    const wanted = new TextEncoder().encode(value ?? '')
    if (wanted.length >= HEADER_NEEDLE_BYTES) needles.push({ ...nowhere, texts: [wanted], headers: true })
  }
  if (contains !== null && !contains.ignoreCase) {
    const { bytes, text, parts } = contains
    needles.push({
      ...nowhere,
      texts: [bytes],
      key: parts.includes('key'),
      value: parts.includes('value'),
      headers: parts.includes('headers'),
      raw: text === null,
    })
  }
  if (cel?.literals) {
    const { texts, parts } = cel.literals
    needles.push({
      ...nowhere,
      texts: texts.map(text => new TextEncoder().encode(text)),
      key: parts.has('key'),
      value: parts.has('value'),
      headers: parts.has('headers'),
      escapes: true,
    })
  }
  return needles
}

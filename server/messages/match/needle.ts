import type { RecordSteps } from '@/server/kafka/port'
import { ByteFinder } from './byte-finder'
import { surelyText } from './surely-text'

const BACKSLASH = 0x5c
/** What a number, a UUID or bytes shown in hexadecimal are made of. */
const HEX_LIKE = /^[0-9a-f.+-]+$/i

/** Texts one of which stands in the raw bytes of every hit. */
export type NeedleSpec = {
  texts: readonly Uint8Array[]
  /** The parts where it would stand. */
  key: boolean
  value: boolean
  headers: boolean
  /** It is compared with raw bytes only: nothing that decoding shows matters. */
  raw: boolean
  /** It is compared with strings inside of JSON, where it may stand escaped. */
  escapes: boolean
}

/** How a topic's bytes may be looked at undecoded. */
export type Transparency = {
  /** Nobody chose how it is read. */
  key: boolean
  value: boolean
  /** Headers may name a schema for bytes that look like text, and there is a registry to ask for it. */
  schemaHeaders: boolean
}

/** Each stands in the name of a header that carries a schema's id (Confluent's and Apicurio's). */
const SCHEMA_HEADERS = ['schema_id', 'apicurio'].map(name => new ByteFinder(Buffer.from(name)))

/**
 * Looks for one needle in the bytes of a whole batch, then tells by record whether it may hold it. It never
 * says no of a record whose decoded form might: where raw bytes and what they decode to can differ, the
 * answer is maybe.
 */
export class Needle {
  readonly #spec: NeedleSpec
  readonly #finders: readonly ByteFinder[]
  readonly #strict: boolean
  #body: Buffer = Buffer.alloc(0)
  #transparent: Transparency = { key: true, value: true, schemaHeaders: false }
  /** By text the next place at or behind the record; the body's length when there is none. */
  readonly #next: number[]
  #nextEscape = 0

  constructor(spec: NeedleSpec) {
    this.#spec = spec
    this.#finders = spec.texts.map(text => new ByteFinder(text))
    this.#strict = spec.texts.some(
      text => HEX_LIKE.test(Buffer.from(text).toString('latin1')) || text.some(b => b >= 0x80),
    )
    this.#next = this.#finders.map(() => 0)
  }

  /** Begins with a batch. False: none of its records can be a hit, whatever stands in them. */
  enter(body: Buffer, transparent: Transparency): boolean {
    this.#body = body
    this.#transparent = transparent
    const end = body.length
    let found = false
    for (const [i, finder] of this.#finders.entries()) {
      const at = finder.in(body)
      this.#next[i] = at < 0 ? end : at
      if (at >= 0) found = true
    }
    if (this.#spec.raw) return found
    // Where no registry can be asked such bytes are shown in hexadecimal.
    const isLooked = transparent.schemaHeaders || this.#strict
    if (isLooked && SCHEMA_HEADERS.some(finder => finder.in(body) >= 0))
      this.#transparent = { key: false, value: false, schemaHeaders: true }
    if (this.#spec.escapes) this.#nextEscape = placeOr(body.indexOf(BACKSLASH), end)
    return true
  }

  /** May the record hold it? Records come in their order. */
  maybeIn(record: RecordSteps): boolean {
    const { start, end } = record
    const next = this.#next
    for (let i = 0; i < next.length; i++) {
      let at = next[i] ?? end
      if (at < start) {
        at = placeOr(this.#finders[i]?.in(this.#body, start) ?? -1, this.#body.length)
        next[i] = at
      }
      if (at < end) return true
    }
    const spec = this.#spec
    if (spec.raw) return false
    if (spec.escapes) {
      if (this.#nextEscape < start)
        this.#nextEscape = placeOr(this.#body.indexOf(BACKSLASH, start), this.#body.length)
      if (this.#nextEscape < end) return true
    }
    const { body } = record
    if (
      spec.value &&
      !(this.#transparent.value && surelyText(body, record.valueAt, record.valueBytes, this.#strict))
    )
      return true
    if (spec.key && !(this.#transparent.key && surelyText(body, record.keyAt, record.keyBytes, this.#strict)))
      return true
    return spec.headers && record.headerCount > 0 && !this.#headersSure(record)
  }

  #headersSure(record: RecordSteps): boolean {
    return record.record().headers.every(({ value }) => {
      return value === null || surelyText(value, 0, value.length, this.#strict)
    })
  }
}

const placeOr = (at: number, end: number): number => (at < 0 ? end : at)

import * as z from 'zod'
import type { SchemaChoice } from '@/lib/contracts/produce'
import type { RegistryConfig } from '@/server/config/types'
import type { Clock } from '@/server/context'
import { DecodeError, type DecodeFailure, unusable } from '@/server/serde/decode-error'
import {
  type SchemaAnswer,
  type SchemaKind,
  type SchemaRef,
  type SchemaText,
  schemaKey,
} from '@/server/serde/schema/schema-ref'
import { apicurioRoot, guessKind } from './apicurio'
import {
  names,
  numbers,
  pairs,
  parseAnswer,
  type Reference,
  type SchemaById,
  type SubjectVersion,
  schemaById,
  subjectVersion,
} from './parse-answers'
import { RegistryError, type RegistryFailure, RegistryHttp } from './registry-http'
import { TimedCache } from './timed-cache'

const BY_ID_MAX = 2_000
const BY_SUBJECT_MAX = 2_000
/** An id's schema never changes. */
const FOREVER_MS = Number.POSITIVE_INFINITY
const SUBJECT_MS = 30_000
const UNKNOWN_MS = 30_000
/** A registry that is down is not asked for every record of a page. */
const DOWN_MS = 5_000
const DOWN: ReadonlySet<RegistryFailure> = new Set(['unreachable', 'untrusted', 'slow'])

const REFERENCES_MAX = 200
const REFERENCE_DEPTH_MAX = 20
const SCHEMA_CHARS_MAX = 8 * 1024 * 1024

type Known = { schema: SchemaText; id: number | null; uses: { subject: string; version: number }[] }

/** One cluster's registry: what it holds, cached, for readers and for the pages about schemas. */
export class SchemaRegistry {
  readonly #http: RegistryHttp
  readonly #byRef: TimedCache<Known>
  readonly #bySubject: TimedCache<string>
  readonly #clock: Clock
  #downUntilMs = 0
  #downWith: RegistryError | null = null

  constructor(config: RegistryConfig, clock: Clock) {
    this.#http = new RegistryHttp(config)
    this.#clock = clock
    this.#byRef = new TimedCache(BY_ID_MAX, clock)
    this.#bySubject = new TimedCache(BY_SUBJECT_MAX, clock)
  }

  /**
   * A schema with all it refers to. Never throws: what failed is an answer with the reason. Of the subjects
   * that hold the schema the one named after `topic` is told.
   */
  async answer(ref: SchemaRef, topic: string): Promise<SchemaAnswer> {
    const key = schemaKey(ref)
    try {
      const { schema, id, uses } = await this.#known(ref)
      const use = uses.find(one => one.subject.startsWith(`${topic}-`)) ?? uses[0] ?? null
      return { key, ok: true, schema, id, subject: use?.subject ?? null, version: use?.version ?? null }
    } catch (error) {
      return { key, ok: false, ...whyNone(error) }
    }
  }

  /** The answer of a GET about subjects, held for half a minute. Throws RegistryError. */
  read<T extends z.ZodType>(
    shape: T,
    segments: readonly (string | number)[],
    query = '',
  ): Promise<z.output<T>> {
    const key = `${segments.map(encodeURIComponent).join('/')}?${query}`
    return this.#bySubject
      .get(key, async () => (await this.#call('GET', segments, { query })).text, keep(SUBJECT_MS))
      .then(text => parseAnswer(shape, text))
  }

  subjects(deleted = false): Promise<string[]> {
    return this.read(names, ['subjects'], deleted ? 'deleted=true' : '')
  }

  versions(subject: string): Promise<number[]> {
    return this.read(numbers, ['subjects', subject, 'versions'])
  }

  version(subject: string, version: number | 'latest'): Promise<SubjectVersion> {
    return this.read(subjectVersion, ['subjects', subject, 'versions', version])
  }

  /** A schema's text with its references, for reading or writing by it. Throws RegistryError, DecodeError. */
  async whole(found: {
    schema: string
    schemaType: SchemaKind | null
    references: Reference[]
  }): Promise<SchemaText> {
    if (found.schemaType === null) throw unusable('it is of a kind that is not read', 'KIND')
    const collected = new Map<string, string>()
    await this.#collect(found.references, collected, { chars: found.schema.length }, 0)
    const references = [...collected].map(([name, text]) => ({ name, text }))
    return { kind: found.schemaType, text: found.schema, references }
  }

  /**
   * The schema that somebody chose to write by. A subject's latest version is asked for afresh. Throws
   * RegistryError, DecodeError.
   */
  async forWriting(choice: SchemaChoice): Promise<{ id: number; schema: SchemaText }> {
    const named = (schema: SchemaText): SchemaText =>
      choice.message === undefined ? schema : { ...schema, message: choice.message }
    if ('id' in choice) {
      const { schema } = await this.#known({ by: 'id', id: choice.id })
      return { id: choice.id, schema: named(schema) }
    }
    const { subject, version } = choice
    const found =
      version === undefined
        ? parseAnswer(subjectVersion, await this.send('GET', ['subjects', subject, 'versions', 'latest']))
        : await this.version(subject, version)
    return { id: found.id, schema: named(await this.whole(found)) }
  }

  /** Asks without a cache: what changes something, or must be fresh. Throws RegistryError. */
  async send(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    segments: readonly (string | number)[],
    options: { query?: string; body?: unknown } = {},
  ): Promise<string> {
    const { text } = await this.#call(method, segments, options)
    if (method !== 'GET') this.#bySubject.forget()
    return text
  }

  #known(ref: SchemaRef): Promise<Known> {
    return this.#byRef.get(schemaKey(ref), () => this.#load(ref), keep(FOREVER_MS))
  }

  async #load(ref: SchemaRef): Promise<Known> {
    switch (ref.by) {
      case 'id': {
        const [found, uses] = await Promise.all([
          this.#call('GET', ['schemas', 'ids', ref.id]).then(({ text }) => parseAnswer(schemaById, text)),
          // Only for the name beside the value: where it can't be had, the id has to do.
          this.#call('GET', ['schemas', 'ids', ref.id, 'versions'])
            .then(({ text }) => parseAnswer(pairs, text))
            .catch(() => []),
        ])
        return { schema: await this.whole(found), id: ref.id, uses }
      }
      case 'guid': {
        const { text } = await this.#call('GET', ['schemas', 'guids', ref.guid])
        return { schema: await this.whole(parseAnswer(schemaById, text)), id: null, uses: [] }
      }
      case 'global-id':
      case 'content-id':
        return { schema: await this.whole(await this.#apicurio(ref)), id: null, uses: [] }
      case 'file':
        throw new DecodeError(
          'it belongs to a file of the configuration that is not there any more',
          'SCHEMA_FILE_MISSING',
        )
    }
  }

  /** Apicurio's own API stands beside its Confluent one; version 2's paths are kept by version 3. */
  async #apicurio(ref: { by: 'global-id' | 'content-id'; id: string }): Promise<SchemaById> {
    const root = apicurioRoot(this.#http.path)
    const kind = ref.by === 'global-id' ? 'globalIds' : 'contentIds'
    const { text } = await this.#call('GET', ['ids', kind, ref.id], { root })
    const given = await this.#call('GET', ['ids', kind, ref.id, 'references'], { root })
      .then(answer => parseAnswer(apicurioReferences, answer.text))
      .catch(() => [])
    const references = given.map(({ name, artifactId, version }) => ({ name, subject: artifactId, version }))
    return { schema: text, schemaType: guessKind(text), references }
  }

  async #collect(
    references: readonly Reference[],
    into: Map<string, string>,
    sum: { chars: number },
    depth: number,
  ): Promise<void> {
    if (depth > REFERENCE_DEPTH_MAX)
      throw unusable(`its references nest deeper than ${REFERENCE_DEPTH_MAX}`, 'TOO_DEEP', {
        levels: REFERENCE_DEPTH_MAX,
      })
    for (const { name, subject, version } of references) {
      if (into.has(name)) continue
      if (into.size >= REFERENCES_MAX)
        throw unusable(`it refers to more than ${REFERENCES_MAX} schemas`, 'TOO_MANY_REFERENCES', {
          max: REFERENCES_MAX,
        })
      const found = await this.version(subject, version)
      sum.chars += found.schema.length
      if (sum.chars > SCHEMA_CHARS_MAX)
        throw unusable('it is larger than 8 MiB with all it refers to', 'TOO_LARGE', { mebibytes: 8 })
      // What it refers to stands before it: Avro's names must be known when they are used. A circle ends at the name.
      into.set(name, found.schema)
      await this.#collect(found.references, into, sum, depth + 1)
      into.delete(name)
      into.set(name, found.schema)
    }
  }

  async #call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    segments: readonly (string | number)[],
    options: { query?: string; body?: unknown; root?: string } = {},
  ) {
    if (this.#downWith && this.#clock.now() < this.#downUntilMs) throw this.#downWith
    try {
      const answer = await this.#http.call(method, segments, options)
      this.#downWith = null
      return answer
    } catch (error) {
      if (error instanceof RegistryError && DOWN.has(error.failure)) {
        this.#downWith = error
        this.#downUntilMs = this.#clock.now() + DOWN_MS
      }
      throw error
    }
  }
}

const apicurioReferences = z
  .array(z.object({ name: z.string(), artifactId: z.string(), version: z.coerce.number().int() }))
  .max(1000)

function keep(okMs: number) {
  return {
    ok: okMs,
    failed: (error: unknown) => {
      if (!(error instanceof RegistryError)) return UNKNOWN_MS
      return error.failure === 'unknown' ? UNKNOWN_MS : DOWN_MS
    },
  }
}

/** Why there is no schema: as the end of a sentence, and as a code. */
function whyNone(error: unknown): { error: string; failure: DecodeFailure } {
  if (error instanceof RegistryError) {
    const words = error.failure === 'unknown' ? 'the registry does not know it' : error.message
    return { error: `${words}.`, failure: failureOf(error) }
  }
  const what =
    error instanceof DecodeError ? error : unusable('it could not be had from the registry', 'UNREADABLE')
  return {
    error: `${what.message}.`,
    failure: what.failure ?? { code: 'SCHEMA_UNUSABLE', params: what.detail },
  }
}

function failureOf({ failure, message, status, osCode }: RegistryError): DecodeFailure {
  switch (failure) {
    case 'unknown':
      return { code: 'SCHEMA_UNKNOWN', params: {} }
    case 'unreachable':
      return { code: 'REGISTRY_UNREACHABLE', params: { cause: osCode ?? 'unknown' } }
    case 'untrusted':
      return { code: 'REGISTRY_UNTRUSTED', params: { cause: osCode ?? 'unknown' } }
    case 'slow':
      return { code: 'REGISTRY_SLOW', params: {} }
    case 'denied':
      return { code: 'REGISTRY_DENIED', params: { status: status ?? 0 } }
    case 'refused':
    case 'redirect':
    case 'garbage':
      return { code: 'REGISTRY_ERROR', params: { detail: message } }
  }
}

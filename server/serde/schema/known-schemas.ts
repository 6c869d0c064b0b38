import { DecodeError, type DecodeFailure, unusable } from '../decode-error'
import { compileSchema } from './compile-schema'
import type { CompiledSchema } from './compiled-schema'
import { type SchemaAnswer, type SchemaRef, schemaKey } from './schema-ref'

const KNOWN_MAX = 2_000

export type KnownSchema =
  | { ok: true; compiled: CompiledSchema; id: number | null; subject: string | null; version: number | null }
  | { ok: false; error: string; failure?: DecodeFailure }

/** Schemas that were handed in, each compiled at its first use. Bounded: the oldest leave, and are asked for again. */
export class KnownSchemas {
  readonly #answers = new Map<string, SchemaAnswer>()
  readonly #compiled = new Map<string, KnownSchema>()

  has(ref: SchemaRef): boolean {
    return this.#answers.has(schemaKey(ref))
  }

  learn(answers: Iterable<SchemaAnswer>): void {
    for (const answer of answers) {
      this.#answers.delete(answer.key)
      this.#compiled.delete(answer.key)
      this.#answers.set(answer.key, answer)
      if (this.#answers.size > KNOWN_MAX) this.#forgetOldest()
    }
  }

  /** null: nobody has handed it in. A schema that doesn't compile is a failure with its reason. */
  get(ref: SchemaRef): KnownSchema | null {
    const key = schemaKey(ref)
    const found = this.#compiled.get(key)
    if (found) return found
    const answer = this.#answers.get(key)
    if (!answer) return null
    const made = this.#compile(answer)
    this.#compiled.set(key, made)
    return made
  }

  #compile(answer: SchemaAnswer): KnownSchema {
    if (!answer.ok) return answer
    const { id, subject, version } = answer
    try {
      return { ok: true, compiled: compileSchema(answer.schema), id, subject, version }
    } catch (error) {
      // What else a parser may throw at hostile text (a stack that overflows) is a schema that can't be used as well.
      const what = error instanceof DecodeError ? error : unusable('it could not be read', 'UNREADABLE')
      return {
        ok: false,
        error: `it can’t be used: ${what.message}.`,
        failure: { code: 'SCHEMA_UNUSABLE', params: what.detail },
      }
    }
  }

  #forgetOldest(): void {
    const oldest = this.#answers.keys().next().value
    if (oldest === undefined) return
    this.#answers.delete(oldest)
    this.#compiled.delete(oldest)
  }
}

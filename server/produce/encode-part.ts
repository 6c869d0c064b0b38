import type * as z from 'zod'
import type { outgoingPart, SchemaChoice } from '@/lib/contracts/produce'
import { AppError } from '@/lib/errors'
import { toRegistryError } from '@/server/schemas/registry-errors'
import type { SchemaRegistry } from '@/server/schemas/schema-registry'
import { DecodeError } from '@/server/serde/decode-error'
import { EncodeError } from '@/server/serde/encode-error'
import { isJsonContainer } from '@/server/serde/is-json'
import { parseJson } from '@/server/serde/json-value'
import { compileWriter, type SchemaWriter } from '@/server/serde/schema/schema-writer'

type Part = z.output<typeof outgoingPart>

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/
const FRAME_BYTES = 5
const WRITERS_MAX = 200

/**
 * Turns what people give into bytes, for one request: schemas are looked up once. Throws INPUT_INVALID with
 * the field, SCHEMA_MISMATCH with the place in the value, SCHEMA_UNKNOWN, REGISTRY_*.
 */
export class PartEncoder {
  readonly #registry: SchemaRegistry | null
  readonly #writers = new Map<string, Promise<{ id: number; writer: SchemaWriter }>>()

  constructor(registry: SchemaRegistry | null) {
    this.#registry = registry
  }

  async encode(part: Part | null, field: string): Promise<Buffer | null> {
    if (part === null) return null
    if (part.schema !== undefined) return this.#bySchema(part, part.schema, field)
    switch (part.encoding) {
      case 'text':
        return Buffer.from(part.data, 'utf8')
      case 'base64':
        if (!BASE64.test(part.data)) throw invalid(field, 'is not base64')
        return Buffer.from(part.data, 'base64')
      case 'json':
        return jsonBytes(part.data, field)
    }
  }

  async #bySchema(part: Part, choice: SchemaChoice, field: string): Promise<Buffer> {
    if (part.encoding !== 'json') throw invalid(field, 'must be JSON to be serialised by a schema')
    const value = json(part.data, field)
    const { id, writer } = await this.#writer(choice, field)
    try {
      const body = writer.encode(value, part.data)
      const frame = Buffer.alloc(FRAME_BYTES)
      frame.writeInt32BE(id, 1)
      return Buffer.concat([frame, body])
    } catch (error) {
      if (!(error instanceof EncodeError)) throw error
      const path = error.path === '' ? field : `${field}.${error.path}`
      throw new AppError('SCHEMA_MISMATCH', {
        detail: error.message,
        params: { id },
        fields: [{ path, code: 'SCHEMA_MISMATCH', message: error.message }],
      })
    }
  }

  #writer(choice: SchemaChoice, field: string): Promise<{ id: number; writer: SchemaWriter }> {
    const key = JSON.stringify(choice)
    const known = this.#writers.get(key)
    if (known) return known
    if (this.#writers.size >= WRITERS_MAX)
      throw invalid(field, `names more than ${WRITERS_MAX} different schemas`)
    const made = this.#compile(choice)
    this.#writers.set(key, made)
    return made
  }

  async #compile(choice: SchemaChoice): Promise<{ id: number; writer: SchemaWriter }> {
    if (!this.#registry) throw new AppError('REGISTRY_MISSING')
    const { id, schema } = await this.#registry.forWriting(choice).catch(toRegistryError)
    try {
      return { id, writer: compileWriter(schema) }
    } catch (error) {
      if (error instanceof DecodeError)
        throw new AppError('SCHEMA_INVALID', { detail: error.message, params: { id } })
      throw error
    }
  }
}

/**
 * Checked without being made a value, however deep it nests; a scalar, and what is wrong, is for the parser
 * to tell.
 */
function jsonBytes(text: string, field: string): Buffer {
  const bytes = Buffer.from(text, 'utf8')
  if (!isJsonContainer(bytes)) json(text, field)
  return bytes
}

function json(text: string, field: string) {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof DecodeError) throw invalid(field, error.message)
    throw error
  }
}

function invalid(path: string, message: string): AppError {
  return new AppError('INPUT_INVALID', { fields: [{ path, code: 'FORMAT', message }] })
}

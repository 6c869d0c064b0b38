import * as z from 'zod'
import type { SchemaKind } from '@/server/serde/schema/schema-ref'
import { RegistryError } from './registry-http'

export const reference = z.object({
  name: z.string().max(1000),
  subject: z.string().max(1000),
  version: z.coerce.number().int(),
})
export type Reference = z.output<typeof reference>

/** null and absent mean the same in registries' answers. */
const references = z
  .array(reference)
  .max(1000)
  .nullish()
  .transform(list => list ?? [])
const schemaType = z
  .string()
  .nullish()
  .transform(type => kindOf(type ?? 'AVRO'))

export const schemaById = z.object({ schema: z.string(), schemaType, references })
export type SchemaById = z.output<typeof schemaById>

export const subjectVersion = z.object({
  subject: z.string(),
  version: z.number().int(),
  id: z.number().int(),
  schema: z.string(),
  schemaType,
  references,
})
export type SubjectVersion = z.output<typeof subjectVersion>

export const names = z.array(z.string().max(2000)).max(100_000)
export const numbers = z.array(z.number().int()).max(100_000)
export const pairs = z.array(z.object({ subject: z.string(), version: z.number().int() })).max(100_000)

/** Confluent's name of a kind as ours; null for one that nobody here reads. */
function kindOf(type: string): SchemaKind | null {
  switch (type.toUpperCase()) {
    case 'AVRO':
      return 'avro'
    case 'PROTOBUF':
      return 'protobuf'
    case 'JSON':
      return 'json-schema'
    default:
      return null
  }
}

/**
 * An answer's text as what it should be. Throws RegistryError `garbage`: a page of some proxy, another
 * service, half an answer.
 */
export function parseAnswer<T extends z.ZodType>(shape: T, text: string): z.output<T> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new RegistryError('garbage', 'the registry answered something that is not JSON')
  }
  const parsed = shape.safeParse(json)
  if (parsed.success) return parsed.data
  throw new RegistryError('garbage', 'the registry answered something that is not what its API says')
}

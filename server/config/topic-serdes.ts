import { readFileSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import type * as z from 'zod'
import { compileSchema } from '@/server/serde/schema/compile-schema'
import type { SchemaText } from '@/server/serde/schema/schema-ref'
import { type Problems, pathText } from './problems'
import type { topicSerdeSchema } from './schema'
import type { ConfiguredPart, ConfiguredSerde } from './types'

type Where = { path: readonly PropertyKey[]; dir: string; problems: Problems }
type Given = z.output<typeof topicSerdeSchema>
type GivenPart = NonNullable<Given['key']>

/**
 * How the configuration says topics are read. Files of schemas stand beside it; one that can't be used is
 * said at start.
 */
export function readTopicSerdes(list: readonly Given[], where: Where): ConfiguredSerde[] {
  return list.map(({ topics, key, value }, i) => {
    const at = (part: 'key' | 'value') => ({ ...where, path: [...where.path, i, part] })
    return {
      topics,
      key: key ? readPart(key, at('key')) : null,
      value: value ? readPart(value, at('value')) : null,
    }
  })
}

function readPart(given: GivenPart, where: Where): ConfiguredPart {
  if (typeof given === 'string') return { format: given, schemaId: null, schema: null }
  const { format, schemaId = null, files, message } = given
  if (files === undefined) return { format, schemaId, schema: null }
  if (format !== 'avro' && format !== 'protobuf') {
    where.problems.add(pathText([...where.path, 'files']), 'are for the formats avro and protobuf')
    return { format, schemaId, schema: null }
  }
  const read = files.map((file, i) => readFile(file, { ...where, path: [...where.path, 'files', i] }))
  const last = read.at(-1)
  if (!last || read.includes(null)) return { format, schemaId, schema: null }
  const before = read
    .slice(0, -1)
    .flatMap((bytes, i) => (bytes ? [{ name: files[i] ?? '', text: bytes.toString('utf8') }] : []))
  const isProto = /\.proto$/.test(files.at(-1) ?? '')
  const schema: SchemaText = {
    kind: format,
    text: format === 'protobuf' && !isProto ? last.toString('base64') : last.toString('utf8'),
    references: before,
    ...(format === 'protobuf' && !isProto ? { descriptors: true } : {}),
    ...(message === undefined ? {} : { message }),
  }
  try {
    compileSchema(schema)
  } catch (error) {
    where.problems.add(
      pathText([...where.path, 'files']),
      error instanceof Error ? `: ${error.message}` : 'can’t be used',
    )
  }
  return { format, schemaId, schema }
}

function readFile(path: string, where: Where): Buffer | null {
  const file = isAbsolute(path) ? path : resolve(where.dir, path)
  try {
    return readFileSync(/* turbopackIgnore: true */ file)
  } catch {
    where.problems.add(pathText(where.path), `cannot be read (${file})`)
    return null
  }
}

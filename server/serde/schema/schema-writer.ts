import type { AvroNode } from '../avro/avro-node'
import { compileAvro } from '../avro/compile-avro'
import { writeAvro } from '../avro/write-avro'
import { ByteWriter } from '../byte-writer'
import { validateJson } from '../json-schema/validate'
import { parseJson } from '../json-value'
import { compileProto, messageIndexes } from '../protobuf/proto-schema'
import { writeProto } from '../protobuf/write-proto'
import type { SerdeValue } from '../serde-value'
import { exampleOfAvro, exampleOfJsonSchema, exampleOfProto } from './examples'
import type { SchemaText } from './schema-ref'

/**
 * A schema to write values by. `encode` throws EncodeError with the place in the value; `text` is what the
 * person typed.
 */
export type SchemaWriter = {
  encode(value: SerdeValue, text: string): Buffer
  /** A value that fits, to begin with. */
  example(): SerdeValue
}

/** Throws DecodeError for a schema that can't be used. */
export function compileWriter(schema: SchemaText): SchemaWriter {
  if (schema.kind === 'avro') return avroWriter(compileAvro(schema.text, schema.references))
  if (schema.kind === 'protobuf') return protoWriter(schema)
  const root = parseJson(schema.text)
  const references = new Map(schema.references.map(({ name, text }) => [name, parseJson(text)]))
  return {
    encode(value, text) {
      validateJson(root, references, value)
      return Buffer.from(text)
    },
    example: () => exampleOfJsonSchema(root, root),
  }
}

function avroWriter(node: AvroNode): SchemaWriter {
  return {
    encode(value) {
      const out = new ByteWriter()
      writeAvro(node, value, out)
      return out.done()
    },
    example: () => exampleOfAvro(node),
  }
}

function protoWriter(schema: SchemaText): SchemaWriter {
  const proto = compileProto(schema)
  return {
    encode(value) {
      const out = new ByteWriter()
      const indexes = messageIndexes(proto)
      out.zigzag(BigInt(indexes.length))
      for (const index of indexes) out.zigzag(BigInt(index))
      out.raw(writeProto(proto.main, value))
      return out.done()
    },
    example: () => exampleOfProto(proto.main),
  }
}

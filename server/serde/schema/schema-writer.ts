import type { AvroNode } from '../avro/avro-node'
import { compileAvro } from '../avro/compile-avro'
import { writeAvro } from '../avro/write-avro'
import { ByteWriter } from '../byte-writer'
import { validateJson } from '../json-schema/validate'
import { parseJson } from '../json-value'
import type { ProtoMessage } from '../protobuf/link-types'
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
  /** Of Protobuf the message that is written, and all that could be; of others nothing. */
  message: string | null
  messages: string[]
}

const NO_MESSAGES = { message: null, messages: [] }
/** Of a file with more the others can be written by name. */
const MESSAGES_MAX = 500

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
    ...NO_MESSAGES,
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
    ...NO_MESSAGES,
  }
}

function protoWriter(schema: SchemaText): SchemaWriter {
  const proto = compileProto(schema)
  const indexes = messageIndexes(proto, proto.main)
  return {
    encode(value) {
      const out = new ByteWriter()
      out.raw(indexes)
      out.raw(writeProto(proto.main, value))
      return out.done()
    },
    example: () => exampleOfProto(proto.main),
    message: proto.main.name,
    messages: namesOf(proto.top).slice(0, MESSAGES_MAX),
  }
}

/** Each before those inside it. */
function namesOf(level: readonly ProtoMessage[]): string[] {
  return level.flatMap(one => [one.name, ...namesOf(one.inner)])
}

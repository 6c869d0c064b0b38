import { AvroInput } from '../avro/avro-input'
import { compileAvro } from '../avro/compile-avro'
import { avroToText, avroToValue } from '../avro/read-avro'
import { DecodeError } from '../decode-error'
import { simpleText, simpleValue } from '../formats/simple'
import { compileProto, readFramedProto } from '../protobuf/proto-schema'
import { putValue } from '../stringify-value'
import type { CompiledSchema } from './compiled-schema'
import type { SchemaText } from './schema-ref'

/** A schema as something to read with. Throws DecodeError for one that is broken, hostile or of a kind that can't be read. */
export function compileSchema(schema: SchemaText): CompiledSchema {
  if (schema.kind === 'avro') return avroSchema(schema)
  if (schema.kind === 'json-schema') return jsonSchema
  return protoSchema(schema)
}

/** The value stands as it was written; its schema is held against what people write (server/produce), not against what they read. */
const jsonSchema: CompiledSchema = {
  kind: 'json-schema',
  write: (bytes, at, out) => out.put(simpleText('json', bytes.subarray(at), bytes.length).text),
  read: (bytes, at) => simpleValue('json', bytes.subarray(at)),
}

function protoSchema(schema: SchemaText): CompiledSchema {
  const proto = compileProto(schema)
  return {
    kind: 'protobuf',
    write: (bytes, at, out) => putValue(readFramedProto(proto, bytes, at), out),
    read: (bytes, at) => readFramedProto(proto, bytes, at),
  }
}

function avroSchema(schema: SchemaText): CompiledSchema {
  const node = compileAvro(schema.text, schema.references)
  const finish = (input: AvroInput) => {
    const left = input.bytes.length - input.at
    if (left > 0)
      throw new DecodeError(`${left} bytes are left after the value: it was written with another schema`)
  }
  return {
    kind: 'avro',
    write(bytes, at, out) {
      const input = new AvroInput(bytes, at)
      avroToText(node, input, out)
      finish(input)
    },
    read(bytes, at, fields) {
      const input = new AvroInput(bytes, at)
      const value = avroToValue(node, input, fields)
      // With fields named, reading stops behind the last of them.
      if (fields === null) finish(input)
      return value
    },
  }
}

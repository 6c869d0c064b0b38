import { AvroInput } from '../avro/avro-input'
import { compileAvro } from '../avro/compile-avro'
import { avroToText, avroToValue } from '../avro/read-avro'
import { writeAvro } from '../avro/write-avro'
import { ByteWriter } from '../byte-writer'
import { bytesLeft } from '../decode-error'
import { simpleText, simpleValue } from '../formats/simple'
import {
  compileProto,
  framedMessageName,
  hasOwnIndexes,
  readFramedProto,
  rewriteFramedProto,
} from '../protobuf/proto-schema'
import { putValue } from '../stringify-value'
import type { CompiledSchema } from './compiled-schema'
import type { SchemaText } from './schema-ref'
import { compileWriter, type SchemaWriter } from './schema-writer'

/**
 * A schema as something to read with. Throws DecodeError for one that is broken, hostile or of a kind that
 * can't be read.
 */
export function compileSchema(schema: SchemaText): CompiledSchema {
  if (schema.kind === 'avro') return avroSchema(schema)
  if (schema.kind === 'json-schema') return jsonSchema(schema)
  return protoSchema(schema)
}

/** The value stands as it was written; its schema is held against what people write, not against what they read. */
function jsonSchema(schema: SchemaText): CompiledSchema {
  let writer: SchemaWriter | null = null
  return {
    kind: 'json-schema',
    write: (bytes, at, out) => out.put(simpleText('json', bytes.subarray(at), bytes.length).text),
    read: (bytes, at) => simpleValue('json', bytes.subarray(at)),
    rewrite(bytes, at, value, text) {
      writer ??= compileWriter(schema)
      return Buffer.concat([bytes.subarray(0, at), writer.encode(value, text)])
    },
  }
}

function protoSchema(schema: SchemaText): CompiledSchema {
  const proto = compileProto(schema)
  return {
    kind: 'protobuf',
    write: (bytes, at, out, message) => putValue(readFramedProto(proto, bytes, at, message), out),
    read: (bytes, at, _, message) => readFramedProto(proto, bytes, at, message),
    rewrite: (bytes, at, value, _, message) => rewriteFramedProto(proto, bytes, at, value, message),
    isOwnFrame: (bytes, at) => hasOwnIndexes(proto, bytes, at),
    messageAt: (bytes, at, message) => framedMessageName(proto, bytes, at, message),
  }
}

function avroSchema(schema: SchemaText): CompiledSchema {
  const node = compileAvro(schema.text, schema.references)
  const finish = (input: AvroInput) => {
    const left = input.bytes.length - input.at
    if (left > 0) throw bytesLeft(left, 'value: it was written with another schema')
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
    rewrite(bytes, at, value) {
      const out = new ByteWriter()
      writeAvro(node, value, out)
      return Buffer.concat([bytes.subarray(0, at), out.done()])
    },
  }
}

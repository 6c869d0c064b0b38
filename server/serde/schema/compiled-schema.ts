import type { SerdeValue } from '../serde-value'
import type { TextOut } from '../text-out'
import type { SchemaKind } from './schema-ref'

/**
 * Which of a Protobuf schema's messages a value is, where headers say so: indexes as Confluent writes them,
 * or a name.
 */
export type MessageName = { indexes: Buffer } | { type: string }

/**
 * A schema ready to read with: made once, used for every record. Both readers throw DecodeError for bytes
 * that don't fit.
 */
export type CompiledSchema = {
  kind: SchemaKind
  /** Writes the value that begins at `at` as JSON text. */
  write(bytes: Buffer, at: number, out: TextOut, message?: MessageName | null): void
  /** The same as data; of an object at the top only `fields`, when they are named. */
  read(
    bytes: Buffer,
    at: number,
    fields: ReadonlySet<string> | null,
    message?: MessageName | null,
  ): SerdeValue
  /**
   * The bytes with another value behind what stands before the old one: its frame, and of Protobuf the name
   * of its message. `text` is the value as somebody typed it. Throws EncodeError with the place in a value
   * that does not fit, DecodeError for bytes that don't.
   */
  rewrite(bytes: Buffer, at: number, value: SerdeValue, text: string, message?: MessageName | null): Buffer
  /** Of Protobuf: is what stands between Confluent's id and the value as a writer puts it? */
  isOwnFrame?(bytes: Buffer, at: number): boolean
  /** Of Protobuf: the full name of the message that stands there. */
  messageAt?(bytes: Buffer, at: number, message?: MessageName | null): string | null
}

import * as z from 'zod'

/** What kept bytes from being read. Each has its words in `messages.failure`, with the same parameters. */
export const decodeFailureCode = z.enum([
  /** The bytes end at byte `at`, in the middle of a value. */
  'TRUNCATED',
  /** `bytes` are left behind the value. */
  'BYTES_LEFT',
  'NOT_UTF8',
  'NOT_JSON',
  /** They are no `format`. */
  'WRONG_FORMAT',
  /** `format` takes `wanted` bytes, here are `bytes`. */
  'WRONG_LENGTH',
  'TOO_DEEP',
  'TOO_MANY_VALUES',
  /** What is compressed inside is broken, or larger than it may be. */
  'INFLATE_FAILED',
  'INFLATED_TOO_LARGE',
  /** Enough was opened for this list; the record by itself opens it. */
  'INFLATE_SPENT',
  /** `format` was asked for, and neither the bytes nor the configuration say which schema. */
  'SCHEMA_NOT_NAMED',
  'SCHEMA_UNKNOWN',
  /** Nobody asked the registry for it when the bytes were read. */
  'SCHEMA_NOT_ASKED',
  /** The schema is there and can't be read with: broken, too large, of another kind. */
  'SCHEMA_UNUSABLE',
  'SCHEMA_FILE_MISSING',
  /** The bytes are not what the schema says. */
  'SCHEMA_MISMATCH',
  'SCHEMAS_TOO_MANY',
  'REGISTRY_NONE',
  'REGISTRY_UNREACHABLE',
  'REGISTRY_UNTRUSTED',
  'REGISTRY_SLOW',
  'REGISTRY_DENIED',
  'REGISTRY_ERROR',
  /** All else; `detail` says it in English. */
  'UNREADABLE',
])
export type DecodeFailureCode = z.output<typeof decodeFailureCode>

/**
 * What exactly is wrong, where a code says only that bytes don't fit: `why` of its parameters, with those named
 * here. Each has its words in `messages.failureWhy`.
 */
export const decodeFailureWhy = z.enum([
  /** A number of more than `bits` bits at byte `at`. */
  'NUMBER_TOO_LONG',
  /** A length or a count that can't be, at byte `at`. */
  'BAD_LENGTH',
  /** A boolean that is neither 0 nor 1, at byte `at`. */
  'BAD_BOOLEAN',
  /** The enum `name` has `count` symbols, and none of number `index`. */
  'NO_SUCH_SYMBOL',
  /** A union of `count` branches has none of number `index`; at byte `at`. */
  'NO_SUCH_BRANCH',
  /** Protobuf has no field of that number, at byte `at`. */
  'BAD_FIELD',
  /** Protobuf has no wire type `wire`, at byte `at`. */
  'BAD_WIRE_TYPE',
  /** The field `field` has the wire type `wire`, which is not its own. */
  'OTHER_WIRE_TYPE',
  /** The schema has no message like the one that the bytes name. */
  'NO_SUCH_MESSAGE',
  /** A record of one of Kafka's own topics without the key that says what it is. */
  'NO_KEY',
  /** One of those of a type `type` that is not known here. */
  'RECORD_TYPE_UNKNOWN',
  /** One of those, `name`, in a version `version` that is not known here. */
  'RECORD_VERSION_UNKNOWN',
  /** One of those whose bytes are not as Kafka writes them. */
  'NOT_KAFKAS',
  /** Its text is longer than `chars` characters. */
  'TEXT_TOO_LONG',
  /** A mistake of Milena's. */
  'UNEXPECTED',
])
export type DecodeFailureWhy = z.output<typeof decodeFailureWhy>

/**
 * What exactly is wrong with a schema (`SCHEMA_UNUSABLE`): `why` of its parameters, with those named here. Each has its
 * words in `messages.failureSchema`, with the schema's name.
 */
export const schemaFault = z.enum([
  /** It is of a kind that is not read. */
  'KIND',
  /** It, or it with all that it refers to, is larger than `mebibytes`. */
  'TOO_LARGE',
  /** It, or what it refers to, nests deeper than `levels`. */
  'TOO_DEEP',
  /** More than `max` parts. */
  'TOO_MANY_PARTS',
  /** It refers to more than `max` others. */
  'TOO_MANY_REFERENCES',
  'NOT_JSON',
  /** The text of a .proto file does not go on like one at `line`. */
  'NOT_PROTO',
  /** The text of a .proto file is cut off. */
  'ENDS_EARLY',
  'NO_DESCRIPTOR_SET',
  /** Something stands where a type has to. */
  'NO_TYPE',
  'TYPE_WITHOUT_NAME',
  /** A field of the record `name`. */
  'FIELD_WITHOUT_NAME',
  /** Nobody declares the type `name`. */
  'TYPE_UNKNOWN',
  'UNION_EMPTY',
  /** The record `name`. */
  'RECORD_WITHOUT_FIELDS',
  /** The fixed type `name`. */
  'FIXED_WITHOUT_SIZE',
  /** A map in `name` has keys of the type `type`. */
  'MAP_KEYS',
  'NO_MESSAGE',
  /** No message of the name `name`. */
  'MESSAGE_UNKNOWN',
  'UNREADABLE',
])
export type SchemaFault = z.output<typeof schemaFault>

export const decodeFailureParams = z.record(z.string(), z.union([z.string(), z.number()]))
export type DecodeFailureParams = z.output<typeof decodeFailureParams>

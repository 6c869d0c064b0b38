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
  /** `format` was asked for, and neither the bytes nor the configuration say which schema. */
  'SCHEMA_NOT_NAMED',
  'SCHEMA_UNKNOWN',
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

export const decodeFailureParams = z.record(z.string(), z.union([z.string(), z.number()]))
export type DecodeFailureParams = z.output<typeof decodeFailureParams>

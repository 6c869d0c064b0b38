import type {
  DecodeFailureCode,
  DecodeFailureParams,
  DecodeFailureWhy,
  SchemaFault,
} from '@/lib/contracts/decode-failure'
import { SharedError } from '@/server/shared-error'

/** Names in a schema may be as long as the schema, and a message stands at every record of a page. */
const MESSAGE_CHARS_MAX = 500
const NAME_CHARS_MAX = 200

/** What kept bytes from being read, for programs and for both languages. */
export type DecodeFailure = { code: DecodeFailureCode; params: DecodeFailureParams }

/**
 * Bytes that are not what they were taken for. The message is for people: it says what is wrong and where,
 * and quotes no data. `failure` says the same as a code, where there is one.
 */
export class DecodeError extends SharedError {
  static override readonly mark = 'DecodeError'
  readonly failure: DecodeFailure | null
  /** Parameters of a failure whose code depends on what is read: the message, and what it says as `why`. */
  readonly detail: DecodeFailureParams

  constructor(
    message: string,
    code?: DecodeFailureCode,
    params: DecodeFailureParams = {},
    detail: DecodeFailureParams = {},
  ) {
    super(message.slice(0, MESSAGE_CHARS_MAX))
    this.failure = code ? { code, params } : null
    this.detail = { ...detail, detail: this.message }
  }
}

/** Bytes that are not what their schema, or their format, says: `why` with its parameters. */
export function misfit(message: string, why: DecodeFailureWhy, params: DecodeFailureParams): DecodeError {
  return new DecodeError(message, undefined, {}, { ...shortened(params), why })
}

/** A schema that nothing can be read with: `why` with its parameters. */
export function unusable(message: string, why: SchemaFault, params: DecodeFailureParams = {}): DecodeError {
  return new DecodeError(message, undefined, {}, { ...shortened(params), why })
}

/** Names in a schema may be as long as the schema. */
function shortened(params: DecodeFailureParams): DecodeFailureParams {
  const short = (value: string | number) =>
    typeof value === 'string' ? value.slice(0, NAME_CHARS_MAX) : value
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, short(value)]))
}

/** A record's stack: deeper than that no schema nests on purpose, and a hostile one must end in a sentence. */
export const VALUE_DEPTH_MAX = 200

/** Values one payload may hold. A few bytes can promise a billion nulls; no screen and no filter wants them. */
export const VALUES_MAX = 4_000_000

/** The bytes end at `at`, and the value does not. */
export function endsEarly(at: number): DecodeError {
  return new DecodeError(`the bytes end at ${at}, in the middle of a value`, 'TRUNCATED', { at })
}

/** It nests deeper than `levels`. */
export function tooDeep(levels: number): DecodeError {
  return new DecodeError(`nested deeper than ${levels} levels`, 'TOO_DEEP', { levels })
}

/** It holds more than `max` values. */
export function tooManyValues(max: number): DecodeError {
  return new DecodeError(`more than ${max} values`, 'TOO_MANY_VALUES', { max })
}

/** `bytes` are left behind the value of `format`. */
export function bytesLeft(bytes: number, of: string): DecodeError {
  return new DecodeError(`${bytes} bytes are left after the ${of}`, 'BYTES_LEFT', { bytes })
}

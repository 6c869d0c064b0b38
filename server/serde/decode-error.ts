import { SharedError } from '@/server/shared-error'

/**
 * Bytes that are not what they were taken for. The message is for people: it says what is wrong and where,
 * and quotes no data.
 */
export class DecodeError extends SharedError {
  static override readonly mark = 'DecodeError'
}

/** A record's stack: deeper than that no schema nests on purpose, and a hostile one must end in a sentence. */
export const VALUE_DEPTH_MAX = 200

/** Values one payload may hold. A few bytes can promise a billion nulls; no screen and no filter wants them. */
export const VALUES_MAX = 4_000_000

/**
 * Why a message did not get through: a closed list, words by `notices.failure.<code>`; `HTTP_<status>` is
 * told as it is.
 */
export type DeliveryCode =
  | 'URL_INVALID'
  | 'HOST_NOT_ALLOWED'
  | 'ADDRESS_PRIVATE'
  | 'UNREACHABLE'
  | 'TIMED_OUT'
  | 'ANSWER_TOO_LARGE'
  | 'ANSWER_INVALID'
  | 'REFUSED'
  | 'CHANNEL_UNKNOWN'
  | 'PAYLOAD_INVALID'
  | 'INTERNAL'
  | `HTTP_${number}`

/** A delivery that failed. Holds nothing of the answer: receivers quote tokens and addresses in theirs. */
export class DeliveryError extends Error {
  readonly code: DeliveryCode
  /** The receiver asked for a rest of this many ms. */
  readonly retryAfterMs: number | null

  constructor(code: DeliveryCode, options: { cause?: unknown; retryAfterMs?: number | null } = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'DeliveryError'
    this.code = code
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}

import type { ProblemJson } from '@/lib/contracts/common'

/** What only the browser can find out; their words are `common.clientErrors.<CODE>`. */
export const CLIENT_CODES = ['NETWORK', 'ANSWER_INVALID', 'STREAM_LOST'] as const
export type ClientCode = (typeof CLIENT_CODES)[number]

type Params = Record<string, string | number>
export type FieldProblem = NonNullable<ProblemJson['fields']>[number]

/** A refused or failed call. `code` is the API's stable code, or one of the browser's own. */
export class ApiError extends Error {
  readonly code: string
  /** 0 when no answer came. */
  readonly status: number
  readonly requestId: string | null
  readonly params: Params
  readonly fields: readonly FieldProblem[]

  constructor(
    code: string,
    details: {
      status?: number
      requestId?: string | null
      params?: Params | undefined
      fields?: readonly FieldProblem[] | undefined
      cause?: unknown
    } = {},
  ) {
    super(code, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'ApiError'
    this.code = code
    this.status = details.status ?? 0
    this.requestId = details.requestId ?? null
    this.params = details.params ?? {}
    this.fields = details.fields ?? []
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

/** Any thrown value as an ApiError. */
export function toApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError('INTERNAL', { cause: error })
}

/**
 * Asking again by itself would change nothing: signed out (the dialog reads all again once it is answered),
 * or denied.
 */
export function isFinal(error: ApiError | null): boolean {
  return error?.status === 401 || error?.status === 403
}

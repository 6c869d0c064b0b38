/** One table turns a code into an HTTP status; words for people are `errors.<CODE>.{title,hint}` in lib/i18n. */
export const ERROR_STATUS = {
  // who
  UNAUTHENTICATED: 401,
  DENIED: 403,
  ORIGIN_MISMATCH: 403,
  CLUSTER_READ_ONLY: 403,
  RATE_LIMITED: 429,
  READ_BUDGET_SPENT: 429,
  // what was asked
  INPUT_INVALID: 400,
  CURSOR_INVALID: 400,
  BODY_TOO_LARGE: 413,
  BODY_NOT_JSON: 400,
  LINE_NOT_JSON: 400,
  METHOD_NOT_ALLOWED: 405,
  NOT_FOUND: 404,
  CLUSTER_UNKNOWN: 404,
  TOPIC_UNKNOWN: 404,
  PARTITION_UNKNOWN: 404,
  GROUP_UNKNOWN: 404,
  MEMBER_UNKNOWN: 404,
  RECORD_UNKNOWN: 404,
  ISSUE_UNKNOWN: 404,
  RULE_UNKNOWN: 404,
  DROP_UNKNOWN: 404,
  SCHEDULE_UNKNOWN: 404,
  RECORD_EXPIRED: 410,
  VALUE_TOO_LONG: 422,
  OFFSET_OUT_OF_RANGE: 416,
  REPLAY_UNKNOWN: 404,
  NOTICE_UNKNOWN: 404,
  CHANNEL_UNKNOWN: 404,
  REQUEST_UNKNOWN: 404,
  PLAN_UNKNOWN: 404,
  PLAN_EXPIRED: 410,
  // rules
  NAME_POLICY_VIOLATION: 422,
  LIMIT_POLICY_VIOLATION: 422,
  POLICY_INVALID: 422,
  POLICY_STALE: 409,
  POLICY_MANAGED: 409,
  REVISION_STALE: 409,
  TOPIC_EXISTS: 409,
  TOPIC_COLLIDES: 409,
  TOPIC_IN_USE: 409,
  NAME_INVALID: 422,
  CONFIG_INVALID: 422,
  PARTITIONS_INVALID: 422,
  PARTITIONS_NOT_MORE: 422,
  REPLICATION_INVALID: 422,
  BROKER_POLICY_VIOLATION: 422,
  SECURITY_DISABLED: 422,
  GROUP_ACTIVE: 409,
  GROUP_SUBSCRIBED: 409,
  GROUP_TYPE_UNSUPPORTED: 422,
  OFFSETS_NONE: 422,
  OFFSET_MOVED: 409,
  STATE_CONFLICT: 409,
  REQUEST_CHANGED: 409,
  REQUEST_OPEN: 409,
  SELF_APPROVAL: 403,
  NOT_APPROVER: 403,
  APPROVED_ALREADY: 409,
  SELECTION_EMPTY: 422,
  SELECTION_TOO_LARGE: 422,
  RECORD_REFUSED: 422,
  REPLAY_REFUSED: 422,
  TARGET_INVALID: 422,
  TARGET_CHANGED: 409,
  LEDGER_UNAVAILABLE: 409,
  TRANSACTION_HANGS: 409,
  // schemas
  REGISTRY_MISSING: 409,
  REGISTRY_UNREACHABLE: 503,
  REGISTRY_DENIED: 502,
  REGISTRY_ERROR: 502,
  SCHEMA_UNKNOWN: 404,
  SCHEMA_INVALID: 422,
  SCHEMA_INCOMPATIBLE: 409,
  SCHEMA_MISMATCH: 422,
  // the cluster
  CLUSTER_UNREACHABLE: 503,
  NOT_KAFKA: 502,
  BROKER_TOO_OLD: 502,
  AUTHENTICATION_FAILED: 502,
  TLS_UNTRUSTED: 502,
  TLS_REQUIRED: 502,
  BROKER_UNREACHABLE: 503,
  LEADER_UNAVAILABLE: 503,
  COORDINATOR_UNAVAILABLE: 503,
  CLUSTER_DENIED: 502,
  KAFKA_ERROR: 502,
  TIMED_OUT: 504,
  OUTCOME_UNKNOWN: 504,
  DECODE_FAILED: 500,
  FILTER_TOO_COSTLY: 422,
  EXPORT_UNKNOWN: 404,
  VIEW_UNKNOWN: 404,
  // ourselves
  CONFIG_FILE_INVALID: 500,
  STORE_UNAVAILABLE: 503,
  STORE_READ_ONLY: 503,
  STORE_FULL: 507,
  STORE_LOCKED: 500,
  PORT_IN_USE: 500,
  SHUTTING_DOWN: 503,
  CANCELLED: 499,
  INTERNAL: 500,
} as const

export type ErrorCode = keyof typeof ERROR_STATUS

/** What is wrong with one field of the input; `code` is stable, `params` fill the words. */
export type FieldError = {
  path: string
  code: string
  message: string
  params?: Record<string, string | number> | undefined
}

export type ErrorDetails = {
  /** Safe for people: never a driver's text. English; screens translate by code and params. */
  detail?: string | undefined
  fields?: FieldError[] | undefined
  /** Fill the words of the code: names, limits, broker ids. Never a secret. */
  params?: Record<string, string | number> | undefined
  /** When trying again is worth it, where that is known. */
  retryAfterSeconds?: number | undefined
  cause?: unknown
}

const BRAND = Symbol.for('milena.AppError')

/** The only error a verb throws. Anything else that escapes is answered as INTERNAL and logged with its request id. */
export class AppError extends Error {
  /**
   * Next compiles instrumentation and routes apart: an error of one must be known to the other, so a mark
   * decides, not the class.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value
  }

  readonly [BRAND] = true
  readonly code: ErrorCode
  readonly detail: string | undefined
  readonly fields: FieldError[] | undefined
  readonly params: Record<string, string | number> | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(details.detail ?? code, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'AppError'
    this.code = code
    this.detail = details.detail
    this.fields = details.fields
    this.params = details.params
    this.retryAfterSeconds = details.retryAfterSeconds
  }

  get status(): number {
    return ERROR_STATUS[this.code]
  }
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_STATUS, value)
}

/** Any thrown value as an AppError; what isn't one becomes INTERNAL, an abort CANCELLED. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (error instanceof Error && error.name === 'AbortError')
    return new AppError('CANCELLED', { cause: error })
  return new AppError('INTERNAL', { cause: error })
}

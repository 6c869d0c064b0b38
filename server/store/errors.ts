import { AppError } from '@/lib/errors'

const UNAVAILABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
])
/** SQLSTATE: 28 wrong password, 3D000 no such database, 53300 too many connections, 57P0x shutting down, 57014 statement timeout. */
const UNAVAILABLE_STATE = /^(08...|28...|3D000|53300|57P0.|57014|55P03|40001|40P01)$/
const UNAVAILABLE_TEXT =
  /connection terminated|timeout exceeded when trying to connect|PGlite is closed|pool after calling end/i

function codeOf(error: object): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/**
 * The AppError of what a database, its driver or the disk below it threw; null when the error is not about the store's health
 * (a broken constraint is our mistake, not an outage). drizzle and node wrap errors: causes are looked into.
 */
export function asStoreError(error: unknown): AppError | null {
  let current: unknown = error
  for (let depth = 0; depth < 6 && current instanceof Error; depth++) {
    if (current instanceof AppError) return current
    const code = codeOf(current)
    if (
      code === 'ENOSPC' ||
      code === 'EDQUOT' ||
      code === '53100' ||
      /no space left/i.test(current.message)
    ) {
      return new AppError('STORE_FULL', { cause: error })
    }
    if (code === 'EROFS' || code === '25006' || /read-only file system/i.test(current.message)) {
      return new AppError('STORE_READ_ONLY', { cause: error })
    }
    if (
      (code !== undefined && (UNAVAILABLE.has(code) || UNAVAILABLE_STATE.test(code))) ||
      UNAVAILABLE_TEXT.test(current.message)
    ) {
      return new AppError('STORE_UNAVAILABLE', { cause: error })
    }
    current = current instanceof AggregateError ? current.errors[0] : current.cause
  }
  return null
}

/** The same, for code that talks to nothing but the store: whatever it threw, the store is what failed. */
export function toStoreError(error: unknown): AppError {
  return asStoreError(error) ?? new AppError('STORE_UNAVAILABLE', { cause: error })
}

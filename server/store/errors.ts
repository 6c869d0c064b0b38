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
/**
 * SQLSTATE: 28 wrong password, 3D000 no such database, 53300 too many connections, 57P0x shutting down, 57014
 * statement timeout.
 */
const UNAVAILABLE_STATE = /^(08...|28...|3D000|53300|57P0.|57014|55P03|40001|40P01)$/
const UNAVAILABLE_TEXT =
  /connection terminated|timeout exceeded when trying to connect|PGlite is closed|pool after calling end/i

/** 22021 and 22P05: a text that the database's encoding does not have. */
const UNSTORABLE_STATE = /^(22021|22P05)$/
/** PGlite's file system throws what is no Error, with WASI's numbers and no words: EDQUOT and ENOSPC. */
const WASM_FULL: ReadonlySet<number | undefined> = new Set([19, 51])

function errnoOf(error: object): number | undefined {
  const isWasm = 'name' in error && error.name === 'ErrnoError'
  return isWasm && 'errno' in error && typeof error.errno === 'number' ? error.errno : undefined
}

function codeOf(error: object): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/**
 * The AppError of what a database, its driver or the disk below it threw; null when the error is not about
 * the store's health (a broken constraint is our mistake, not an outage). drizzle and node wrap errors:
 * causes are looked into.
 */
export function asStoreError(error: unknown): AppError | null {
  let current: unknown = error
  for (let depth = 0; depth < 6 && typeof current === 'object' && current !== null; depth++) {
    if (current instanceof AppError) return current
    const code = codeOf(current)
    const message = 'message' in current ? String(current.message) : ''
    if (
      code === 'ENOSPC' ||
      code === 'EDQUOT' ||
      code === '53100' ||
      WASM_FULL.has(errnoOf(current)) ||
      /no space left/i.test(message)
    ) {
      return new AppError('STORE_FULL', { cause: error })
    }
    if (code !== undefined && UNSTORABLE_STATE.test(code)) {
      const detail = 'A text holds a character that cannot be stored or searched, such as NUL.'
      return new AppError('INPUT_INVALID', { detail, cause: error })
    }
    if (code === 'EROFS' || code === '25006' || /read-only file system/i.test(message)) {
      return new AppError('STORE_READ_ONLY', { cause: error })
    }
    if (
      (code !== undefined && (UNAVAILABLE.has(code) || UNAVAILABLE_STATE.test(code))) ||
      UNAVAILABLE_TEXT.test(message)
    ) {
      return new AppError('STORE_UNAVAILABLE', { cause: error })
    }
    current =
      current instanceof AggregateError ? current.errors[0] : 'cause' in current ? current.cause : null
  }
  return null
}

/** The same, for code that talks to nothing but the store: whatever it threw, the store is what failed. */
export function toStoreError(error: unknown): AppError {
  return asStoreError(error) ?? new AppError('STORE_UNAVAILABLE', { cause: error })
}

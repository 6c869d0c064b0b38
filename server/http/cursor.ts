import type * as z from 'zod'
import { AppError } from '@/lib/errors'

const VERSION = 1
const LONGEST = 4096

/**
 * An opaque, stateless place in a list: versioned JSON as base64url, good on any replica and across restarts.
 * It is neither signed nor secret: whatever it claims is checked again like any input. bigint is not JSON:
 * put offsets in as decimal strings.
 */
export function encodeCursor(value: unknown): string {
  return Buffer.from(JSON.stringify([VERSION, value]), 'utf8').toString('base64url')
}

/** Throws CURSOR_INVALID for anything that `encodeCursor` did not make for this schema. */
export function decodeCursor<T extends z.ZodType>(cursor: string, schema: T): z.output<T> {
  if (cursor.length > LONGEST || !/^[A-Za-z0-9_-]+$/.test(cursor)) throw new AppError('CURSOR_INVALID')
  let decoded: unknown
  try {
    decoded = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    throw new AppError('CURSOR_INVALID')
  }
  if (!Array.isArray(decoded) || decoded.length !== 2 || decoded[0] !== VERSION) {
    throw new AppError('CURSOR_INVALID')
  }
  const parsed = schema.safeParse(decoded[1])
  if (!parsed.success) throw new AppError('CURSOR_INVALID')
  return parsed.data
}

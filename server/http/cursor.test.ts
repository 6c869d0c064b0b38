import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { decodeCursor, encodeCursor } from './cursor'

const schema = z.object({ after: z.string(), at: z.number().int() })
const raw = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('cursor', () => {
  it('comes back as it went, safe in a URL', () => {
    const value = { after: 'ö~/?&=한글', at: 42 }
    const cursor = encodeCursor(value)
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/)
    expect(decodeCursor(cursor, schema)).toEqual(value)
  })

  it.each([
    ['empty', ''],
    ['no base64url', 'a+b/c='],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['no version', raw({ after: 'a', at: 1 })],
    ['another version', raw([2, { after: 'a', at: 1 }])],
    ['another list', raw([1, { after: 1 }])],
    ['null', raw(null)],
    ['too long', 'a'.repeat(5000)],
    ['a truncated one', encodeCursor({ after: 'abcdef', at: 42 }).slice(0, -3)],
  ])('refuses %s', (_, cursor) => {
    expect(() => decodeCursor(cursor, schema)).toThrowError(
      expect.objectContaining({ code: 'CURSOR_INVALID' }),
    )
  })
})

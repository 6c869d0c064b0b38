import { createHash } from 'node:crypto'
import type { Config, UserConfig } from '@/server/config/types'

export const SESSION_SECONDS = 12 * 3600

/** Browsers take a `__Secure-` cookie over https only, so that nobody plants one over http. */
export function sessionCookieName(config: Config): string {
  return isHttps(config) ? '__Secure-next-auth.session-token' : 'next-auth.session-token'
}

export const isHttps = (config: Config): boolean => config.publicUrl.startsWith('https:')

/** Stands in a session's token: a changed password ends the sessions that were opened with the old one. */
export function passwordMark(user: UserConfig): string {
  return createHash('sha256').update(user.passwordHash).digest('base64url').slice(0, 16)
}

/** One cookie of a Cookie header; the last of several with one name wins, as with next-auth. */
export function readCookie(header: string | null, name: string): string | null {
  if (header === null) return null
  let found: string | null = null
  for (const part of header.split(';')) {
    const equals = part.indexOf('=')
    if (equals < 0 || part.slice(0, equals).trim() !== name) continue
    found = part.slice(equals + 1).trim()
  }
  return found
}

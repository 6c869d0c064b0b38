import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import type { Config } from '@/server/config/types'
import { isHttps, readCookie } from './session-cookie'

/** A browser that nobody signs in with for so long is a stranger again. */
const DEVICE_SECONDS = 90 * 86_400
const LONGEST = 200

const deviceCookieName = (config: Config): string =>
  isHttps(config) ? '__Secure-milena.device' : 'milena.device'

/**
 * The browser by which this name signed in before, as its cookie says and our signature holds (OWASP's
 * "device cookies"); null for a stranger, for another name's browser, and after 90 days. It opens nothing: its
 * wrong passwords are only counted apart from those of the address, so that whoever guesses behind the same
 * address does not keep its owner out.
 */
export function deviceOf(headers: Headers, config: Config, username: string, nowMs: number): string | null {
  const cookie = readCookie(headers.get('cookie'), deviceCookieName(config))
  if (cookie === null || cookie.length > LONGEST) return null
  const [id = '', until = '', signature = ''] = cookie.split('.')
  if (!(Number(until) * 1000 > nowMs)) return null
  const wanted = Buffer.from(signatureOf(config, username, id, until))
  const given = Buffer.from(signature)
  return wanted.length === given.length && timingSafeEqual(wanted, given) ? id : null
}

/** The Set-Cookie by which this browser is known to the name that just signed in with it. Sent to the sign-in alone. */
export function knowDevice(config: Config, username: string, nowMs: number): string {
  const id = randomUUID()
  const until = String(Math.floor(nowMs / 1000) + DEVICE_SECONDS)
  const value = [id, until, signatureOf(config, username, id, until)].join('.')
  const attributes = [`Path=/api/auth`, `Max-Age=${DEVICE_SECONDS}`, 'HttpOnly', 'SameSite=Lax']
  return [`${deviceCookieName(config)}=${value}`, ...attributes, ...(isHttps(config) ? ['Secure'] : [])].join(
    '; ',
  )
}

const signatureOf = (config: Config, username: string, id: string, until: string) =>
  createHmac('sha256', config.authSecret)
    .update(JSON.stringify(['device', username, id, until]))
    .digest('base64url')

import { createHash, timingSafeEqual } from 'node:crypto'
import { decode } from 'next-auth/jwt'
import type { Config } from '@/server/config/types'
import type { Actor } from '@/server/context'
import type { Runtime } from '@/server/runtime'
import { passwordMark, readCookie, sessionCookieName } from './session-cookie'

export type Resolved = { actor: Actor; via: 'cookie' | 'token' }

/**
 * Who asks: a Bearer token where an Authorization header is given (then nothing else counts), else the
 * session cookie. Roles come from the configuration as it is now, never from the token; a user who is no
 * longer there, or whose password changed, is nobody, and so is who signed out.
 */
export async function resolveActor(
  headers: Pick<Headers, 'get'>,
  { config, services }: Pick<Runtime, 'config' | 'services'>,
): Promise<Resolved | null> {
  const authorization = headers.get('authorization')
  if (authorization !== null) return fromToken(authorization, config)
  const session = await readSession(headers, config)
  if (session === null || services.sessions.has(session.sid)) return null
  const user = config.users.find(known => known.username === session.sub)
  if (!user || session.mark !== passwordMark(user)) return null
  return { via: 'cookie', actor: { kind: 'user', name: user.username, grants: user.grants } }
}

function fromToken(authorization: string, config: Config): Resolved | null {
  const token = /^Bearer +([\x21-\x7e]{1,512}) *$/i.exec(authorization)?.[1]
  if (token === undefined) return null
  const given = createHash('sha256').update(token).digest()
  // All are compared, so that the time tells nothing about which one was close.
  const matches = config.tokens.filter(known => timingSafeEqual(given, Buffer.from(known.sha256, 'hex')))
  const [match] = matches
  if (!match) return null
  const { name, grants, user } = match
  return { via: 'token', actor: { kind: 'token', name, grants, ...(user ? { person: user } : {}) } }
}

type Session = { sub: string | undefined; mark: unknown; sid: string }

/** What the session cookie says, if it is of ours and not expired; whether it still counts is not asked here. */
export async function readSession(headers: Pick<Headers, 'get'>, config: Config): Promise<Session | null> {
  const cookie = readCookie(headers.get('cookie'), sessionCookieName(config))
  if (cookie === null) return null
  try {
    const payload = await decode({ token: cookie, secret: config.authSecret })
    if (typeof payload?.sid !== 'string') return null
    return { sub: payload.sub, mark: payload.mark, sid: payload.sid }
  } catch {
    return null // forged, expired, or of another secret
  }
}

/** Does a browser's `Origin` name this Milena? Without NEXTAUTH_URL the loopback names of the port count as one. */
export function isSameOrigin(origin: string | null, config: Config): boolean {
  if (origin === null) return false
  if (origin === config.publicUrl) return true
  if (config.publicUrlGiven) return false
  return ['localhost', '127.0.0.1', '[::1]'].some(host => origin === `http://${host}:${config.port}`)
}

import type { NextRequest } from 'next/server'
import NextAuth, { type NextAuthOptions, type User } from 'next-auth'
import type { JWT } from 'next-auth/jwt'
import CredentialsProvider from 'next-auth/providers/credentials'
import { AppError } from '@/lib/errors'
import { requestIdOf } from '@/server/http/make-context'
import { peerOf } from '@/server/http/peer'
import { localeOf, problemResponse, toProblem } from '@/server/http/problem'
import { asAppError } from '@/server/http/serve'
import { getRuntime, type Runtime } from '@/server/runtime'
import { verifyPassword } from './password'
import { isSameOrigin } from './resolve-actor'
import { isHttps, passwordMark, SESSION_SECONDS, sessionCookieName } from './session-cookie'
import { SignInLimits } from './sign-in-limits'

type RouteContext = { params: Promise<{ nextauth: string[] }> }

const limits = new SignInLimits()

/** next-auth on /api/auth/*, with our users, a limit on attempts, and the same-origin rule of every other mutation. */
export async function authRoute(request: NextRequest, context: RouteContext): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  try {
    const runtime = await getRuntime()
    const isMutation = request.method !== 'GET' && request.method !== 'HEAD'
    if (isMutation && !isSameOrigin(request.headers.get('origin'), runtime.config)) {
      throw new AppError('ORIGIN_MISMATCH')
    }
    if (isMutation && isTooLong(request.headers))
      throw new AppError('BODY_TOO_LARGE', { params: { limit: '64 KiB' } })
    const action = (await context.params).nextauth.join('/')
    if (isMutation && action === 'callback/credentials') {
      const refused = await refuseTooMany(request, runtime, requestId)
      if (refused) return refused
    }
    const response = await NextAuth(request, context, optionsOf(runtime, peerOf(request.headers)))
    return withSafeHeaders(response, requestId)
  } catch (thrown) {
    return problemResponse(asAppError(thrown), requestId, localeOf(request.headers))
  }
}

const MOST_BODY_BYTES = 64 * 1024

/** Nobody is signed in yet, and next-auth reads a body to its end: one that does not say how long it is may have none. */
function isTooLong(headers: Headers): boolean {
  return headers.has('transfer-encoding') || Number(headers.get('content-length') ?? 0) > MOST_BODY_BYTES
}

function withSafeHeaders(response: Response, requestId: string): Response {
  response.headers.set('cache-control', 'no-store')
  response.headers.set('x-content-type-options', 'nosniff')
  response.headers.set('x-request-id', requestId)
  return response
}

/** next-auth's client reads `url` out of every answer and fails without it, so the refusal carries one beside the problem. */
async function refuseTooMany(
  request: NextRequest,
  runtime: Runtime,
  requestId: string,
): Promise<Response | null> {
  const form = new URLSearchParams(await request.clone().text())
  const username = form.get('username') ?? ''
  if (limits.allows(username, peerOf(request.headers), runtime.clock.now())) return null
  runtime.log.warn({ requestId, peer: peerOf(request.headers) }, 'too many sign-in attempts')
  const problem = toProblem(new AppError('RATE_LIMITED'), requestId, localeOf(request.headers))
  const url = `${runtime.config.publicUrl}/sign-in?error=RATE_LIMITED`
  return withSafeHeaders(
    Response.json({ ...problem, url }, { status: 429, headers: { 'retry-after': '60' } }),
    requestId,
  )
}

type SignedIn = User & { mark: string }

/** next-auth’s options for one request from `peer`. */
export function optionsOf({ config, clock, log }: Runtime, peer: string): NextAuthOptions {
  return {
    secret: config.authSecret,
    pages: { signIn: '/sign-in', signOut: '/sign-in', error: '/sign-in' },
    session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
    jwt: { maxAge: SESSION_SECONDS },
    useSecureCookies: isHttps(config),
    cookies: {
      sessionToken: {
        name: sessionCookieName(config),
        options: { httpOnly: true, sameSite: 'lax', path: '/', secure: isHttps(config) },
      },
    },
    providers: [
      CredentialsProvider({
        credentials: { username: {}, password: { type: 'password' } },
        async authorize(credentials): Promise<SignedIn | null> {
          const { username = '', password = '' } = credentials ?? {}
          const user = config.users.find(known => known.username === username)
          const check = () => verifyPassword(password, user?.passwordHash ?? null)
          const right = await limits.attempt(username, peer, clock.now(), check)
          // The name is not logged on failure: people type passwords into the wrong field.
          log.info({ peer, user: right ? username : null }, right ? 'signed in' : 'sign-in refused')
          return right && user ? { id: user.username, name: user.name, mark: passwordMark(user) } : null
        },
      }),
    ],
    callbacks: {
      jwt({ token, user }): JWT {
        const signedIn = user && 'mark' in user ? user : undefined
        return signedIn ? { sub: signedIn.id, name: signedIn.name ?? null, mark: signedIn.mark } : token
      },
      session({ session, token }) {
        return { expires: session.expires, user: { name: token.name ?? null } }
      },
    },
    logger: {
      error: (code, metadata) =>
        log.warn({ code, err: metadata instanceof Error ? metadata : undefined }, 'next-auth'),
      warn: code => log.debug({ code }, 'next-auth'),
      debug: () => undefined,
    },
  }
}

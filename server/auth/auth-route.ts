import { randomUUID } from 'node:crypto'
import { NextRequest } from 'next/server'
import NextAuth, { type NextAuthOptions, type User } from 'next-auth'
import type { JWT } from 'next-auth/jwt'
import CredentialsProvider from 'next-auth/providers/credentials'
import { AppError } from '@/lib/errors'
import { requestIdOf } from '@/server/http/make-context'
import { peerOf } from '@/server/http/peer'
import { localeOf, problemResponse, toProblem } from '@/server/http/problem'
import { readBytes } from '@/server/http/read-input'
import { asAppError } from '@/server/http/serve'
import { getRuntime, type Runtime } from '@/server/runtime'
import { deviceOf, knowDevice } from './known-device'
import { verifyPassword } from './password'
import { isSameOrigin, readSession } from './resolve-actor'
import { isHttps, passwordMark, SESSION_SECONDS, sessionCookieName } from './session-cookie'
import { SignInLimits } from './sign-in-limits'

type RouteContext = { params: Promise<{ nextauth: string[] }> }

const limits = new SignInLimits()

/**
 * What next-auth is asked for here, and nothing else of what it would answer: it looks at the first two
 * segments of a longer path.
 */
const ACTIONS: ReadonlySet<string> = new Set([
  ...['csrf', 'session', 'providers', 'signin', 'signout', 'error'].map(name => `GET ${name}`),
  ...['callback/credentials', 'signin/credentials', 'signout'].map(name => `POST ${name}`),
])
/** A name and a password of a thousand characters, each percent-encoded, and what next-auth adds. */
const MOST_FORM_BYTES = 32 * 1024

/** next-auth on /api/auth/*, with our users, a limit on attempts, and the same-origin rule of every other mutation. */
export async function authRoute(request: NextRequest, context: RouteContext): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  try {
    const runtime = await getRuntime()
    const isMutation = request.method !== 'GET' && request.method !== 'HEAD'
    if (isMutation && !isSameOrigin(request.headers.get('origin'), runtime.config)) {
      throw new AppError('ORIGIN_MISMATCH')
    }
    const action = (await context.params).nextauth.join('/')
    // Its client reports its own failures here; whoever likes could fill the log with it.
    if (isMutation && action === '_log')
      return withSafeHeaders(new Response(null, { status: 204 }), requestId)
    if (!ACTIONS.has(`${isMutation ? request.method : 'GET'} ${action}`)) throw new AppError('NOT_FOUND')
    const asked = isMutation ? await withForm(request) : { request, form: {} }
    const attempt = attemptOf(asked, runtime)
    if (action === 'callback/credentials') {
      const refused = refuseTooMany(asked, attempt, runtime, requestId)
      if (refused) return refused
    }
    const session = await readSession(request.headers, runtime.config)
    if (action === 'signout' && isMutation && session) await revoke(runtime, session.sid)
    const response = await NextAuth(asked.request, context, optionsOf(runtime, attempt))
    if (attempt.signedIn !== null) {
      const { config, clock } = runtime
      response.headers.append('set-cookie', knowDevice(config, attempt.signedIn, clock.now()))
    }
    return withSafeHeaders(response, requestId)
  } catch (thrown) {
    return problemResponse(asAppError(thrown), requestId, localeOf(request.headers))
  }
}

/** Where a sign-in comes from, by address and by the browser known for its name; and who it turned out to be. */
export type Attempt = { peer: string; device: string | null; signedIn: string | null }

function attemptOf({ request: { headers }, form }: Asked, { config, clock }: Runtime): Attempt {
  const device = deviceOf(headers, config, form.username ?? '', clock.now())
  return { peer: peerOf(headers), device, signedIn: null }
}

/** The browser forgets its cookie in any case; a copy of it is worth nothing from here on. */
async function revoke({ services, log }: Runtime, sid: string): Promise<void> {
  try {
    await services.sessions.add(sid)
  } catch (error) {
    log.warn({ err: error }, 'a session was ended here, but could not be written down')
  }
}

type Asked = { request: NextRequest; form: Readonly<Record<string, string>> }

/**
 * The request with its form read: bounded, and written out again, so that the name that is counted is the
 * name that next-auth checks (it takes JSON as well, and the last of two fields of one name). Throws
 * BODY_TOO_LARGE, INPUT_INVALID for what is no form.
 */
async function withForm(request: NextRequest): Promise<Asked> {
  const bytes = await readBytes(request, MOST_FORM_BYTES)
  const type = request.headers.get('content-type') ?? ''
  if (bytes.length > 0 && !/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
    throw new AppError('INPUT_INVALID', { detail: 'Send application/x-www-form-urlencoded.' })
  }
  const form = Object.fromEntries(new URLSearchParams(Buffer.from(bytes).toString('utf8')))
  const headers = new Headers(request.headers)
  headers.delete('content-length')
  headers.set('content-type', 'application/x-www-form-urlencoded')
  const body = new URLSearchParams(form).toString()
  return { form, request: new NextRequest(request.url, { method: request.method, headers, body }) }
}

function withSafeHeaders(response: Response, requestId: string): Response {
  response.headers.set('cache-control', 'no-store')
  response.headers.set('x-content-type-options', 'nosniff')
  response.headers.set('x-request-id', requestId)
  return response
}

/**
 * next-auth's client reads `url` out of every answer and fails without it, so the refusal carries one beside
 * the problem.
 */
function refuseTooMany(
  { request, form }: Asked,
  { peer, device }: Attempt,
  runtime: Runtime,
  requestId: string,
): Response | null {
  if (limits.allows(form.username ?? '', peer, runtime.clock.now(), device)) return null
  runtime.log.warn({ requestId, peer }, 'too many sign-in attempts')
  const problem = toProblem(new AppError('RATE_LIMITED'), requestId, localeOf(request.headers))
  const url = `${runtime.config.publicUrl}/sign-in?error=RATE_LIMITED`
  return withSafeHeaders(
    Response.json({ ...problem, url }, { status: 429, headers: { 'retry-after': '60' } }),
    requestId,
  )
}

type SignedIn = User & { mark: string }

/** next-auth’s options for one request; who signed in with it is written into `attempt`. */
export function optionsOf({ config, clock, log, services }: Runtime, attempt: Attempt): NextAuthOptions {
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
          const { peer, device } = attempt
          const right = await limits.attempt(username, peer, clock.now(), check, device)
          if (right && user) attempt.signedIn = user.username
          // The name is not logged on failure: people type passwords into the wrong field.
          log.info({ peer, user: right ? username : null }, right ? 'signed in' : 'sign-in refused')
          return right && user ? { id: user.username, name: user.name, mark: passwordMark(user) } : null
        },
      }),
    ],
    callbacks: {
      async jwt({ token, user }): Promise<JWT> {
        const signedIn = user && 'mark' in user ? user : undefined
        if (signedIn)
          return { sub: signedIn.id, name: signedIn.name ?? null, mark: signedIn.mark, sid: randomUUID() }
        // A copy that is asked for again would live another twelve hours: next-auth takes its cookie away instead.
        if (typeof token.sid !== 'string' || services.sessions.has(token.sid))
          throw new AppError('UNAUTHENTICATED')
        return token
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

import { AppError } from '@/lib/errors'
import type { Context } from '@/server/context'
import { makeContext, requestIdOf } from '@/server/http/make-context'
import { peerOf } from '@/server/http/peer'
import { localeOf, problemResponse } from '@/server/http/problem'
import { RateLimit } from '@/server/http/rate-limit'
import { readBytes } from '@/server/http/read-input'
import { asAppError } from '@/server/http/serve'
import { getRuntime, type Runtime } from '@/server/runtime'

const MOST_BYTES = 256 * 1024
/**
 * Forged ones cost us an HMAC each; nobody sends more real ones than that. By address: a stranger's do not
 * use up Slack's.
 */
const calls = new RateLimit({ most: 600, windowMs: 60_000 })

export type Hook = {
  runtime: Runtime
  headers: Headers
  /** As it was signed: never re-serialised. */
  body: Uint8Array
  requestId: string
  /** A context for the user of the configuration who is known there by this id; null: nobody is. */
  contextOf(is: (contacts: { slack: string | null; jira: string | null }) => boolean): Context | null
}

/** The way of a callback from outside: no session, a signature instead, which `respond` checks first of all. */
export function serveHook(name: string, respond: (hook: Hook) => Promise<Response>) {
  return async (request: Request): Promise<Response> => {
    const requestId = requestIdOf(request.headers)
    try {
      const runtime = await getRuntime()
      if (!calls.count(`${name} ${peerOf(request.headers)}`, runtime.clock.now()))
        throw new AppError('RATE_LIMITED')
      const body = await readBytes(request, MOST_BYTES)
      const response = await respond({
        runtime,
        headers: request.headers,
        body,
        requestId,
        contextOf(is) {
          const user = runtime.config.users.find(({ contacts }) => contacts !== undefined && is(contacts))
          if (!user) return null
          const actor = { kind: 'user' as const, name: user.username, grants: user.grants }
          // Not the caller's signal: what was signed is done, whether they still wait for the answer or not.
          const { signal } = new AbortController()
          return makeContext(runtime, { actor, requestId, signal })
        },
      })
      runtime.log.info({ requestId, hook: name, status: response.status }, 'a callback was taken')
      return response
    } catch (thrown) {
      const error = asAppError(thrown)
      const { log } = await getRuntime().catch(() => ({ log: null }))
      log?.warn({ requestId, hook: name, code: error.code, err: error.cause }, 'a callback was refused')
      return problemResponse(error, requestId, localeOf(request.headers))
    }
  }
}

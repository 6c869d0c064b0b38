import { AppError } from '@/lib/errors'
import { resolveActor } from '@/server/auth/resolve-actor'
import { getRuntime } from '@/server/runtime'
import { readRefusal } from './front-door'
import { requestIdOf } from './make-context'
import { localeOf, problemResponse } from './problem'
import { asAppError } from './serve'

/**
 * Any path under /api/v1 that is no endpoint, and what front-door.ts turned away: 401 first where a session
 * is needed, so that strangers learn nothing about what is there.
 */
export async function handleUnknown(request: Request): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  const refusal = readRefusal(request.headers)
  const allow: Record<string, string> = refusal?.allow === undefined ? {} : { allow: refusal.allow }
  try {
    const runtime = await getRuntime()
    const isKnown = refusal?.open === true || (await resolveActor(request.headers, runtime)) !== null
    if (!isKnown) throw new AppError('UNAUTHENTICATED')
    if (refusal?.code !== 'INPUT_INVALID') throw new AppError(refusal?.code ?? 'NOT_FOUND')
    const message = 'is not well-formed percent-encoded UTF-8'
    throw new AppError('INPUT_INVALID', { fields: [{ path: 'path', code: 'FORMAT', message }] })
  } catch (thrown) {
    const error = asAppError(thrown)
    const extra = error.code === 'METHOD_NOT_ALLOWED' ? allow : {}
    return problemResponse(error, requestId, localeOf(request.headers), extra)
  }
}

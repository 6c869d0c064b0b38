import { AppError } from '@/lib/errors'
import { resolveActor } from '@/server/auth/resolve-actor'
import { getRuntime } from '@/server/runtime'
import { requestIdOf } from './make-context'
import { localeOf, problemResponse } from './problem'
import { asAppError } from './serve'

/** Any path under /api/v1 that is no endpoint: 401 first, so that strangers learn nothing about what is there. */
export async function handleUnknown(request: Request): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  try {
    const { config } = await getRuntime()
    const resolved = await resolveActor(request.headers, config)
    throw new AppError(resolved ? 'NOT_FOUND' : 'UNAUTHENTICATED')
  } catch (thrown) {
    return problemResponse(asAppError(thrown), requestId, localeOf(request.headers))
  }
}

import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { resolveActor } from '@/server/auth/resolve-actor'
import type { Context } from '@/server/context'
import { getRuntime } from '@/server/runtime'
import { makeContext, requestIdOf } from './make-context'
import { PATH_HEADER } from './page-headers'

const LIMIT_MS = 30_000

/**
 * The context of a page's calls, one a request (layout and page share it). Without a session it redirects to
 * the sign-in page, which leads back. Server components have no signal of the client's going: only the time
 * limit ends a call.
 */
export const pageContext = cache(async (): Promise<Context> => {
  const [runtime, head] = await Promise.all([getRuntime(), headers()])
  const resolved = await resolveActor(head, runtime)
  if (!resolved) redirect(`/sign-in?next=${encodeURIComponent(head.get(PATH_HEADER) ?? '/')}`)
  return makeContext(runtime, {
    actor: resolved.actor,
    requestId: requestIdOf(head),
    signal: AbortSignal.timeout(LIMIT_MS),
  })
})

import { randomBytes } from 'node:crypto'
import { type NextRequest, NextResponse } from 'next/server'
import { resolveActor } from '@/server/auth/resolve-actor'
import { PATH_HEADER, pageHeaders } from '@/server/http/page-headers'
import { getRuntime } from '@/server/runtime'

/**
 * Every page request: a nonce and the headers that go with it; without a session, the sign-in page and
 * nothing else.
 */
export async function proxy(request: NextRequest): Promise<Response> {
  const { pathname, search } = request.nextUrl
  const runtime = await getRuntime()
  const { config } = runtime
  const nonce = randomBytes(16).toString('base64')
  const headers = pageHeaders(nonce, config)
  if (pathname !== '/sign-in' && !(await resolveActor(request.headers, runtime))) {
    const target = request.nextUrl.clone()
    target.pathname = '/sign-in'
    target.search = pathname === '/' ? '' : `?next=${encodeURIComponent(pathname + search)}`
    const redirect = NextResponse.redirect(target, 307)
    for (const [name, value] of Object.entries(headers)) redirect.headers.set(name, value)
    return redirect
  }
  const forwarded = new Headers(request.headers)
  forwarded.set('x-nonce', nonce)
  forwarded.set(PATH_HEADER, pathname + search)
  // Next reads the nonce for its own scripts from here.
  forwarded.set('content-security-policy', headers['content-security-policy'] ?? '')
  const response = NextResponse.next({ request: { headers: forwarded } })
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

export const config = {
  // The API and the open routes guard themselves; built assets hold nothing secret. Only what there is: any
  // other path is a page.
  matcher: ['/((?!api/v1/|api/auth/|api/hooks/|_next/static/|healthz$|readyz$|metrics$|icon\\.svg$).*)'],
}

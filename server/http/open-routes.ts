import { createHash, timingSafeEqual } from 'node:crypto'
import { api } from '@/lib/contracts'
import { AppError, toAppError } from '@/lib/errors'
import { openApiOf } from '@/lib/openapi'
import { getRuntime } from '@/server/runtime'
import { requestIdOf } from './make-context'
import { isLoopback } from './peer'
import { apiHeaders, localeOf, problemResponse } from './problem'

// What answers without a session: probes, metrics for this machine or by a token, the API's description. Nothing else
// does but signing in and the hooks, which are signed.

/** The process is alive. */
export function healthz(): Response {
  return Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } })
}

/** Configuration read, store migrated and answering. A dead cluster does not make Milena unready. */
export async function readyz(request: Request): Promise<Response> {
  try {
    const { store, stopping, instanceId, config } = await getRuntime()
    if (stopping.aborted) throw new AppError('SHUTTING_DOWN')
    await store.ping()
    const body = { status: 'ready', instance: instanceId, version: config.version }
    return Response.json(body, { headers: { 'cache-control': 'no-store' } })
  } catch (thrown) {
    return problemResponse(toAppError(thrown), requestIdOf(request.headers), localeOf(request.headers))
  }
}

/** Prometheus text, for this machine or whoever has the token of MILENA_METRICS_TOKEN. */
export async function metrics(request: Request): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  try {
    const { metrics: measured, config } = await getRuntime()
    if (!isLoopback(request.headers) && !hasToken(request.headers, config.metricsToken)) {
      throw new AppError('UNAUTHENTICATED')
    }
    const { body, contentType } = await measured.text()
    return new Response(body, { headers: { ...apiHeaders(requestId), 'content-type': contentType } })
  } catch (thrown) {
    return problemResponse(toAppError(thrown), requestId, localeOf(request.headers))
  }
}

function hasToken(headers: Headers, token: string | null): boolean {
  const given = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1]
  if (token === null || given === undefined) return false
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(token))
}

let document: string | undefined

/** OpenAPI 3.1 of everything under /api/v1. */
export async function openApi(request: Request): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  try {
    const { config } = await getRuntime()
    document ??= JSON.stringify(openApiOf(api, config.version))
    return new Response(document, {
      headers: { ...apiHeaders(requestId), 'content-type': 'application/json; charset=utf-8' },
    })
  } catch (thrown) {
    return problemResponse(toAppError(thrown), requestId, localeOf(request.headers))
  }
}

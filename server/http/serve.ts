import type { Endpoint, InputOf, StreamEndpoint } from '@/lib/contracts/endpoint'
import { AppError, toAppError } from '@/lib/errors'
import { auditDenial, isAudited } from '@/server/audit/audited'
import { isSameOrigin, type Resolved, resolveActor } from '@/server/auth/resolve-actor'
import type { Context } from '@/server/context'
import { getRuntime, type Runtime } from '@/server/runtime'
import { asStoreError } from '@/server/store/errors'
import { makeContext, requestIdOf } from './make-context'
import { localeOf, problemResponse } from './problem'
import { RateLimit } from './rate-limit'
import { inputReader } from './read-input'

type Contract = Endpoint | StreamEndpoint
export type RouteHandler = (request: Request) => Promise<Response>

export type Exchange<C extends Contract> = {
  request: Request
  runtime: Runtime
  ctx: Context
  input: InputOf<C>
}

/** Refusals of mutations are audited, but nobody fills the log with them. */
const denials = new RateLimit({ most: 30, windowMs: 60_000, mostKeys: 1000 })

/**
 * The way of every API request: who asks (401 before anything else), same origin for mutations by cookie,
 * input, then `respond`. Whatever is thrown becomes a problem document; the request is logged and measured
 * once.
 */
export function serve<C extends Contract>(
  contract: C,
  respond: (exchange: Exchange<C>) => Promise<Response>,
): RouteHandler {
  const readInput = inputReader(contract)
  return async request => {
    const startedMs = performance.now()
    const requestId = requestIdOf(request.headers)
    const call: Call = { contract, request, requestId, runtime: null, resolved: null, ctx: null }
    let done = () => {}
    let response: Response
    try {
      const runtime = await getRuntime()
      call.runtime = runtime
      done = runtime.inFlight.beginRequest()
      if (runtime.stopping.aborted) throw new AppError('SHUTTING_DOWN')
      call.resolved = await admit(call, runtime)
      const signal = request.signal
      call.ctx = makeContext(runtime, { actor: call.resolved.actor, requestId, signal })
      const input = await readInput(request, runtime.config.produce.requestBytes)
      response = await respond({ request, runtime, ctx: call.ctx, input })
    } catch (thrown) {
      response = await refuse(call, thrown)
    } finally {
      done()
    }
    finish(call, response.status, performance.now() - startedMs)
    return response
  }
}

type Call = {
  contract: Contract
  request: Request
  requestId: string
  runtime: Runtime | null
  resolved: Resolved | null
  ctx: Context | null
}

async function admit({ contract, request }: Call, runtime: Runtime): Promise<Resolved> {
  const resolved = await resolveActor(request.headers, runtime)
  if (!resolved) throw new AppError('UNAUTHENTICATED')
  const isMutation = contract.method !== 'GET'
  if (
    isMutation &&
    resolved.via === 'cookie' &&
    !isSameOrigin(request.headers.get('origin'), runtime.config)
  ) {
    throw new AppError('ORIGIN_MISMATCH')
  }
  return resolved
}

/** Anything thrown as an AppError: the store's outages by their own codes, the rest INTERNAL. */
export function asAppError(thrown: unknown): AppError {
  return thrown instanceof AppError ? thrown : (asStoreError(thrown) ?? toAppError(thrown))
}

async function refuse(call: Call, thrown: unknown): Promise<Response> {
  const error = asAppError(thrown)
  logFailure(call, error)
  await auditRefusal(call, error)
  return problemResponse(error, call.requestId, localeOf(call.request.headers))
}

function logFailure({ runtime, requestId, contract }: Call, error: AppError): void {
  if (error.status < 500 || error.code === 'SHUTTING_DOWN') return
  const about = { requestId, route: contract.path, code: error.code, err: error.cause ?? error }
  if (error.code === 'INTERNAL') runtime?.log.error(about, 'a request failed by a mistake of ours')
  else runtime?.log.warn(about, 'a request failed')
}

async function auditRefusal({ contract, ctx, runtime }: Call, error: AppError): Promise<void> {
  const refused = error.code === 'DENIED' || error.code === 'CLUSTER_READ_ONLY'
  if (!ctx || !runtime || !refused || contract.method === 'GET' || isAudited(error)) return
  if (!denials.count(ctx.actor.name, runtime.clock.now())) return
  const action = String(error.params?.action ?? `${contract.method} ${contract.path}`)
  const subject = {
    action,
    cluster: clusterOf(error),
    resource: String(error.params?.resource ?? error.params?.cluster ?? contract.path),
  }
  try {
    await auditDenial(ctx, subject, error)
  } catch (failure) {
    runtime.log.warn({ err: failure, requestId: ctx.requestId }, 'a refusal could not be audited')
  }
}

function clusterOf(error: AppError): string | null {
  const named = error.params?.cluster ?? String(error.params?.resource ?? '').split('/')[0]
  return named ? String(named) : null
}

function finish({ runtime, contract, requestId, resolved, request }: Call, status: number, ms: number): void {
  runtime?.metrics.observeRequest(contract.path, contract.method, status, ms / 1000)
  runtime?.log.info(
    {
      requestId,
      actor: resolved?.actor.name ?? null,
      via: resolved?.via ?? null,
      method: request.method,
      route: contract.path,
      path: new URL(request.url).pathname,
      status,
      ms: Math.round(ms * 10) / 10,
    },
    'request',
  )
}

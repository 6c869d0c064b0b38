import * as z from 'zod'
import { download } from '@/lib/contracts/common'
import type { Endpoint, OutputOf, StreamEndpoint } from '@/lib/contracts/endpoint'
import { AppError, toAppError } from '@/lib/errors'
import type { Context } from '@/server/context'
import { downloadStream } from './download'
import { apiHeaders } from './problem'
import { type Exchange, type RouteHandler, serve } from './serve'
import { cutOff } from './sockets'
import { sse } from './sse'
import type { StreamVerb, Verb } from './verb'

/** A request may take this long; a stream as long as somebody listens. */
const LIMIT_MS = 30_000
/** For what does not listen to the signal. */
const GRACE_MS = 2000

/**
 * A verb as a route handler of Next: `export const GET = handle(listTopics)`; a stream verb answers
 * text/event-stream.
 */
export function handle<C extends Endpoint>(verb: Verb<C>): RouteHandler
export function handle<C extends StreamEndpoint>(verb: StreamVerb<C>): RouteHandler
export function handle<C extends Endpoint, S extends StreamEndpoint>(
  verb: Verb<C> | StreamVerb<S>,
): RouteHandler {
  return isStream(verb) ? sse(verb) : answer(verb)
}

function isStream<C extends Endpoint, S extends StreamEndpoint>(
  verb: Verb<C> | StreamVerb<S>,
): verb is StreamVerb<S> {
  return verb.contract.kind === 'stream'
}

function answer<C extends Endpoint>(verb: Verb<C>): RouteHandler {
  const { contract } = verb
  return serve(contract, async exchange => {
    if (contract.kind === 'download') return answerDownload(verb, exchange)
    const output = await checkedOutput(verb, exchange)
    if (contract.kind === 'bytes') return bytesResponse(output, exchange.ctx.requestId)
    // A dry run creates nothing: 201 would be a lie.
    const isDryRun = 'dryRun' in exchange.input && exchange.input.dryRun === true
    const status = isDryRun ? 200 : (contract.status ?? 200)
    return new Response(JSON.stringify(output), {
      status,
      headers: { ...apiHeaders(exchange.ctx.requestId), 'content-type': 'application/json; charset=utf-8' },
    })
  })
}

async function checkedOutput<C extends Endpoint>(verb: Verb<C>, exchange: Exchange<C>): Promise<OutputOf<C>> {
  const output = await withinLimit(verb, exchange)
  if (exchange.runtime.config.checkAnswers) checkAnswer(verb.contract, output, exchange.ctx)
  return output
}

/**
 * A file counts as a stream of its reader's. Whether there is room is asked before the verb is: what it begins is
 * ended by whoever reads it, and a refused answer has no reader.
 */
async function answerDownload<C extends Endpoint>(verb: Verb<C>, exchange: Exchange<C>): Promise<Response> {
  const { ctx, runtime } = exchange
  const release = runtime.inFlight.beginStream(ctx.actor.name)
  if (!release) throw new AppError('RATE_LIMITED', { detail: 'Too many streams are open.' })
  try {
    return downloadResponse(await checkedOutput(verb, exchange), exchange, release)
  } catch (error) {
    release()
    throw error
  }
}

/**
 * Runs the verb with a signal that aborts when the client goes or the time is up, and does not wait for one
 * that ignores it.
 */
export async function withinLimit<C extends Endpoint>(
  verb: Verb<C>,
  { ctx, input }: Pick<Exchange<C>, 'ctx' | 'input'>,
  limitMs: number = LIMIT_MS,
): Promise<OutputOf<C>> {
  const isMutation = verb.contract.method !== 'GET'
  const timeout = new AbortController()
  const timer = setTimeout(() => timeout.abort(), limitMs)
  let graceTimer: NodeJS.Timeout | undefined
  const given = new Promise<never>((_, reject) => {
    const giveUp = () => {
      graceTimer = setTimeout(() => reject(late(isMutation, timeout.signal)), GRACE_MS)
    }
    timeout.signal.addEventListener('abort', giveUp, { once: true })
    ctx.signal.addEventListener('abort', giveUp, { once: true })
  })
  given.catch(() => undefined)
  const signal = AbortSignal.any([ctx.signal, timeout.signal])
  try {
    return await Promise.race([verb({ ...ctx, signal }, input), given])
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code === 'CANCELLED' && timeout.signal.aborted) throw late(isMutation, timeout.signal)
    throw thrown
  } finally {
    clearTimeout(timer)
    clearTimeout(graceTimer)
  }
}

function late(isMutation: boolean, timeout: AbortSignal): AppError {
  if (isMutation) return new AppError('OUTCOME_UNKNOWN')
  return new AppError(timeout.aborted ? 'TIMED_OUT' : 'CANCELLED')
}

/**
 * Outside production: an answer that breaks its own contract is a mistake of ours, told before anybody relies
 * on it.
 */
function checkAnswer(contract: Endpoint, output: unknown, ctx: Context): void {
  const checked = contract.output.safeParse(output)
  if (checked.success) return
  const issues = checked.error.issues.slice(0, 5).map(issue => `${issue.path.join('.')}: ${issue.message}`)
  ctx.log.error({ requestId: ctx.requestId, route: contract.path, issues }, 'an answer breaks its contract')
  throw new AppError('INTERNAL')
}

/** A file as it is made: held to its reader's pace, cut off where its making fails or nobody reads it. */
function downloadResponse<C extends Endpoint>(
  output: unknown,
  { ctx, runtime, request }: Exchange<C>,
  release: () => void,
): Response {
  const { filename, contentType, headers, body } = download.parse(output)
  const ends = {
    onEnd: release,
    unreadMs: runtime.config.streams.unreadSeconds * 1000,
    onUnread: () => {
      runtime.inFlight.noteCutOff()
      cutOff(request.headers)
    },
  }
  return new Response(downloadStream(body, ends), {
    headers: {
      ...apiHeaders(ctx.requestId),
      ...headers,
      'content-type': contentType,
      'content-disposition': disposition(filename),
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'x-accel-buffering': 'no',
    },
  })
}

const bytesAnswer = z.object({ bytes: z.instanceof(Uint8Array).nullable(), filename: z.string() })

/**
 * A download that no browser takes for a page, whatever the bytes are; 204 for null, which is not the same as
 * empty.
 */
function bytesResponse(output: unknown, requestId: string): Response {
  const { bytes, filename } = bytesAnswer.parse(output)
  if (bytes === null) return new Response(null, { status: 204, headers: apiHeaders(requestId) })
  // A copy: the bytes may be a view into a larger batch.
  return new Response(new Uint8Array(bytes), {
    headers: {
      ...apiHeaders(requestId),
      'content-type': 'application/octet-stream',
      'content-length': String(bytes.length),
      'content-disposition': disposition(filename),
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'same-origin',
    },
  })
}

/** A name that headers can carry, in plain characters and in full. */
function disposition(filename: string): string {
  const ascii = filename.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 200)
  const encoded = encodeURIComponent(filename.toWellFormed().slice(0, 200)).replace(
    /['()*]/g,
    char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`
}

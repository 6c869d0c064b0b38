import { setTimeout as sleep } from 'node:timers/promises'
import type { EventOf, StreamEndpoint } from '@/lib/contracts/endpoint'
import { AppError } from '@/lib/errors'
import { apiHeaders, localeOf, toProblem } from './problem'
import { asAppError, type Exchange, type RouteHandler, serve } from './serve'
import { cutOff } from './sockets'
import type { StreamVerb } from './verb'

const HEARTBEAT_MS = 15_000
/** Looks at least, at which a client had read nothing with its queue full, before it is given up. */
const STUCK_BEATS = 4
/** Bytes that may wait for a slow client; beyond, the verb is not asked for more. */
const QUEUE_BYTES = 64 * 1024
/** How long an answer waits for the first event, so that a refusal is a status and not an event. */
const FIRST_MS = 1000

/**
 * A stream verb as a route handler: `export const GET = sse(streamLag)`. Events are pulled: a client that
 * does not read stops its verb, so a verb that keeps only its newest snapshot coalesces by itself; one that
 * reads nothing for `streams.unreadSeconds` is cut off. Ends with `done` or `error`; when the client goes,
 * `ctx.signal` aborts and the generator is returned.
 */
export function sse<C extends StreamEndpoint>(verb: StreamVerb<C>): RouteHandler {
  return serve(verb.contract, async exchange => {
    const { ctx, runtime } = exchange
    const release = runtime.inFlight.beginStream(ctx.actor.name)
    if (!release) throw new AppError('RATE_LIMITED', { detail: 'Too many event streams are open.' })
    const gone = new AbortController()
    const signal = AbortSignal.any([ctx.signal, runtime.stopping, gone.signal])
    const streaming = { ...ctx, signal }
    const events = verb(streaming, exchange.input)
    const first = events.next()
    try {
      await Promise.race([first, sleep(FIRST_MS, undefined, { ref: false })])
    } catch (error) {
      release()
      throw error
    }
    const close = () => {
      gone.abort()
      // A generator that waits ends when its wait does: the signal wakes it, `return` runs its finally.
      events.return().catch(() => undefined)
      release()
    }
    return new Response(bytesOf(verb.contract, events, first, { ...exchange, ctx: streaming }, close), {
      headers: {
        ...apiHeaders(ctx.requestId),
        'content-type': 'text/event-stream; charset=utf-8',
        'x-accel-buffering': 'no',
      },
    })
  })
}

type Events<C extends StreamEndpoint> = AsyncGenerator<EventOf<C>, void, void>
type Controller = ReadableStreamDefaultController<Uint8Array>

function bytesOf<C extends StreamEndpoint>(
  contract: C,
  events: Events<C>,
  first: Promise<IteratorResult<EventOf<C>, void>>,
  { ctx, runtime, request }: Exchange<C>,
  close: () => void,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const { signal } = ctx
  let id = 0
  let open = true
  let stuck = 0
  let next: Promise<IteratorResult<EventOf<C>, void>> | null = first
  // A rejection while nobody pulls must not be unhandled; `pull` sees it when it comes.
  first.catch(() => undefined)
  let heartbeat: NodeJS.Timeout | undefined
  let onAbort = () => {}

  const end = () => {
    open = false
    clearInterval(heartbeat)
    signal.removeEventListener('abort', onAbort)
    close()
  }
  const frame = (event: string, data: unknown) =>
    encoder.encode(`id: ${++id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  const finish = (controller: Controller, event: string, data: unknown) => {
    if (!open) return
    end()
    controller.enqueue(frame(event, data))
    controller.close()
  }
  const fail = (controller: Controller, thrown: unknown) => {
    const error = runtime.stopping.aborted ? new AppError('SHUTTING_DOWN') : asAppError(thrown)
    if (error.code === 'INTERNAL') {
      const about = { requestId: ctx.requestId, route: contract.path, err: error.cause ?? error }
      ctx.log.error(about, 'a stream failed by a mistake of ours')
    }
    finish(controller, 'error', toProblem(error, ctx.requestId, localeOf(request.headers)))
  }
  const giveUp = (controller: Controller) => {
    ctx.log.debug({ requestId: ctx.requestId, route: contract.path }, 'a stream was not read and is cut off')
    runtime.inFlight.noteCutOff()
    end()
    controller.error(new AppError('CANCELLED'))
    // Whoever hands the bytes on waits for the socket, which will never take any.
    cutOff(request.headers)
  }
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(encoder.encode(': open\n\n'))
        const unreadMs = runtime.config.streams.unreadSeconds * 1000
        const beatMs = Math.min(HEARTBEAT_MS, unreadMs / STUCK_BEATS)
        const mostStuck = Math.max(STUCK_BEATS, Math.ceil(unreadMs / HEARTBEAT_MS))
        heartbeat = setInterval(() => {
          if ((controller.desiredSize ?? 0) > 0) controller.enqueue(encoder.encode(': still here\n\n'))
          else if (++stuck >= mostStuck) giveUp(controller)
        }, beatMs)
        // Here and not in `pull`, which nobody calls while a slow client's queue is full.
        onAbort = () => fail(controller, new AppError('CANCELLED'))
        if (signal.aborted) onAbort()
        else signal.addEventListener('abort', onAbort, { once: true })
      },
      async pull(controller) {
        stuck = 0
        try {
          next ??= events.next()
          const result = await next
          next = null
          if (!open) return
          if (result.done) return finish(controller, 'done', {})
          const { event, data } = result.value
          if (runtime.config.checkAnswers) checkEvent(contract, event, data)
          if (event === 'done') return finish(controller, event, data)
          controller.enqueue(frame(event, data))
        } catch (thrown) {
          fail(controller, thrown)
        }
      },
      cancel: end,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: QUEUE_BYTES }),
  )
}

function checkEvent(contract: StreamEndpoint, event: string, data: unknown): void {
  const checked = contract.events[event]?.safeParse(data)
  if (checked?.success) return
  const cause = new Error(
    `event ${event} breaks its contract: ${checked?.error.message ?? 'it is not in it'}`,
  )
  throw new AppError('INTERNAL', { cause })
}

import { ApiError, isAbort } from './api-error'
import { errorOf } from './call'
import { syncClock } from './sync-clock'

export type SseEvent = { id: string | null; event: string; data: string }
/** One event may not grow without end when a server misbehaves. */
const MAX_EVENT_CHARS = 8_000_000

/** Splits a text/event-stream into its events (WHATWG HTML, "Server-sent events"): pushes text in, gets events out. */
export class SseParser {
  private rest = ''
  private data: string[] = []
  private size = 0
  private event = ''
  private id: string | null = null

  push(chunk: string): SseEvent[] {
    const events: SseEvent[] = []
    const text = this.rest + chunk
    let from = 0
    for (const found of text.matchAll(/\r\n|\n|\r/g)) {
      // A CR at the very end may be half of a CRLF.
      if (found[0] === '\r' && found.index === text.length - 1) break
      const event = this.line(text.slice(from, found.index))
      if (event) events.push(event)
      from = found.index + found[0].length
    }
    this.rest = text.slice(from)
    if (this.rest.length > MAX_EVENT_CHARS) throw new ApiError('STREAM_LOST')
    return events
  }

  private line(line: string): SseEvent | null {
    if (line === '') {
      const event = this.data.length
        ? { id: this.id, event: this.event || 'message', data: this.data.join('\n') }
        : null
      this.data = []
      this.size = 0
      this.event = ''
      return event
    }
    if (line.startsWith(':')) return null
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1))
    if (field === 'data') {
      this.size += value.length
      if (this.size > MAX_EVENT_CHARS) throw new ApiError('STREAM_LOST')
      this.data.push(value)
    } else if (field === 'event') this.event = value
    else if (field === 'id' && !value.includes('\u0000')) this.id = value
    return null
  }
}

/** Reads a stream until it ends or `signal` aborts. No bytes for 45 s (three missed heartbeats) counts as lost. */
export async function* readEvents(
  url: string,
  signal: AbortSignal,
  lastEventId: string | null,
): AsyncGenerator<SseEvent> {
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), 45_000)
  try {
    const response = await fetch(url, {
      headers: { accept: 'text/event-stream', ...(lastEventId ? { 'last-event-id': lastEventId } : {}) },
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.any([signal, silence.signal]),
    })
    syncClock(response)
    if (!response.ok) throw await errorOf(response)
    if (!response.body) throw new ApiError('STREAM_LOST')
    const parser = new SseParser()
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), 45_000)
      yield* parser.push(value)
    }
  } catch (error) {
    if (signal.aborted) return
    if (error instanceof ApiError) throw error
    throw new ApiError(isAbort(error) ? 'STREAM_LOST' : 'NETWORK', { cause: error })
  } finally {
    clearTimeout(timer)
    silence.abort()
  }
}

/** 1, 2, 4 … 30 s, each shortened by up to half at random, so that a thousand tabs do not come back together. */
export function backoffMs(attempt: number): number {
  return Math.min(30_000, 1000 * 2 ** Math.min(attempt, 5)) * (0.5 + Math.random() / 2)
}

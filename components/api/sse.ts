import { ApiError, isAbort } from './api-error'
import { errorOf } from './call'
import { type SseEvent, SseParser } from './sse-parser'
import { syncClock } from './sync-clock'

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

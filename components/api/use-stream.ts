'use client'

import { useEffect, useRef, useState } from 'react'
import { problemJson } from '@/lib/contracts/common'
import type { EventOf, RawInputOf, StreamEndpoint } from '@/lib/contracts/endpoint'
import { ApiError, toApiError } from './api-error'
import { apiUrl } from './call'
import { eventBatches } from './event-batches'
import { useLive } from './live'
import { backoffMs, readEvents } from './sse'

export type StreamState = 'off' | 'connecting' | 'open' | 'lost' | 'done' | 'refused'

/**
 * Follows a stream endpoint: events go to `onEvents`, parsed by the contract, in batches of an
 * animation frame. `done` ends it; a lost connection comes back with backoff; a refusal (4xx) stays. Rests
 * while the page is paused or long hidden.
 */
export function useStream<C extends StreamEndpoint>(
  contract: C,
  input: RawInputOf<C>,
  options: { enabled?: boolean; onEvents: (events: readonly EventOf<C>[]) => void },
): { state: StreamState; error: ApiError | null; retries: number } {
  const { paused, asleep } = useLive()
  const enabled = (options.enabled ?? true) && !paused && !asleep
  const [state, setState] = useState<StreamState>('off')
  const [error, setError] = useState<ApiError | null>(null)
  const [retries, setRetries] = useState(0)
  const onEvents = useRef(options.onEvents)
  useEffect(() => {
    onEvents.current = options.onEvents
  })
  const url = apiUrl(contract, input)

  useEffect(() => {
    if (!enabled) {
      setState(old => (old === 'done' || old === 'refused' ? old : 'off'))
      return
    }
    const stop = new AbortController()
    const batches = eventBatches(contract, events => onEvents.current(events))
    const run = async () => {
      let lastEventId: string | null = null
      for (let attempt = 0; !stop.signal.aborted; attempt++) {
        setState(attempt === 0 ? 'connecting' : 'lost')
        setRetries(attempt)
        try {
          for await (const event of readEvents(url, stop.signal, lastEventId)) {
            lastEventId = event.id ?? lastEventId
            attempt = 0
            setState('open')
            setError(null)
            if (event.event === 'error') throw streamError(event.data)
            batches.take(event.event, event.data)
            if (event.event === 'done') {
              batches.flush()
              setState('done')
              return
            }
          }
        } catch (caught) {
          if (stop.signal.aborted) return
          const failure = toApiError(caught)
          setError(failure)
          if (failure.status >= 400 && failure.status < 500 && failure.status !== 429) {
            setState('refused')
            return
          }
        }
        if (stop.signal.aborted) return
        setState('lost')
        await new Promise(resolve => setTimeout(resolve, backoffMs(attempt)))
      }
    }
    void run()
    return () => {
      stop.abort()
      batches.cancel()
    }
  }, [enabled, url, contract])

  return { state, error, retries }
}

/** An `error` event carries a problem; anything else in it is a lost stream. */
export function streamError(data: string): ApiError {
  try {
    const problem: unknown = JSON.parse(data)
    if (
      typeof problem === 'object' &&
      problem !== null &&
      'code' in problem &&
      typeof problem.code === 'string'
    )
      return new ApiError(problem.code, {
        status: 'status' in problem && typeof problem.status === 'number' ? problem.status : 0,
        requestId: 'requestId' in problem && typeof problem.requestId === 'string' ? problem.requestId : null,
        params: 'params' in problem ? problemJson.shape.params.safeParse(problem.params).data : undefined,
      })
  } catch {
    // Not JSON: fall through.
  }
  return new ApiError('STREAM_LOST')
}

'use client'

import { useCallback, useEffect, useReducer, useRef, useState } from 'react'
import { toApiError } from '@/components/api/api-error'
import { apiUrl } from '@/components/api/call'
import { readEvents } from '@/components/api/sse'
import { streamError } from '@/components/api/use-stream'
import type { EventOf, RawInputOf } from '@/lib/contracts/endpoint'
import { messages } from '@/lib/contracts/messages'
import { EMPTY_SEARCH, type SearchState, searchReducer } from './search-state'

type Input = RawInputOf<typeof messages.stream>
type Event = EventOf<typeof messages.stream>

export type Search = SearchState & {
  stop: () => void
  /** Goes on where it ended; what was found stays. */
  more: () => void
  /** From the beginning. */
  again: () => void
}

/**
 * A search, or a live tail, of one address. It is never resumed by itself: a stream that was lost ends as `lost` and what was found
 * stays, because asking again would read the log again. Leaving the page or `stop` closes the request, and with it the server's work.
 */
export function useSearch(input: Input, enabled = true): Search {
  const [state, dispatch] = useReducer(searchReducer, EMPTY_SEARCH)
  const [run, setRun] = useState<{ id: number; cursor: string | null }>({ id: 0, cursor: null })
  const abort = useRef<AbortController | null>(null)
  const tail = input.follow === true
  const url = apiUrl(messages.stream, { ...input, ...(run.cursor ? { cursor: run.cursor } : {}) })
  const base = apiUrl(messages.stream, input)

  // Another address is another search: a cursor of the last one must not be taken along.
  const [asked, setAsked] = useState(base)
  if (asked !== base) {
    setAsked(base)
    setRun(({ id }) => ({ id: id + 1, cursor: null }))
  }

  const runId = run.id
  const goesOn = run.cursor !== null
  // biome-ignore lint/correctness/useExhaustiveDependencies: `runId` asks for the same address once more
  useEffect(() => {
    if (!enabled) return
    const stop = new AbortController()
    abort.current = stop
    dispatch({ type: 'start', goesOn, tail })
    let batch: Event[] = []
    let frame = 0
    const flush = () => {
      cancelAnimationFrame(frame)
      frame = 0
      if (batch.length > 0) dispatch({ type: 'events', events: batch })
      batch = []
    }
    const take = (name: string, data: string) => {
      const schema = messages.stream.events[name as keyof typeof messages.stream.events]
      const parsed = schema?.safeParse(JSON.parse(data))
      // The schema is the one of this event's name, so the pair is one of Event.
      if (parsed?.success) batch.push({ event: name, data: parsed.data } as Event)
      if (frame === 0) frame = requestAnimationFrame(flush)
    }
    const read = async () => {
      try {
        for await (const event of readEvents(url, stop.signal, null)) {
          if (event.event === 'error') throw streamError(event.data)
          take(event.event, event.data)
        }
        flush()
        if (!stop.signal.aborted) dispatch({ type: 'closed' })
      } catch (caught) {
        flush()
        if (!stop.signal.aborted) dispatch({ type: 'failed', error: toApiError(caught) })
      }
    }
    void read()
    return () => {
      stop.abort()
      cancelAnimationFrame(frame)
    }
  }, [enabled, url, runId, goesOn, tail])

  const stop = useCallback(() => {
    abort.current?.abort()
    dispatch({ type: 'stopped' })
  }, [])
  const next = state.done?.next ?? null
  const more = useCallback(() => {
    if (next) setRun(({ id }) => ({ id: id + 1, cursor: next }))
  }, [next])
  const again = useCallback(() => setRun(({ id }) => ({ id: id + 1, cursor: null })), [])
  return { ...state, stop, more, again }
}

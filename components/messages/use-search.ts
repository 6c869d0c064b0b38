'use client'

import { startTransition, useCallback, useEffect, useReducer, useRef, useState } from 'react'
import { toApiError } from '@/components/api/api-error'
import { apiUrl } from '@/components/api/call'
import { eventBatches } from '@/components/api/event-batches'
import { readEvents } from '@/components/api/sse'
import { streamError } from '@/components/api/use-stream'
import type { RawInputOf } from '@/lib/contracts/endpoint'
import { messages } from '@/lib/contracts/messages'
import { EMPTY_SEARCH, type SearchState, searchReducer } from './search-state'

type Input = RawInputOf<typeof messages.stream>

export type Search = SearchState & {
  stop: () => void
  /** Goes on where it ended; what was found stays. */
  more: () => void
  /** From the beginning. */
  again: () => void
}

/** Nobody reads a screen of rows that changes more often; each change of all of them is laid out and painted. */
const TAIL_PACE_MS = 250

/**
 * A search, or a live tail, of one address. It is never resumed by itself: a stream that was lost ends as
 * `lost` and what was found stays, because asking again would read the log again. Leaving the page or `stop`
 * closes the request, and with it the server's work.
 */
export function useSearch(input: Input, enabled = true): Search {
  // What the server renders is a search that begins, not one that ended without a word.
  const [state, dispatch] = useReducer(searchReducer, enabled, begins =>
    begins ? { ...EMPTY_SEARCH, phase: 'connecting' as const } : EMPTY_SEARCH,
  )
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
    // New rows are drawn in slices: keys and clicks go before them.
    const batches = eventBatches(
      messages.stream,
      events => startTransition(() => dispatch({ type: 'events', events })),
      tail ? TAIL_PACE_MS : undefined,
    )
    const read = async () => {
      try {
        for await (const event of readEvents(url, stop.signal, null)) {
          if (event.event === 'error') throw streamError(event.data)
          batches.take(event.event, event.data)
        }
        batches.flush()
        if (!stop.signal.aborted) dispatch({ type: 'closed' })
      } catch (caught) {
        batches.flush()
        if (!stop.signal.aborted) dispatch({ type: 'failed', error: toApiError(caught) })
      }
    }
    void read()
    return () => {
      stop.abort()
      batches.cancel()
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

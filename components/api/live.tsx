'use client'

import { useQueryClient } from '@tanstack/react-query'
import {
  createContext,
  type ReactNode,
  startTransition,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { currentTimeMs } from '@/components/ui/clock'
import { events } from '@/lib/contracts/events'
import { toApiError } from './api-error'
import { apiUrl } from './call'
import { tells, topicsOf } from './live-topics'
import { backoffMs, readEvents } from './sse'

export type LiveState = {
  /** `off`: nothing subscribed, or no cluster. */
  connection: 'off' | 'connecting' | 'open' | 'lost'
  /** Attempts since it was last open. */
  retries: number
  paused: boolean
  pausedAtMs: number | null
  /** The tab was hidden for a minute: updates rest until it is seen again. */
  asleep: boolean
  setPaused: (paused: boolean) => void
}

type Watch = { topic: string; queryKey: readonly unknown[] }
type Hub = { watch: (watch: Watch) => () => void }

const State = createContext<LiveState>({
  connection: 'off',
  retries: 0,
  paused: false,
  pausedAtMs: null,
  asleep: false,
  setPaused: () => {},
})
const HubContext = createContext<Hub | null>(null)
const HIDDEN_MS = 60_000

function useAsleep(): boolean {
  const [asleep, setAsleep] = useState(false)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const onChange = () => {
      clearTimeout(timer)
      if (document.visibilityState === 'hidden') timer = setTimeout(() => setAsleep(true), HIDDEN_MS)
      else setAsleep(false)
    }
    document.addEventListener('visibilitychange', onChange)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onChange)
    }
  }, [])
  return asleep
}

/**
 * Whoever reads this context stands all over the page, which is perhaps not hydrated yet: a change that is urgent
 * would hydrate all of it in one go.
 */
const later =
  <T,>(set: (value: T) => void) =>
  (value: T) =>
    startTransition(() => set(value))

/**
 * The tab's one event stream. Views say what they watch (`useApi(…, {live: 'groups'})`); a `changed` event
 * makes their query read again. The stream is opened anew when what is watched changes, backs off 1-30 s when
 * lost, and rests while paused or hidden.
 */
export function LiveProvider({ cluster, children }: { cluster: string | null; children: ReactNode }) {
  const queries = useQueryClient()
  const watches = useRef(new Set<Watch>())
  const [wanted, setWanted] = useState('')
  const [connection, setConnectionNow] = useState<LiveState['connection']>('off')
  const [retries, setRetriesNow] = useState(0)
  const [pausedAtMs, setPausedAtMs] = useState<number | null>(null)
  const asleep = useAsleep()
  const resting = asleep || pausedAtMs !== null
  const { setConnection, setRetries } = useMemo(
    () => ({ setConnection: later(setConnectionNow), setRetries: later(setRetriesNow) }),
    [],
  )

  const hub = useMemo<Hub>(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const settle = () => {
      // Mounts and unmounts come in bursts: one stream for what remains.
      clearTimeout(timer)
      timer = setTimeout(
        () => setWanted(topicsOf([...watches.current].map(watch => watch.topic)).join(',')),
        30,
      )
    }
    return {
      watch: watch => {
        watches.current.add(watch)
        settle()
        return () => {
          watches.current.delete(watch)
          settle()
        }
      },
    }
  }, [])

  useEffect(() => {
    if (cluster === null || wanted === '' || resting) {
      setConnection('off')
      return
    }
    const stop = new AbortController()
    const invalidate = (topic: string | null) => {
      for (const watch of watches.current) {
        if (topic === null || tells(topic, watch.topic))
          void queries.invalidateQueries({ queryKey: watch.queryKey })
      }
    }
    const run = async () => {
      let attempt = 0
      let lastEventId: string | null = null
      const url = apiUrl(events.stream, { cluster, subscribe: wanted })
      while (!stop.signal.aborted) {
        setConnection(attempt === 0 ? 'connecting' : 'lost')
        setRetries(attempt)
        try {
          for await (const event of readEvents(url, stop.signal, lastEventId)) {
            lastEventId = event.id ?? lastEventId
            if (event.event === 'hello') {
              setConnection('open')
              setRetries(0)
              // What changed while nobody listened is not told again.
              if (attempt > 0) invalidate(null)
              attempt = 0
            } else if (event.event === 'changed') invalidate(changedTopic(event.data))
          }
        } catch (error) {
          // Refused for good (denied, unknown cluster, signed out): polling goes on and shows why.
          const { status } = toApiError(error)
          if (status >= 400 && status < 500 && status !== 429) attempt = Math.max(attempt, 5)
        }
        if (stop.signal.aborted) return
        setConnection('lost')
        await new Promise(resolve => setTimeout(resolve, backoffMs(attempt)))
        attempt++
      }
    }
    void run()
    return () => stop.abort()
  }, [cluster, wanted, resting, queries, setConnection, setRetries])

  const setPaused = useCallback(
    (paused: boolean) => {
      setPausedAtMs(paused ? currentTimeMs() : null)
      if (!paused) void queries.invalidateQueries({ type: 'active' })
    },
    [queries],
  )
  const state = useMemo<LiveState>(
    () => ({ connection, retries, paused: pausedAtMs !== null, pausedAtMs, asleep, setPaused }),
    [connection, retries, pausedAtMs, asleep, setPaused],
  )
  return (
    <HubContext.Provider value={hub}>
      <State.Provider value={state}>{children}</State.Provider>
    </HubContext.Provider>
  )
}

function changedTopic(data: string): string | null {
  try {
    const parsed = events.stream.events.changed.safeParse(JSON.parse(data))
    return parsed.success ? parsed.data.topic : null
  } catch {
    return null
  }
}

/** Is the page live, paused, asleep, or reconnecting? */
export function useLive(): LiveState {
  return useContext(State)
}

/**
 * Reads a query again when the stream says that `topic` (`overview`, `groups`, `group:NAME`, `dead-letters`,
 * `replay:ID`) changed.
 */
export function useLiveTopic(topic: string | null, queryKey: readonly unknown[]): void {
  const hub = useContext(HubContext)
  const key = JSON.stringify(queryKey)
  const latest = useRef(queryKey)
  latest.current = queryKey
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the array, which is new at each render
  useEffect(() => {
    if (topic === null || hub === null) return
    return hub.watch({ topic, queryKey: latest.current })
  }, [hub, topic, key])
}

'use client'

import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react'

/**
 * One timer for every relative time on the page. It runs only while something listens and the tab is visible,
 * and it reads the server's clock: `syncClock` is fed with the Date header of answers, so a laptop with a
 * wrong clock still shows true ages.
 */
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined
let now = 0
let skewMs = 0

function tick(): void {
  now = Date.now() + skewMs
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (timer === undefined) {
    timer = setInterval(() => {
      if (document.visibilityState === 'visible') tick()
    }, 1000)
    document.addEventListener('visibilitychange', tick)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
      document.removeEventListener('visibilitychange', tick)
    }
  }
}

/**
 * Tells the clock what time it was at the server when an answer came; differences under 2 s are noise of the
 * network.
 */
export function syncClock(serverMs: number): void {
  const difference = serverMs - Date.now()
  skewMs = Math.abs(difference) > 2000 ? difference : 0
}

/** Milliseconds since the epoch by the server's clock, outside of rendering. */
export function currentTimeMs(): number {
  return Date.now() + skewMs
}

const RenderedAt = createContext(0)

/** `renderedAtMs`: the server's time of this document, so that the first paint of both sides is the same text. */
export function ClockProvider({ renderedAtMs, children }: { renderedAtMs: number; children: ReactNode }) {
  return <RenderedAt.Provider value={renderedAtMs}>{children}</RenderedAt.Provider>
}

/**
 * What `of` makes of the current time, looked at once a second: rendered anew only when that differs. A change of an
 * outside store can't be drawn in slices, so what stands beside a large list must not change for nothing.
 */
export function useFromNow<T extends string | number | boolean>(of: (nowMs: number) => T): T {
  const renderedAtMs = useContext(RenderedAt)
  return useSyncExternalStore(
    subscribe,
    () => {
      if (now === 0 || timer === undefined) now = Date.now() + skewMs
      return of(now)
    },
    () => of(renderedAtMs),
  )
}

/** The current time, once a second. */
export function useNow(): number {
  return useFromNow(nowMs => nowMs)
}

const Zone = createContext('Asia/Seoul')

export function ZoneProvider({ zone, children }: { zone: string; children: ReactNode }) {
  return <Zone.Provider value={zone}>{children}</Zone.Provider>
}

/** The reader's time zone (IANA). */
export function useZone(): string {
  return useContext(Zone)
}

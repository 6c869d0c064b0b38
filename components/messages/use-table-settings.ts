'use client'

import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { useMe } from '@/components/api/me'

const DENSITIES = { compact: 28, normal: 32, wide: 40 } as const
export type Density = keyof typeof DENSITIES
export type TimeForm = 'clock' | 'epoch'
type Settings = { density: Density; time: TimeForm }

const USUAL: Settings = { density: 'compact', time: 'clock' }
const listeners = new Set<() => void>()

const keyOf = (person: string) => `milena-message-table ${person}`

/** Where a person's columns of a topic are kept in this browser: whoever signs in next has columns of their own. */
export const columnsKey = (person: string, cluster: string, topic: string) =>
  `milena-columns ${person} ${cluster} ${topic}`

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    // A browser that keeps nothing shows what is usual.
    return null
  }
}

/** How a person sees tables of messages: how high a row is, and time as a clock's or as milliseconds since 1970. Kept in this browser. */
export function useTableSettings() {
  const person = useMe()?.name ?? ''
  const key = keyOf(person)
  const text = useSyncExternalStore(
    subscribe,
    () => read(key),
    () => null,
  )
  const settings = useMemo(() => parse(text), [text])
  const change = useCallback(
    (part: Partial<Settings>) => {
      try {
        localStorage.setItem(key, JSON.stringify({ ...parse(read(key)), ...part }))
      } catch {
        return
      }
      for (const listener of listeners) listener()
    },
    [key],
  )
  return { ...settings, rowHeight: DENSITIES[settings.density], person, change }
}

function parse(text: string | null): Settings {
  try {
    const kept: unknown = JSON.parse(text ?? '{}')
    const { density, time } = kept as Partial<Record<keyof Settings, unknown>>
    return {
      density:
        typeof density === 'string' && Object.hasOwn(DENSITIES, density)
          ? (density as Density)
          : USUAL.density,
      time: time === 'epoch' ? 'epoch' : USUAL.time,
    }
  } catch {
    return USUAL
  }
}

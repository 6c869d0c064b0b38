'use client'

import { useEffect, useId, useSyncExternalStore } from 'react'
import { type ApiError, isFinal } from './api-error'

export type FreshSource = {
  id: string
  /** Words: `컨슈머 그룹 랙`. */
  label: string
  /** When the values were taken; null: not yet. */
  at: string | null
  /** How often new ones are expected. */
  everyMs: number
  error: ApiError | null
  fetching: boolean
}

export type AgeLevel = 'ok' | 'warn' | 'error'

/** How old is too old: warn from three missed intervals on, error from ten. */
export function ageLevel(ageMs: number, everyMs: number): AgeLevel {
  const intervals = ageMs / everyMs
  return intervals >= 10 ? 'error' : intervals >= 3 ? 'warn' : 'ok'
}

let sources: readonly FreshSource[] = []
const listeners = new Set<() => void>()
const NONE: readonly FreshSource[] = []

function publish(next: readonly FreshSource[]): void {
  sources = next
  for (const listener of listeners) listener()
}

/** Tells the top bar how old what this screen shows is: one line per source behind the dot. */
export function useFreshness(source: Omit<FreshSource, 'id'>): void {
  const id = useId()
  const { label, at, everyMs, error, fetching } = source
  useEffect(() => {
    const others = sources.filter(other => other.id !== id)
    // Who may not see it waits for nothing.
    publish(isFinal(error) ? others : [...others, { id, label, at, everyMs, error, fetching }])
  }, [id, label, at, everyMs, error, fetching])
  useEffect(() => () => publish(sources.filter(other => other.id !== id)), [id])
}

export function useFreshSources(): readonly FreshSource[] {
  return useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => sources,
    () => NONE,
  )
}

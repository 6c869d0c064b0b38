'use client'

import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { useMe } from '@/components/api/me'
import { type TableDensity, type TableTime, tableDensity, tableTime } from '@/lib/contracts/message-table'
import { keep, readKept, subscribeKept, tableKey } from './kept-tables'

const ROW_HEIGHTS = { compact: 28, normal: 32, wide: 40 } as const satisfies Record<TableDensity, number>
export type TableSettings = { density: TableDensity; time: TableTime }

const USUAL: TableSettings = { density: 'compact', time: 'clock' }

/**
 * How a person sees tables of messages: how high a row is, and time as a clock's or as milliseconds since
 * 1970. This browser's copy, which holds at once; `useKeptTable` is what keeps it on the server.
 */
export function useTableSettings() {
  const person = useMe()?.name ?? ''
  const key = tableKey(person)
  const text = useSyncExternalStore(
    subscribeKept,
    () => readKept(key),
    () => null,
  )
  const settings = useMemo(() => parse(text), [text])
  const change = useCallback(
    (part: Partial<TableSettings>) => keep(key, JSON.stringify({ ...parse(readKept(key)), ...part })),
    [key],
  )
  return { ...settings, rowHeight: ROW_HEIGHTS[settings.density], person, change }
}

/** What this browser keeps, outside of rendering: a page that hydrates still shows what is usual. */
export const keptSettings = (person: string): TableSettings => parse(readKept(tableKey(person)))

function parse(text: string | null): TableSettings {
  try {
    const { density, time } = JSON.parse(text ?? '{}') as Record<string, unknown>
    return {
      density: tableDensity.safeParse(density).data ?? USUAL.density,
      time: tableTime.safeParse(time).data ?? USUAL.time,
    }
  } catch {
    return USUAL
  }
}

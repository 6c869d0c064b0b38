'use client'

import { useCallback, useEffect, useRef } from 'react'
import { useMe } from '@/components/api/me'
import { useApi, useApiMutation } from '@/components/api/use-api'
import type { RawInputOf } from '@/lib/contracts/endpoint'
import { TABLE_COLUMNS_MAX } from '@/lib/contracts/message-table'
import { messages } from '@/lib/contracts/messages'
import { parseFieldPath } from './field-value'
import { columnsKey, isUnsent, keep, markSent, markUnsent, readKept, tableKey } from './kept-tables'
import { keptSettings, type TableSettings, useTableSettings } from './use-table-settings'

/**
 * Keeps how a person sees a topic's messages on the server and in this browser. An address that names no
 * columns takes those chosen before: at once from this browser, else from the server when it answers. What
 * the server has goes before what this browser has, unless it has not heard of it yet; it is taken once, so
 * that nothing moves while somebody reads.
 */
export function useKeptTable(
  cluster: string,
  topic: string,
  { columns, onColumns }: { columns: readonly string[]; onColumns: (columns: string[]) => void },
) {
  const person = useMe()?.name ?? ''
  const settings = useTableSettings()
  const found = useApi(messages.table, { cluster, topic }, { staleMs: 60_000, keepPrevious: false })
  const { mutateAsync } = useApiMutation(messages.putTable, { invalidates: [messages.table] })
  const keys = { all: tableKey(person), columns: columnsKey(person, cluster, topic) }

  // One after the other: the last change is the one that stays.
  const sending = useRef<Promise<unknown>>(Promise.resolve())
  const send = useCallback(
    (key: string, change: RawInputOf<typeof messages.putTable>) => {
      const mark = markUnsent(key)
      sending.current = sending.current
        .then(() => mutateAsync(change))
        .then(
          () => markSent(key, mark),
          // It stays marked: the next time the page opens it is sent again.
          () => undefined,
        )
    },
    [mutateAsync],
  )

  const latest = useRef({ columns, onColumns, settings, send, keys })
  latest.current = { columns, onColumns, settings, send, keys }
  const place = `${cluster}/${topic}`
  /** What this browser gave to an address without columns; null: the address has its own. */
  const given = useRef<readonly string[] | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another topic begins anew
  useEffect(() => {
    const { columns: shown, onColumns: show, keys: at } = latest.current
    const kept = pathsOf(readKept(at.columns))
    given.current = shown.length > 0 ? null : kept
    if (shown.length === 0 && kept.length > 0) show(kept)
  }, [place])
  /** The topic for which an answer was taken, or came too late. */
  const settled = useRef<string | null>(null)
  useEffect(() => {
    if (!found.data || settled.current === place) return
    settled.current = place
    const { columns: shown, onColumns: show, settings: own, send: tell, keys: at } = latest.current
    const { columns: paths, density, time } = found.data
    if (isUnsent(at.all)) tell(at.all, { cluster, topic, ...keptSettings(own.person) })
    else if (density ?? time) own.change({ ...(density ? { density } : {}), ...(time ? { time } : {}) })
    if (isUnsent(at.columns)) tell(at.columns, { cluster, topic, columns: pathsOf(readKept(at.columns)) })
    else if (paths) {
      keep(at.columns, JSON.stringify(paths))
      const before = given.current
      // Empty: what was given has not come to the address yet.
      const isOurs = before !== null && (shown.length === 0 || same(shown, before))
      if (isOurs && !same(paths, before)) show(paths)
    }
  }, [found.data, place, cluster, topic])

  return {
    settings,
    changeSettings(part: Partial<TableSettings>) {
      settled.current = place
      settings.change(part)
      send(keys.all, { cluster, topic, ...keptSettings(person) })
    },
    changeColumns(paths: string[]) {
      settled.current = place
      keep(keys.columns, JSON.stringify(paths))
      send(keys.columns, { cluster, topic, columns: paths })
      onColumns(paths)
    },
  }
}

export type KeptTable = ReturnType<typeof useKeptTable>

const same = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((path, i) => path === other[i])

function pathsOf(text: string | null): string[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]')
    if (!Array.isArray(kept)) return []
    return kept
      .filter((one): one is string => typeof one === 'string' && parseFieldPath(one) !== null)
      .slice(0, TABLE_COLUMNS_MAX)
  } catch {
    return []
  }
}

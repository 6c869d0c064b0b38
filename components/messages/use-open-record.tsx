'use client'

import { type ReactNode, useEffect } from 'react'
import { parseRecordParam, recordParam } from './messages-query'
import { RecordDrawer } from './record-drawer'

type Row = { partition: number; offset: string; topic?: string }
export const recordKey = (row: Row) => `${row.topic ?? ''}/${row.partition}/${row.offset}`

/**
 * The record of the address beside a list, and the list's place of it; `n` and `p` walk through the rows and,
 * where it goes on, further.
 */
export function useOpenRecord<R extends Row>({
  cluster,
  topic,
  rows,
  value,
  onChange,
  beyond,
}: {
  cluster: string
  topic: string
  rows: readonly R[]
  /** The address's `d`. */
  value: string | null
  onChange: (d: string | null, history: 'push' | 'replace') => void
  beyond?: { previous: (() => void) | null; next: (() => void) | null }
}): { drawer: ReactNode; currentKey: string | null; show: (row: R | undefined) => void } {
  const open = parseRecordParam(value, topic)
  const at = open
    ? rows.findIndex(
        row =>
          row.partition === open.partition &&
          row.offset === open.offset &&
          (row.topic ?? topic) === open.topic,
      )
    : -1
  const row = rows[at]
  const show = (next: R | undefined) => {
    if (next) onChange(recordParam(next, topic), value === null ? 'push' : 'replace')
  }
  // A pasted address may open a record that stands below the fold, and `n` walks there.
  useEffect(() => {
    if (value !== null && at >= 0)
      document.querySelector('tr[aria-current=true]')?.scrollIntoView({ block: 'nearest' })
  }, [value, at])
  return {
    show,
    currentKey: row ? recordKey(row) : null,
    drawer: open ? (
      <RecordDrawer
        address={{ cluster, ...open }}
        place={at >= 0 ? { at: at + 1, of: rows.length } : null}
        onPrevious={at > 0 ? () => show(rows[at - 1]) : at === 0 ? (beyond?.previous ?? null) : null}
        onNext={at < 0 ? null : at < rows.length - 1 ? () => show(rows[at + 1]) : (beyond?.next ?? null)}
        onClose={() => onChange(null, 'push')}
      />
    ) : null,
  }
}

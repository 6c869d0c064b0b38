'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { useTranslations } from 'next-intl'
import { type Ref, useMemo, useRef } from 'react'
import { CopyButton } from '@/components/ui/copy-button'
import { EmptyState } from '@/components/ui/empty-state'
import { RowGap } from '@/components/ui/row-gap'
import { VisibleText } from '@/components/ui/visible-text'
import type { Message } from '@/lib/contracts/messages'
import { EmptyText, FormatMark } from './payload-cell'

const DRAWN_WHOLE = 100
const ROW_HEIGHT = 32

type Row = { header: Message['headers'][number]; nth: number; of: number }

/**
 * Headers in their order, duplicates kept and counted; null, empty and binary values told apart. Many are
 * drawn only where they are seen.
 */
export function HeaderList({ headers }: { headers: Message['headers'] }) {
  const t = useTranslations('messages.record')
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useMemo(() => countNames(headers), [headers])
  const isLong = rows.length > DRAWN_WHOLE
  const virtualizer = useVirtualizer({
    count: isLong ? rows.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    initialRect: { width: 600, height: 600 },
  })
  if (rows.length === 0) return <EmptyState title={t('noHeaders')} body={t('noHeadersBody')} />
  const items = virtualizer.getVirtualItems()
  return (
    // What scrolls can be scrolled by keys.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above (WCAG 2.1.1)
    <div ref={scroller} tabIndex={0} className="min-h-0 flex-1 overflow-auto ring-inset-focus">
      <table
        className="w-full table-fixed border-separate border-spacing-0"
        aria-rowcount={isLong ? rows.length + 1 : undefined}
      >
        <thead>
          <tr className="text-left text-meta text-text-3">
            <th
              scope="col"
              className="sticky top-0 z-1 h-7 w-2/5 border-b border-line bg-[var(--ground)] px-4 font-medium"
            >
              {t('headerName')}
            </th>
            <th
              scope="col"
              className="sticky top-0 z-1 h-7 border-b border-line bg-[var(--ground)] px-2 font-medium"
            >
              {t('headerValue')}
            </th>
          </tr>
        </thead>
        <tbody>
          {isLong ? <RowGap columns={2} height={items[0]?.start ?? 0} /> : null}
          {isLong
            ? items.map(item => {
                const row = rows[item.index]
                return row ? (
                  <HeaderRow key={item.index} row={row} index={item.index} ref={virtualizer.measureElement} />
                ) : null
              })
            : rows.map((row, i) => <HeaderRow key={i} row={row} index={i} />)}
          {isLong ? (
            <RowGap columns={2} height={virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0)} />
          ) : null}
        </tbody>
      </table>
    </div>
  )
}

function countNames(headers: Message['headers']): Row[] {
  const seen = new Map<string, number>()
  const rows = headers.map(header => {
    const nth = (seen.get(header.name) ?? 0) + 1
    seen.set(header.name, nth)
    return { header, nth }
  })
  return rows.map(row => ({ ...row, of: seen.get(row.header.name) ?? 1 }))
}

function HeaderRow({
  row: { header, nth, of },
  index,
  ref,
}: {
  row: Row
  index: number
  ref?: Ref<HTMLTableRowElement>
}) {
  const t = useTranslations('messages.record')
  return (
    <tr ref={ref} data-index={index} aria-rowindex={ref ? index + 2 : undefined} className="align-top">
      <th
        scope="row"
        className="mono-sm border-b border-line-soft px-4 py-1.5 text-left font-normal break-all text-text-2"
      >
        <span translate="no">{header.name === '' ? <EmptyText /> : <VisibleText text={header.name} />}</span>
        {of > 1 ? (
          <span className="ml-1.5 font-sans text-cap whitespace-nowrap text-text-3">
            {t('headerNth', { nth, of })}
          </span>
        ) : null}
      </th>
      <td className="group/header mono-sm border-b border-line-soft py-1 pr-2 pl-2">
        <HeaderValue value={header.value} />
      </td>
    </tr>
  )
}

/** Eight lines of a narrow column. */
const SCROLLS_CHARS = 240
const SHOWN_CHARS = 2_000

export function HeaderValue({ value }: { value: Message['headers'][number]['value'] }) {
  const t = useTranslations('messages')
  if (value === null) return <span className="inline-block py-0.5 text-stall italic">{t('null')}</span>
  if (value.bytes === 0)
    return (
      <span className="inline-block py-0.5">
        <EmptyText />
      </span>
    )
  return (
    <span className="flex items-start gap-1">
      <span
        // What scrolls can be scrolled by keys.
        tabIndex={value.text.length > SCROLLS_CHARS ? 0 : undefined}
        translate="no"
        className="max-h-40 min-w-0 flex-1 overflow-auto py-0.5 break-all whitespace-pre-wrap"
      >
        <FormatMark format={value.format} />
        <VisibleText text={value.text.slice(0, SHOWN_CHARS)} />
        {value.text.length > SHOWN_CHARS ? (
          <span className="ml-1 rounded-[3px] bg-unknown-bg px-1 font-sans text-cap text-unknown">
            {t('record.headerCut', { n: value.text.length - SHOWN_CHARS })}
          </span>
        ) : null}
      </span>
      <CopyButton
        text={value.text}
        className="opacity-0 group-hover/header:opacity-100 focus-visible:opacity-100"
      />
    </span>
  )
}

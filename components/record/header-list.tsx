'use client'

import { useTranslations } from 'next-intl'
import { CopyButton } from '@/components/ui/copy-button'
import { EmptyState } from '@/components/ui/empty-state'
import { VisibleText } from '@/components/ui/visible-text'
import type { Message } from '@/lib/contracts/messages'
import { EmptyText, FormatMark } from './payload-cell'

/** Headers in their order, duplicates kept and counted; null, empty and binary values told apart. */
export function HeaderList({ headers }: { headers: Message['headers'] }) {
  const t = useTranslations('messages.record')
  if (headers.length === 0) return <EmptyState title={t('noHeaders')} body={t('noHeadersBody')} />
  const seen = new Map<string, number>()
  const rows = headers.map(header => {
    const nth = (seen.get(header.name) ?? 0) + 1
    seen.set(header.name, nth)
    return { header, nth }
  })
  return (
    <table className="w-full table-fixed border-separate border-spacing-0">
      <thead>
        <tr className="text-left text-meta text-text-3">
          <th
            scope="col"
            className="sticky top-0 z-1 h-7 w-2/5 border-b border-line bg-raised px-4 font-medium"
          >
            {t('headerName')}
          </th>
          <th scope="col" className="sticky top-0 z-1 h-7 border-b border-line bg-raised px-2 font-medium">
            {t('headerValue')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ header, nth }, i) => (
          <tr key={i} className="align-top">
            <th
              scope="row"
              className="mono-sm border-b border-line-soft px-4 py-1.5 text-left font-normal break-all text-text-2"
            >
              <span translate="no">
                {header.name === '' ? <EmptyText /> : <VisibleText text={header.name} />}
              </span>
              {(seen.get(header.name) ?? 1) > 1 ? (
                <span className="ml-1.5 font-sans text-cap whitespace-nowrap text-text-3">
                  {t('headerNth', { nth, of: seen.get(header.name) ?? 1 })}
                </span>
              ) : null}
            </th>
            <td className="group/header mono-sm border-b border-line-soft py-1 pr-2 pl-2">
              <HeaderValue value={header.value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
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

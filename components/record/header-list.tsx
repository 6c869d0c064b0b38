'use client'

import { useTranslations } from 'next-intl'
import { CopyButton } from '@/components/ui/copy-button'
import type { Message } from '@/lib/contracts/messages'

/** Headers in their order, duplicates kept; null, empty and binary values told apart. */
export function HeaderList({ headers }: { headers: Message['headers'] }) {
  const t = useTranslations('messages.record')
  if (headers.length === 0) return <p className="px-4 py-6 text-text-3">{t('noHeaders')}</p>
  return (
    <table className="w-full table-fixed border-separate border-spacing-0">
      <thead>
        <tr className="text-left text-meta text-text-3">
          <th scope="col" className="h-7 w-2/5 border-b border-line px-4 font-medium">
            {t('headerName')}
          </th>
          <th scope="col" className="h-7 border-b border-line px-2 font-medium">
            {t('headerValue')}
          </th>
        </tr>
      </thead>
      <tbody>
        {headers.map((header, i) => (
          <tr key={i} className="align-top">
            <th
              scope="row"
              className="mono-sm border-b border-line/55 px-4 py-1.5 text-left font-normal text-text-2"
            >
              <bdi translate="no">{header.name}</bdi>
            </th>
            <td className="group/header mono-sm border-b border-line/55 px-2 py-1.5">
              <HeaderValue value={header.value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const SHOWN_CHARS = 2_000

export function HeaderValue({ value }: { value: Message['headers'][number]['value'] }) {
  const t = useTranslations('messages')
  if (value === null) return <span className="text-stall italic">{t('null')}</span>
  if (value.bytes === 0) return <span className="text-text-3">{t('emptyKey')}</span>
  return (
    <span className="flex items-start gap-1">
      <span className="max-h-40 min-w-0 flex-1 overflow-auto break-all whitespace-pre-wrap">
        {value.format === 'hex' || value.format === 'number' ? (
          <span className="mr-1 text-text-3">{value.format === 'hex' ? 'hex' : 'int'}</span>
        ) : null}
        {value.text.slice(0, SHOWN_CHARS)}
        {value.text.length > SHOWN_CHARS ? '…' : null}
      </span>
      <CopyButton
        text={value.text}
        className="opacity-0 group-hover/header:opacity-100 focus-visible:opacity-100"
      />
    </span>
  )
}

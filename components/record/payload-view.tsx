'use client'

import { Download } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { apiUrl } from '@/components/api/call'
import { CodeView } from '@/components/ui/code-view'
import { Notice } from '@/components/ui/notice'
import { messages, type Payload } from '@/lib/contracts/messages'
import { formatBytes } from '@/lib/format'

export type RecordAddress = { cluster: string; topic: string; partition: number; offset: string }

/** The decoded key or value of one record, with the decoder named, the reason when a better one failed, and the raw bytes to download. */
export function PayloadView({
  payload,
  part,
  address,
}: {
  payload: Payload | null
  part: 'key' | 'value'
  address: RecordAddress
}) {
  const t = useTranslations('messages.record')
  if (payload === null)
    return <p className="px-4 py-6 text-stall italic">{t(part === 'key' ? 'nullKey' : 'nullValue')}</p>
  if (payload.bytes === 0) return <p className="px-4 py-6 text-text-3">{t('empty')}</p>
  const download = apiUrl(messages.raw, { ...address, part })
  return (
    <div className="flex min-h-0 flex-1 flex-col px-4 pb-3">
      {payload.error ? (
        <Notice tone="warn" className="-mx-4">
          {t('decodeError')} — {payload.error}
        </Notice>
      ) : null}
      {payload.truncated ? (
        <Notice tone="info" className="-mx-4">
          {t('truncated', {
            shown: formatBytes(new Blob([payload.text]).size),
            all: formatBytes(payload.bytes),
          })}
        </Notice>
      ) : null}
      <CodeView
        fill
        label={t(part)}
        text={payload.text}
        language={
          payload.format === 'json' || payload.format === 'avro' || payload.format === 'protobuf'
            ? 'json'
            : 'text'
        }
        meta={<PayloadMeta payload={payload} />}
      />
      <a
        href={download}
        download
        className="mt-2 inline-flex items-center gap-1 self-start text-meta text-accent"
      >
        <Download aria-hidden size={14} />
        {t('download')} · {formatBytes(payload.bytes)}
      </a>
    </div>
  )
}

function PayloadMeta({ payload }: { payload: Payload }) {
  const t = useTranslations('messages.record')
  const id = payload.schema?.id
  return (
    <span>
      {payload.format}
      {id === null || id === undefined ? '' : ` · ${t('schema', { id })}`}
    </span>
  )
}

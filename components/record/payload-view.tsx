'use client'

import { Download } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { apiUrl } from '@/components/api/call'
import { Button } from '@/components/ui/button'
import { CodeView } from '@/components/ui/code-view'
import { EmptyState } from '@/components/ui/empty-state'
import { HexView } from '@/components/ui/hex-view'
import { Notice } from '@/components/ui/notice'
import { messages, type Payload } from '@/lib/contracts/messages'
import { formatBytes, formatInteger } from '@/lib/format'
import { bytesOfHex } from './bytes-of-hex'
import { ReadingBar } from './reading-bar'
import type { RecordAddress } from './record-copies'
import { useFailureWords } from './use-failure-words'

export type { RecordAddress } from './record-copies'

const JSON_FORMATS: ReadonlySet<Payload['format']> = new Set(['json', 'avro', 'protobuf', 'json-schema'])

/**
 * The decoded key or value of one record, with the decoder named, the reason when a better one failed, and
 * the raw bytes to download.
 */
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
  const locale = useLocale()
  const [whole, setWhole] = useState(false)
  const failureWords = useFailureWords()
  if (payload === null)
    return (
      <EmptyState
        title={<span className="text-stall italic">null</span>}
        body={t(part === 'key' ? 'nullKey' : 'nullValue')}
      />
    )
  if (payload.bytes === 0)
    return <EmptyState title={<span className="mono">&quot;&quot;</span>} body={t('empty')} />
  const failure = failureWords(payload)
  const isSized = isItsBytes(payload)
  const shown = formatBytes(
    payload.format === 'hex' ? payload.text.length / 2 : new Blob([payload.text]).size,
  )
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <ReadingBar cluster={address.cluster} topic={address.topic} part={part} payload={payload} />
      {failure === null ? null : (
        <Notice tone="warn">
          {t('decodeError')} — {failure}
        </Notice>
      )}
      {payload.truncated && !whole ? (
        <Notice
          tone="info"
          action={
            payload.format === 'hex' ? null : (
              <Button size="xs" onClick={() => setWhole(true)}>
                {isSized ? t('showWhole', { size: formatBytes(payload.bytes) }) : t('showAll')}
              </Button>
            )
          }
        >
          {isSized
            ? t('truncated', { shown, all: formatBytes(payload.bytes) })
            : t('truncatedText', { shown })}
        </Notice>
      ) : null}
      <div className="flex min-h-0 flex-1 flex-col px-4">
        {payload.format === 'hex' ? (
          <>
            <p className="flex h-9 shrink-0 items-center text-meta text-text-3">{t('format.hex')}</p>
            <HexView fill label={t(part)} bytes={bytesOfHex(payload.text)} />
          </>
        ) : (
          <CodeView
            // Read otherwise it is another text, at the same address.
            key={`${payload.decoder} ${payload.schema?.id}`}
            fill
            plain
            label={t(part)}
            {...(whole ? { url: apiUrl(messages.text, { ...address, part }) } : { text: payload.text })}
            language={JSON_FORMATS.has(payload.format) ? 'json' : 'text'}
            meta={payload.format === 'json' && !payload.schema ? null : <PayloadMeta payload={payload} />}
          />
        )}
      </div>
      <a
        href={apiUrl(messages.raw, { ...address, part })}
        download
        title={`${formatInteger(payload.bytes, locale)} B`}
        className="inline-flex items-center gap-1 self-start rounded-control px-4 py-2 text-meta text-accent ring-inset-focus"
      >
        <Download aria-hidden size={14} />
        {t('download')} · {formatBytes(payload.bytes)}
      </a>
    </div>
  )
}

/** Is the text as long as the bytes? What was decoded, or compressed inside, has another length. */
function isItsBytes({ format, decoder, inside }: Payload): boolean {
  if (format === 'hex') return true
  return inside === undefined && (decoder === 'json' || decoder === 'text')
}

function PayloadMeta({ payload }: { payload: Payload }) {
  const t = useTranslations('messages.record')
  const { schema } = payload
  return (
    <span>
      {t(`format.${payload.format}`)}
      {schema?.message ? ` · ${schema.message}` : ''}
      {schema?.subject ? ` · ${schema.subject}` : ''}
      {typeof schema?.version === 'number' ? ` v${schema.version}` : ''}
      {typeof schema?.id === 'number' ? ` · ${t('schema', { id: schema.id })}` : ''}
    </span>
  )
}

'use client'

import { GitCompareArrows } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import { QueryError } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import type { RecordAddress } from '@/components/record/record-copies'
import { Button, LinkButton } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { SideBySide } from '@/components/ui/side-by-side'
import { SkeletonLines } from '@/components/ui/skeleton'
import { Timestamp } from '@/components/ui/time'
import { type Message, messages } from '@/lib/contracts/messages'
import { formatBytes } from '@/lib/format'
import { routes } from '@/lib/routes'
import { linesOfRecord } from './lines-of-record'
import { parseRecordParam, RECORD_PREVIEW_BYTES } from './messages-query'
import { useKeyHistory } from './use-key-history'

const ONE_BEFORE = { older: 1, newer: 0 }

/**
 * A record beside another one, or beside the one before it with the same key (`previous`): what differs, line
 * by line.
 */
export function CompareRecords({
  address,
  message,
  against,
  onAgainst,
}: {
  address: RecordAddress
  message: Message
  against: string
  onAgainst: (against: string) => void
}) {
  const t = useTranslations('messages.record')
  const { cluster, topic, partition, offset } = address
  const named = parseRecordParam(against, topic)
  const history = useKeyHistory(address, named ? undefined : message, ONE_BEFORE)
  const before = history.data?.rows[0]
  const place = named ?? (before ? { topic, partition: before.partition, offset: before.offset } : null)
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-2 px-4 py-2">
        <h2 className="font-medium">{t('compareTitle')}</h2>
        <span className="flex-1" />
        <OtherRecord value={place ? `${place.partition}/${place.offset}` : ''} onChange={onAgainst} />
        <LinkButton size="sm" href={routes.record(cluster, topic, partition, offset)}>
          {t('compareEnd')}
        </LinkButton>
      </div>
      {place ? (
        <Compared address={address} message={message} other={{ ...place, cluster }} />
      ) : history.error ? (
        <QueryError error={history.error} onRetry={() => void history.refetch()} />
      ) : history.data ? (
        <EmptyState icon={<GitCompareArrows />} title={t('compareNone')} body={t('compareNoneBody')} />
      ) : (
        <SkeletonLines lines={10} className="p-4" />
      )}
    </div>
  )
}

function OtherRecord({ value, onChange }: { value: string; onChange: (against: string) => void }) {
  const t = useTranslations('messages.record')
  const [typed, setTyped] = useState(value)
  const [of, setOf] = useState(value)
  if (of !== value) {
    setOf(value)
    setTyped(value)
  }
  const valid = parseRecordParam(typed.trim(), '') !== null
  return (
    <form
      className="flex gap-2"
      onSubmit={event => {
        event.preventDefault()
        if (valid) onChange(typed.trim())
      }}
    >
      <Input
        size="sm"
        mono
        className="w-44"
        aria-label={t('compareOther')}
        placeholder={t('compareOtherHint')}
        invalid={typed !== '' && !valid}
        value={typed}
        onChange={event => setTyped(event.currentTarget.value)}
      />
      <Button size="sm" type="submit">
        {t('compareGo')}
      </Button>
    </form>
  )
}

function Compared({
  address,
  message,
  other,
}: {
  address: RecordAddress
  message: Message
  other: RecordAddress
}) {
  const t = useTranslations('messages.record')
  const { data, error, refetch } = useApi(
    messages.get,
    { ...other, preview: RECORD_PREVIEW_BYTES },
    { staleMs: 60_000, keepPrevious: false },
  )
  const after = useMemo(() => linesOfRecord(message), [message])
  const before = useMemo(() => (data ? linesOfRecord(data) : null), [data])
  if (error) return <QueryError error={error} onRetry={() => void refetch()} />
  if (!data || !before) return <SkeletonLines lines={10} className="p-4" />
  const isCut = [message, data].some(one => one.value?.truncated || one.key?.truncated)
  return (
    <>
      {isCut ? (
        <Notice tone="info">{t('compareCut', { size: formatBytes(RECORD_PREVIEW_BYTES) })}</Notice>
      ) : null}
      <SideBySide
        label={t('compareTitle')}
        before={{ title: <Place address={other} message={data} />, lines: before }}
        after={{ title: <Place address={address} message={message} />, lines: after }}
      />
    </>
  )
}

function Place({
  address: { cluster, topic, partition, offset },
  message,
}: {
  address: RecordAddress
  message: Message
}) {
  return (
    <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
      <a className="mono-sm truncate" href={routes.record(cluster, topic, partition, offset)}>
        P{partition} / {offset}
      </a>
      <span className="text-meta text-text-3">
        <Timestamp at={message.timestamp} />
      </span>
    </span>
  )
}

'use client'

import { ChevronDown, ChevronUp, Link2, Maximize2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { QueryError } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import type { RecordAddress } from '@/components/record/payload-view'
import { RecordTabs } from '@/components/record/record-tabs'
import { copyText } from '@/components/ui/copy-button'
import { Drawer } from '@/components/ui/drawer'
import { useHotkeys } from '@/components/ui/hotkeys'
import { IconButton } from '@/components/ui/icon-button'
import { MonoId } from '@/components/ui/mono-id'
import { SkeletonLines } from '@/components/ui/skeleton'
import { TimeAgo, Timestamp } from '@/components/ui/time'
import { useToast } from '@/components/ui/toast'
import { Bytes, Num } from '@/components/ui/value'
import { messages } from '@/lib/contracts/messages'
import { routes } from '@/lib/routes'

/** One record beside the list: read whole when it opens, `n` and `p` walk on. */
export function RecordDrawer({
  address,
  place,
  onPrevious,
  onNext,
  onClose,
}: {
  address: RecordAddress
  place: { at: number; of: number } | null
  onPrevious: (() => void) | null
  onNext: (() => void) | null
  onClose: () => void
}) {
  const t = useTranslations('messages.record')
  const router = useRouter()
  const toast = useToast()
  const common = useTranslations('common')
  const { cluster, topic, partition, offset } = address
  const page = routes.record(cluster, topic, partition, offset)
  const { data, error, refetch } = useApi(messages.get, address, { staleMs: 60_000, keepPrevious: false })
  const copyLink = async () => {
    if (await copyText(new URL(page, window.location.href).href)) toast(common('copied'))
  }
  useHotkeys({
    p: () => (onPrevious ? onPrevious() : false),
    n: () => (onNext ? onNext() : false),
    'y l': () => void copyLink(),
  })
  return (
    <Drawer
      open
      takeFocus={false}
      onClose={onClose}
      label={t('title', { partition, offset })}
      header={
        <div className="flex min-w-0 flex-col gap-0.5">
          <span className="flex min-w-0 items-center gap-1.5 font-medium">
            <MonoId id={topic} max={24} small /> / P{partition} / <Num value={offset} className="mono" />
          </span>
          <span className="flex flex-wrap gap-x-2 text-meta text-text-3">
            {data ? (
              <>
                <Timestamp at={data.timestamp} withZone />
                {data.timestamp ? <TimeAgo at={data.timestamp} /> : null}
                <Bytes value={data.size} />
              </>
            ) : (
              <span>&nbsp;</span>
            )}
          </span>
        </div>
      }
      actions={
        <>
          {place ? (
            <span className="mr-1 text-meta text-text-3">{t('position', { at: place.at, n: place.of })}</span>
          ) : null}
          <IconButton
            label={t('previous')}
            shortcut="p"
            icon={<ChevronUp size={16} />}
            onClick={onPrevious ?? undefined}
            disabled={!onPrevious}
          />
          <IconButton
            label={t('next')}
            shortcut="n"
            icon={<ChevronDown size={16} />}
            onClick={onNext ?? undefined}
            disabled={!onNext}
          />
          <IconButton
            label={t('permalink')}
            shortcut="y l"
            icon={<Link2 size={16} />}
            onClick={() => void copyLink()}
          />
          <IconButton label={t('open')} icon={<Maximize2 size={16} />} onClick={() => router.push(page)} />
        </>
      }
    >
      {error ? (
        <QueryError compact error={error} onRetry={() => void refetch()} />
      ) : data ? (
        <RecordTabs message={data} address={address} />
      ) : (
        <div className="p-4">
          <SkeletonLines lines={8} />
        </div>
      )}
    </Drawer>
  )
}

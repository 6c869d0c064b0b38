'use client'

import {
  ChevronDown,
  ChevronUp,
  Ellipsis,
  GitCompareArrows,
  Hash,
  Link2,
  Maximize2,
  PenLine,
  Terminal,
} from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useApi } from '@/components/api/use-api'
import type { RecordAddress } from '@/components/record/record-copies'
import { RecordTabs } from '@/components/record/record-tabs'
import { Button, LinkButton } from '@/components/ui/button'
import { Drawer } from '@/components/ui/drawer'
import { useHotkeys } from '@/components/ui/hotkeys'
import { IconButton } from '@/components/ui/icon-button'
import { Menu, MenuItem } from '@/components/ui/menu'
import { OutLinks } from '@/components/ui/out-links'
import { Skeleton, SkeletonLines } from '@/components/ui/skeleton'
import { Num } from '@/components/ui/value'
import { messages } from '@/lib/contracts/messages'
import { shortTopic } from '@/lib/format'
import { routes } from '@/lib/routes'
import { CopyItems } from './copy-items'
import { knownCondition } from './key-condition'
import { KeyHistory } from './key-history'
import { RECORD_PREVIEW_BYTES } from './messages-query'
import { RecordError } from './record-error'
import { RecordFacts } from './record-facts'
import { NeighbourList } from './record-neighbours'
import { useRecordCopies } from './use-record-copies'

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
  const { cluster, topic, partition, offset } = address
  const page = routes.record(cluster, topic, partition, offset)
  const { data, error, refetch, isFetching } = useApi(
    messages.get,
    { ...address, preview: RECORD_PREVIEW_BYTES },
    { staleMs: 60_000, keepPrevious: false },
  )
  const copies = useRecordCopies(address, data)
  const key = data?.key ? knownCondition(data.key) : null
  const sameKey = key && routes.topic(cluster, topic, 'messages', { ...key })
  useHotkeys({
    p: () => (onPrevious ? onPrevious() : false),
    n: () => (onNext ? onNext() : false),
  })
  return (
    <Drawer
      open
      takeFocus={false}
      onClose={onClose}
      label={t('title', { partition, offset })}
      header={
        <h2 className="mono truncate leading-7 font-semibold" title={`${topic} / P${partition} / ${offset}`}>
          <span className="font-normal text-text-2 max-sm:hidden">{shortTopic(topic)} / </span>P{partition} /{' '}
          <Num value={offset} />
        </h2>
      }
      actions={
        <>
          {place ? (
            <span className="mr-1 text-meta whitespace-nowrap text-text-3">
              {t('position', { at: place.at, n: place.of })}
            </span>
          ) : null}
          <IconButton
            label={t('previous')}
            shortcut="p"
            icon={<ChevronUp size={16} />}
            onClick={onPrevious ?? undefined}
            reason={onPrevious ? undefined : t('noPrevious')}
          />
          <IconButton
            label={t('next')}
            shortcut="n"
            icon={<ChevronDown size={16} />}
            onClick={onNext ?? undefined}
            reason={onNext ? undefined : t('noNext')}
          />
          <IconButton
            label={t('permalink')}
            shortcut="y l"
            icon={<Link2 size={16} />}
            onClick={copies.link}
          />
          <IconButton label={t('open')} icon={<Maximize2 size={16} />} onClick={() => router.push(page)} />
        </>
      }
      footer={
        data ? (
          <>
            {sameKey ? (
              <LinkButton size="sm" icon={<Hash size={14} />} href={sameKey}>
                {t('sameKey')}
              </LinkButton>
            ) : null}
            <LinkButton
              size="sm"
              icon={<PenLine size={14} />}
              href={routes.produce(cluster, topic, { like: `${partition}/${offset}` })}
            >
              {t('produceAgain')}
            </LinkButton>
            <span className="ml-auto flex items-center gap-2">
              <Button
                size="sm"
                icon={<Terminal size={14} />}
                kbd="y c"
                onClick={copies.kcat}
                className="max-sm:[&_kbd]:hidden"
              >
                {t('copyKcat')}
              </Button>
              <Menu
                label={t('more')}
                trigger={<IconButton label={t('more')} icon={<Ellipsis size={16} />} />}
              >
                <CopyItems json={copies.json} curl={copies.curl} />
                <MenuItem
                  icon={<GitCompareArrows />}
                  onSelect={() =>
                    router.push(routes.record(cluster, topic, partition, offset, { against: 'previous' }))
                  }
                >
                  {t('comparePrevious')}
                </MenuItem>
              </Menu>
            </span>
          </>
        ) : null
      }
    >
      <div className="flex min-h-5 shrink-0 flex-wrap items-center gap-x-2 px-4 text-meta text-text-3">
        {data ? <RecordFacts message={data} /> : error ? null : <Skeleton className="w-64" />}
      </div>
      {data && data.links.length > 0 ? (
        <div className="px-4 pt-1">
          <OutLinks links={data.links} />
        </div>
      ) : null}
      {error ? (
        <RecordError error={error} address={address} onRetry={() => void refetch()} retrying={isFetching} />
      ) : data ? (
        <RecordTabs
          message={data}
          address={address}
          nearby={
            <>
              <h3 className="px-4 py-2 font-medium">{t('history')}</h3>
              <KeyHistory address={address} message={data} />
              <h3 className="px-4 py-2 font-medium">{t('neighbours')}</h3>
              <NeighbourList address={address} />
            </>
          }
        />
      ) : (
        <div className="p-4">
          <SkeletonLines lines={8} />
        </div>
      )}
    </Drawer>
  )
}

'use client'

import { Ellipsis, GitCompareArrows, Link2, PenLine, Terminal } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { parseAsString, useQueryState } from 'nuqs'
import { QueryError } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import type { RecordAddress } from '@/components/record/record-copies'
import { RecordTabs } from '@/components/record/record-tabs'
import { Button, LinkButton } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { Menu } from '@/components/ui/menu'
import { OutLinks } from '@/components/ui/out-links'
import { PageHeader } from '@/components/ui/page-header'
import { Skeleton, SkeletonLines } from '@/components/ui/skeleton'
import { messages } from '@/lib/contracts/messages'
import { formatInteger } from '@/lib/format'
import { routes } from '@/lib/routes'
import { CompareRecords } from './compare-records'
import { CopyItems } from './copy-items'
import { KeyHistory } from './key-history'
import { RECORD_PREVIEW_BYTES } from './messages-query'
import { RecordError } from './record-error'
import { RecordFacts } from './record-facts'
import { RecordNeighbours } from './record-neighbours'
import { useRecordCopies } from './use-record-copies'

/** With these there is no log to look around in. */
const WHOLE = new Set([
  'TOPIC_UNKNOWN',
  'PARTITION_UNKNOWN',
  'CLUSTER_UNKNOWN',
  'CLUSTER_UNREACHABLE',
  'DENIED',
])

/**
 * The address of one record: what a colleague opens from a chat. What is gone says so, and what lies around
 * it is still shown.
 */
export function RecordPage({ address }: { address: RecordAddress }) {
  const t = useTranslations('messages.record')
  const locale = useLocale()
  const { cluster, topic, partition, offset } = address
  const { data, error, refetch, isFetching } = useApi(
    messages.get,
    { ...address, preview: RECORD_PREVIEW_BYTES },
    { staleMs: 60_000, keepPrevious: false },
  )
  const [against, setAgainst] = useQueryState('against', parseAsString.withOptions({ history: 'push' }))
  const copies = useRecordCopies(address, data)
  const retry = () => void refetch()
  const inTopic = routes.topic(cluster, topic, 'messages', {
    from: `offset:${offset}`,
    partition: String(partition),
    d: `${partition}/${offset}`,
  })
  return (
    <>
      <PageHeader
        mono
        title={
          <bdi translate="no" title={topic} className="flex min-w-0 whitespace-nowrap">
            <span className="min-w-0 truncate font-normal text-text-2">{topic}</span>
            <span className="shrink-0 whitespace-pre">{` / P${partition} / ${formatInteger(offset, locale)}`}</span>
          </bdi>
        }
        facts={
          data ? (
            <RecordFacts message={data} />
          ) : error ? (
            // As high as the facts that did not come: what is below stays where it was.
            <span>&nbsp;</span>
          ) : (
            <Skeleton className="my-1 w-72" />
          )
        }
        actions={
          <>
            <IconButton
              size="md"
              variant="secondary"
              label={t('permalink')}
              shortcut="y l"
              icon={<Link2 size={16} />}
              onClick={copies.link}
            />
            {data ? (
              <span className="contents max-sm:hidden">
                <Button icon={<Terminal size={14} />} onClick={copies.kcat}>
                  {t('copyKcat')}
                </Button>
                <LinkButton
                  icon={<PenLine size={14} />}
                  href={routes.produce(cluster, topic, { like: `${partition}/${offset}` })}
                >
                  {t('produceAgain')}
                </LinkButton>
              </span>
            ) : null}
            {data && against === null ? (
              <LinkButton
                icon={<GitCompareArrows size={14} />}
                href={routes.record(cluster, topic, partition, offset, { against: 'previous' })}
                className="max-sm:hidden"
              >
                {t('comparePrevious')}
              </LinkButton>
            ) : null}
            <LinkButton href={inTopic}>{t('backToTopic')}</LinkButton>
            {data ? (
              <Menu
                label={t('more')}
                trigger={
                  <IconButton size="md" variant="secondary" label={t('more')} icon={<Ellipsis size={16} />} />
                }
              >
                <CopyItems json={copies.json} curl={copies.curl} />
              </Menu>
            ) : null}
          </>
        }
      />
      <div className="flex min-h-0 flex-1 border-t border-line max-lg:flex-col max-lg:overflow-auto">
        <div className="flex min-h-0 min-w-0 flex-1 flex-col max-lg:min-h-120">
          {error && WHOLE.has(error.code) ? (
            <QueryError error={error} onRetry={retry} retrying={isFetching} />
          ) : error ? (
            <RecordError error={error} address={address} onRetry={retry} retrying={isFetching} />
          ) : data ? (
            <>
              {data.links.length > 0 ? (
                <div className="px-4 pt-2">
                  <OutLinks links={data.links} />
                </div>
              ) : null}
              {against === null ? (
                <RecordTabs
                  message={data}
                  address={address}
                  nearby={<KeyHistory address={address} message={data} />}
                />
              ) : (
                <CompareRecords
                  address={address}
                  message={data}
                  against={against}
                  onAgainst={next => void setAgainst(next)}
                />
              )}
            </>
          ) : (
            <div className="p-4">
              <SkeletonLines lines={10} />
            </div>
          )}
        </div>
        {against !== null || (error && WHOLE.has(error.code)) ? null : <RecordNeighbours address={address} />}
      </div>
    </>
  )
}

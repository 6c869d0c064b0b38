'use client'

import { UsersRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { ProblemsNotice, QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { MonoId } from '@/components/ui/mono-id'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { Status, statusTone } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import { Duration, Num, Rate } from '@/components/ui/value'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { topics } from '@/lib/contracts/topics'
import { routes } from '@/lib/routes'
import { TopicProducers } from './topic-producers'

type Row = OutputOf<typeof topics.groups>['items'][number]

/** Groups that committed on this topic, the worst first. */
export function ConsumersView({ cluster, topic }: { cluster: string; topic: string }) {
  const t = useTranslations('topics.consumer')
  const { data, error, isPending, isFetching, refetch } = useApi(
    topics.groups,
    { cluster, topic },
    { live: 'groups' },
  )
  const rows = data?.items ?? []
  const columns: Column<Row>[] = [
    { id: 'status', header: t('status'), width: 136, render: row => <Status kind={row.status} /> },
    {
      id: 'group',
      header: t('group'),
      rowHeader: true,
      render: row => <MonoId id={row.group} href={routes.group(cluster, row.group)} rowLink copy />,
    },
    { id: 'type', header: t('type'), width: 88, hideBelow: 'lg', render: row => row.type },
    { id: 'state', header: t('state'), width: 152, hideBelow: 'md', render: row => row.state },
    {
      id: 'lag',
      header: t('lag'),
      width: 112,
      align: 'end',
      render: row => <Num value={row.lag} reason={t('noCommit')} />,
    },
    {
      id: 'timeLag',
      header: t('timeLag'),
      width: 104,
      align: 'end',
      render: row => <Duration ms={row.timeLagMs} />,
    },
    {
      id: 'trend',
      header: t('trend'),
      width: 88,
      align: 'end',
      hideBelow: 'lg',
      render: row => <Rate perSecond={row.trendPerSecond} signed />,
    },
    {
      id: 'members',
      header: t('members'),
      width: 88,
      align: 'end',
      hideBelow: 'lg',
      render: row => <Num value={row.members} />,
    },
  ]
  if (error && !data)
    return (
      <div className="min-h-0 flex-1 overflow-auto">
        <QueryError error={error} onRetry={() => void refetch()} retrying={isFetching} />
      </div>
    )
  return (
    <>
      <StaleNotice error={error} onRetry={() => void refetch()} />
      <ProblemsNotice problems={data?.problems} />
      <TopicProducers cluster={cluster} topic={topic} />
      <DataTable
        label={t('list')}
        columns={columns}
        rows={rows}
        rowKey={row => row.group}
        rowHref={row => routes.group(cluster, row.group)}
        loading={isPending}
        rowTone={toneOf}
        cardHeight={57}
        card={row => <ConsumerCard row={row} cluster={cluster} />}
        empty={<EmptyState icon={<UsersRound />} title={t('empty')} body={t('emptyBody')} />}
      />
      <ListFooter
        parts={
          data
            ? [
                <Shown key="shown" from={1} shown={rows.length} total={rows.length} />,
                t('order'),
                data.sampledAt ? <TimeAgo key="age" at={data.sampledAt} /> : null,
              ]
            : []
        }
        aside={data ? <span className="max-sm:hidden">{t('basis')}</span> : null}
      />
    </>
  )
}

function toneOf(row: Row): 'error' | 'warn' | 'stall' | null {
  const tone = statusTone(row.status)
  return tone === 'error' || tone === 'warn' || tone === 'stall' ? tone : null
}

function ConsumerCard({ row, cluster }: { row: Row; cluster: string }) {
  const t = useTranslations('topics.consumer')
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <MonoId id={row.group} href={routes.group(cluster, row.group)} rowLink />
      <span className="flex items-center justify-between gap-2 text-meta text-text-2">
        <Status kind={row.status} />
        <span>
          {t('lag')} <Num value={row.lag} reason={t('noCommit')} />
        </span>
      </span>
    </span>
  )
}

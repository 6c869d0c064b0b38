'use client'

import { RotateCcw } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useFreshness } from '@/components/api/freshness'
import { QueryError, StaleNotice } from '@/components/api/query-error'
import { useApiPages } from '@/components/api/use-api-pages'
import { LinkButton } from '@/components/ui/button'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { MonoId } from '@/components/ui/mono-id'
import { PageHeader } from '@/components/ui/page-header'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { TimeAgo } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import { type Replay, replays } from '@/lib/contracts/replays'
import { routes } from '@/lib/routes'
import { ReplayProgress, ReplayRoute, ReplayStateMark } from './replay-cells'

const EVERY_MS = 5_000

/** Replays, running ones first, then the newest. */
export function ReplaysView({ cluster }: { cluster: string }) {
  const t = useTranslations('replays')
  const schedules = useTranslations('schedules')
  const { rows, first, query, loadMore } = useApiPages(replays.list, { cluster, limit: 100 })
  useFreshness({
    label: t('title'),
    at: query.dataUpdatedAt > 0 ? new Date(query.dataUpdatedAt).toISOString() : null,
    everyMs: EVERY_MS,
    error: query.error,
    fetching: query.isFetching,
  })
  if (query.error && !first)
    return <QueryError error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          <>
            <LinkButton href={routes.replaySchedules(cluster)}>{schedules('title')}</LinkButton>
            <LinkButton className="max-sm:hidden" href={routes.newReplay(cluster)}>
              {t('pick.open')}
            </LinkButton>
          </>
        }
      />
      <StaleNotice error={query.error} onRetry={() => void query.refetch()} />
      <DataTable
        label={t('list')}
        columns={columnsOf(cluster, t)}
        rows={rows}
        rowKey={row => row.id}
        rowHref={row => routes.replay(cluster, row.id)}
        loading={query.isPending}
        onEndReached={loadMore}
        card={row => <ReplayCard replay={row} />}
        empty={
          <EmptyState
            icon={<RotateCcw />}
            title={t('empty.title')}
            body={t('empty.body')}
            action={<LinkButton href={routes.deadLetters(cluster)}>{t('empty.action')}</LinkButton>}
          />
        }
      />
      <ListFooter
        parts={[<Shown key="shown" from={1} shown={rows.length} total={first?.total} />, t('order')]}
      />
    </>
  )
}

function columnsOf(cluster: string, t: ReturnType<typeof useTranslations<'replays'>>): Column<Replay>[] {
  return [
    {
      id: 'state',
      header: t('column.state'),
      width: 152,
      render: row => <ReplayStateMark replay={row} />,
    },
    {
      id: 'id',
      header: t('column.id'),
      width: 176,
      rowHeader: true,
      render: row => <MonoId id={row.id} max={20} href={routes.replay(cluster, row.id)} rowLink />,
    },
    {
      id: 'source',
      header: t('column.source'),
      mono: true,
      hideBelow: 'sm',
      render: row => <ReplayRoute replay={row} />,
    },
    {
      id: 'progress',
      header: t('column.progress'),
      width: 220,
      render: row => <ReplayProgress replay={row} />,
    },
    {
      id: 'replayed',
      header: t('column.replayed'),
      width: 72,
      align: 'end',
      hideBelow: 'md',
      render: row => <Num value={row.replayed} />,
    },
    {
      id: 'refused',
      header: t('column.refused'),
      width: 64,
      align: 'end',
      hideBelow: 'lg',
      render: row => <Num value={row.refused} />,
    },
    {
      id: 'failed',
      header: t('column.failed'),
      width: 64,
      align: 'end',
      hideBelow: 'md',
      render: row => <Num value={row.failed} />,
    },
    { id: 'by', header: t('column.by'), width: 110, hideBelow: 'lg', render: row => row.by },
    { id: 'created', header: t('column.created'), width: 92, render: row => <TimeAgo at={row.createdAt} /> },
  ]
}

function ReplayCard({ replay }: { replay: Replay }) {
  return (
    <span className="flex min-w-0 flex-col gap-0.5 leading-5">
      <span className="flex items-center justify-between gap-3">
        <ReplayStateMark replay={replay} />
        <span className="text-meta text-text-2">
          <TimeAgo at={replay.createdAt} />
        </span>
      </span>
      <span className="mono-sm truncate">
        <ReplayRoute replay={replay} max={24} />
      </span>
      <span className="text-meta">
        <ReplayProgress replay={replay} />
      </span>
    </span>
  )
}

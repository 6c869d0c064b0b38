'use client'

import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { useFreshness } from '@/components/api/freshness'
import { ProblemMark } from '@/components/api/problem-mark'
import { ProblemsNotice, QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { useHeldError } from '@/components/api/use-held-error'
import { Tag } from '@/components/ui/badge'
import { type Column, DataTable, sortRows } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { Fact, PageHeader } from '@/components/ui/page-header'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { ProgressBar } from '@/components/ui/progress'
import { Status } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import { Bytes, Num, Unknown } from '@/components/ui/value'
import { type Broker, clusters } from '@/lib/contracts/clusters'
import { formatPercent } from '@/lib/format'

const EVERY_MS = 5_000

function diskRatio(broker: Broker): number | null {
  if (broker.totalBytes === null || broker.usableBytes === null) return null
  const total = Number(broker.totalBytes)
  return total > 0 ? 1 - Number(broker.usableBytes) / total : null
}

const VALUES: Record<string, (broker: Broker) => string | number | bigint | null> = {
  id: broker => broker.id,
  leaders: broker => broker.leaders,
  replicas: broker => broker.replicas,
  urp: broker => broker.underReplicated,
  bytes: broker => (broker.bytes === null ? null : BigInt(broker.bytes)),
  disk: diskRatio,
}

/** Brokers with leadership and disk; one that does not answer keeps its row. */
export function BrokersView({ cluster }: { cluster: string }) {
  const t = useTranslations('brokers')
  const [sort, setSort] = useState('id')
  const query = useApi(
    clusters.brokers,
    { cluster },
    { live: 'overview', pollMs: EVERY_MS, keepPrevious: false },
  )
  const error = useHeldError(query)
  useFreshness({
    label: t('source'),
    at: query.data?.sampledAt ?? null,
    everyMs: EVERY_MS,
    error,
    fetching: query.isFetching,
  })
  const columns = useBrokerColumns()
  const retry = () => void query.refetch()
  const items = query.data?.items ?? []
  const up = items.filter(broker => broker.up).length
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={
          query.data ? (
            <>
              <Fact label={t('up')}>
                {up}/{items.length}
              </Fact>
              <Fact label={t('controller')}>{items.find(broker => broker.isController)?.id ?? '—'}</Fact>
            </>
          ) : undefined
        }
      />
      {query.data ? <StaleNotice error={error} onRetry={retry} /> : null}
      <ProblemsNotice problems={query.data?.problems} />
      {query.data === undefined && error ? (
        <QueryError error={error} onRetry={retry} retrying={query.isFetching} />
      ) : (
        <DataTable
          label={t('title')}
          columns={columns}
          rows={sortRows(items, sort, VALUES)}
          rowKey={broker => String(broker.id)}
          sort={sort}
          onSort={setSort}
          loading={query.data === undefined}
          skeletonRows={3}
          rowTone={broker => (broker.up ? (broker.underReplicated > 0 ? 'warn' : null) : 'error')}
          card={broker => <BrokerCard broker={broker} />}
          empty={<EmptyState title={t('none')} body={t('noneBody')} />}
        />
      )}
      <ListFooter
        parts={[
          query.data ? <Shown key="shown" from={1} shown={items.length} total={items.length} /> : null,
          t('basis'),
        ]}
        aside={query.data ? <TimeAgo at={query.data.sampledAt} /> : null}
      />
    </>
  )
}

function BrokerState({ broker }: { broker: Broker }) {
  const t = useTranslations('brokers')
  if (broker.up) return <Status kind="ok">{t('answers')}</Status>
  return (
    <span className="inline-flex items-center gap-1.5">
      <Status kind="error">{t('silent')}</Status>
      <ProblemMark problem={broker.problem} />
    </span>
  )
}

function DiskBar({ broker }: { broker: Broker }) {
  const t = useTranslations('brokers')
  const ratio = diskRatio(broker)
  if (ratio === null) return <Unknown reason={broker.bytes === null ? t('diskSilent') : t('diskUnknown')} />
  return (
    <span className="inline-flex items-center gap-2">
      <ProgressBar
        ratio={ratio}
        tone={ratio >= 0.85 ? 'warn' : 'quiet'}
        label={t('diskOf', { id: broker.id })}
        className="w-20"
      />
      <span className="w-10 text-right">{formatPercent(ratio)}</span>
    </span>
  )
}

function useBrokerColumns(): Column<Broker>[] {
  const t = useTranslations('brokers')
  const locale = useLocale()
  const wide = locale === 'en' ? 10 : 0
  return [
    {
      id: 'id',
      header: t('id'),
      width: 120,
      rowHeader: true,
      sortKey: 'id',
      render: broker => (
        <span className="inline-flex items-center gap-2">
          <span className="font-medium">{broker.id}</span>
          {broker.isController ? <Tag title={t('controllerHelp')}>{t('controllerTag')}</Tag> : null}
        </span>
      ),
    },
    { id: 'state', header: t('state'), width: 130 + wide, render: broker => <BrokerState broker={broker} /> },
    {
      id: 'host',
      header: t('host'),
      mono: true,
      render: broker => (
        <bdi translate="no">
          {broker.host}:{broker.port}
        </bdi>
      ),
    },
    {
      id: 'rack',
      header: t('rack'),
      width: 110,
      hideBelow: 'md',
      render: broker => broker.rack ?? <Unknown reason={t('noRack')} />,
    },
    {
      id: 'leaders',
      header: t('leaders'),
      help: t('leadersHelp'),
      align: 'end',
      width: 90,
      sortKey: 'leaders',
      sortDescFirst: true,
      render: broker => <Num value={broker.leaders} />,
    },
    {
      id: 'replicas',
      header: t('replicas'),
      align: 'end',
      width: 90,
      sortKey: 'replicas',
      sortDescFirst: true,
      render: broker => <Num value={broker.replicas} />,
    },
    {
      id: 'urp',
      header: t('underReplicated'),
      help: t('underReplicatedHelp'),
      align: 'end',
      width: 110 + wide * 2,
      sortKey: 'urp',
      sortDescFirst: true,
      render: broker =>
        broker.underReplicated > 0 ? (
          <Status kind="warn">
            <Num value={broker.underReplicated} />
          </Status>
        ) : (
          '0'
        ),
    },
    {
      id: 'bytes',
      header: t('bytes'),
      help: t('bytesHelp'),
      align: 'end',
      width: 100,
      hideBelow: 'lg',
      sortKey: 'bytes',
      sortDescFirst: true,
      render: broker => <Bytes value={broker.bytes} reason={t('diskSilent')} />,
    },
    {
      id: 'disk',
      header: t('disk'),
      help: t('diskHelp'),
      align: 'end',
      width: 170,
      sortKey: 'disk',
      sortDescFirst: true,
      render: broker => <DiskBar broker={broker} />,
    },
  ]
}

function BrokerCard({ broker }: { broker: Broker }) {
  const t = useTranslations('brokers')
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center gap-2">
        <b className="font-medium">{broker.id}</b>
        {broker.isController ? <Tag>{t('controllerTag')}</Tag> : null}
        <span className="flex-1" />
        <BrokerState broker={broker} />
      </span>
      <bdi translate="no" className="mono-sm truncate text-text-2">
        {broker.host}:{broker.port}
      </bdi>
      <span className="flex items-center justify-between text-meta text-text-3">
        <span>
          {t('leaders')} <Num value={broker.leaders} /> · {t('underReplicated')}{' '}
          <Num value={broker.underReplicated} />
        </span>
        <DiskBar broker={broker} />
      </span>
    </span>
  )
}

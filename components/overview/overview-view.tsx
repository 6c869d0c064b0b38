'use client'

import { Lock } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useClusterSummary } from '@/components/api/clusters'
import { useFreshness } from '@/components/api/freshness'
import { useMe } from '@/components/api/me'
import { ProblemsNotice, QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { useHeldError } from '@/components/api/use-held-error'
import { EnvChip, Tag } from '@/components/ui/badge'
import { cn } from '@/components/ui/cn'
import { PageHeader } from '@/components/ui/page-header'
import { Skeleton, SkeletonLines } from '@/components/ui/skeleton'
import { Status } from '@/components/ui/status'
import { Timestamp } from '@/components/ui/time'
import { clusters, type Overview } from '@/lib/contracts/clusters'
import { isAllowed } from '@/lib/permissions'
import { ClusterPanel } from './cluster-panel'
import { DeadLettersPanel } from './dead-letters-panel'
import { GroupsPanel } from './groups-panel'
import { LagPanel } from './lag-panel'
import { RecentChangesPanel } from './recent-changes-panel'
import { ReplaysPanel } from './replays-panel'
import { ThroughputPanel } from './throughput-panel'

const EVERY_MS = 5_000

/** Is the cluster healthy, who is behind, what died: worst first, quiet when all is well. */
export function OverviewView({ cluster }: { cluster: string }) {
  const t = useTranslations('overview')
  const me = useMe()
  const summary = useClusterSummary(cluster)
  const query = useApi(
    clusters.overview,
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
  const retry = () => void query.refetch()
  const data = query.data
  if (!data) {
    return error ? (
      <>
        <PageHeader
          title={summary?.name ?? cluster}
          chips={summary ? <EnvChip environment={summary.environment} /> : null}
        />
        <QueryError error={error} onRetry={retry} retrying={query.isFetching} />
      </>
    ) : (
      <OverviewSkeleton title={summary?.name ?? cluster} />
    )
  }
  const seesAudit = me !== null && isAllowed(me.grants, 'audit.read', {})
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto bg-canvas">
      <OverviewHeader data={data} />
      <StaleNotice error={error} onRetry={retry} />
      <ProblemsNotice problems={data.problems} />
      <div className="grid grid-cols-1 gap-3 px-4 pb-4 md:grid-cols-2 wide:grid-cols-[224px_minmax(0,1fr)_352px]">
        <ClusterPanel data={data} />
        <div className="grid min-w-0 md:max-wide:order-first md:max-wide:col-span-2">
          <GroupsPanel data={data} />
        </div>
        <DeadLettersPanel data={data} />
        <div className="grid grid-cols-1 gap-3 md:col-span-2 wide:col-span-3 wide:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
          <ThroughputPanel cluster={cluster} />
          <LagPanel data={data} />
        </div>
        <div
          className={cn(
            'grid grid-cols-1 gap-3 md:col-span-2 wide:col-span-3',
            // Whose and what was changed are long words; a replay needs less.
            seesAudit && 'wide:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]',
          )}
        >
          <ReplaysPanel cluster={cluster} />
          {seesAudit ? <RecentChangesPanel cluster={cluster} /> : null}
        </div>
      </div>
    </div>
  )
}

function OverviewHeader({ data }: { data: Overview }) {
  const t = useTranslations('overview')
  const shell = useTranslations('shell')
  const { cluster } = data
  const facts = [
    data.kafkaVersion === null ? null : `Kafka ${data.kafkaVersion}`,
    data.controller === null ? null : t('controller', { id: data.controller }),
    cluster.brokers === null ? null : t('brokers', { up: cluster.brokers.up, total: cluster.brokers.total }),
    t('topics', { count: data.topics }),
    t('groupCount', { count: data.groups.total }),
  ].filter(fact => fact !== null)
  return (
    <PageHeader
      title={cluster.name}
      chips={
        <>
          <EnvChip environment={cluster.environment} />
          {cluster.readOnly ? <Tag icon={<Lock />}>{shell('readOnly')}</Tag> : null}
          <Status kind={cluster.status} size={16}>
            {shell(`clusterStatus.${cluster.status}`)}
          </Status>
        </>
      }
      aside={<span className="text-body">{facts.join(' · ')}</span>}
      actions={
        <span className="text-meta/7 text-text-3">
          {t('every')} · <Timestamp at={data.sampledAt} precision="s" withZone />
        </span>
      }
    />
  )
}

function OverviewSkeleton({ title }: { title: string }) {
  const panel = 'rounded-panel border border-line bg-surface p-4'
  return (
    <div className="flex min-h-0 flex-1 flex-col bg-canvas">
      <PageHeader title={title} aside={<Skeleton className="w-60" />} />
      <div className="grid grid-cols-1 gap-3 px-4 md:grid-cols-2 wide:grid-cols-[224px_minmax(0,1fr)_352px]">
        <div className={panel}>
          <SkeletonLines lines={9} />
        </div>
        <div className={panel}>
          <SkeletonLines lines={9} />
        </div>
        <div className={panel}>
          <SkeletonLines lines={9} />
        </div>
      </div>
    </div>
  )
}

'use client'

import { Lock } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { useErrorWords } from '@/components/api/use-error-words'
import { EnvChip, Tag } from '@/components/ui/badge'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { MonoId } from '@/components/ui/mono-id'
import { PageHeader } from '@/components/ui/page-header'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { Status } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import { Unknown } from '@/components/ui/value'
import { type ClusterSummary, clusters } from '@/lib/contracts/clusters'
import { routes } from '@/lib/routes'

const SEVERITY: Record<ClusterSummary['status'], number> = { error: 0, warn: 1, unknown: 2, ok: 3 }

/** All clusters, the worst first; those that cannot be reached stay listed and say why. */
export function ClustersView() {
  const t = useTranslations('clusters')
  const shell = useTranslations('shell')
  const words = useErrorWords()
  const query = useApi(clusters.list, {}, { pollMs: 10_000 })
  const retry = () => void query.refetch()
  const rows = [...(query.data?.items ?? [])].sort((a, b) => SEVERITY[a.status] - SEVERITY[b.status])
  const columns: Column<ClusterSummary>[] = [
    {
      id: 'status',
      header: t('status'),
      width: 140,
      render: row => <Status kind={row.status}>{shell(`clusterStatus.${row.status}`)}</Status>,
    },
    {
      id: 'environment',
      header: t('environment'),
      width: 90,
      render: row => <EnvChip environment={row.environment} />,
    },
    {
      id: 'name',
      header: t('name'),
      rowHeader: true,
      render: row => (
        <span className="inline-flex items-center gap-2">
          <MonoId id={row.name} href={routes.overview(row.id)} rowLink />
          {row.readOnly ? <Tag icon={<Lock />}>{shell('readOnly')}</Tag> : null}
        </span>
      ),
    },
    {
      id: 'brokers',
      header: t('brokers'),
      width: 90,
      align: 'end',
      render: row =>
        row.brokers === null ? <Unknown reason={t('notYet')} /> : `${row.brokers.up}/${row.brokers.total}`,
    },
    {
      id: 'problem',
      header: t('problem'),
      hideBelow: 'md',
      render: row =>
        row.problem === null ? null : (
          <span className="text-error">
            {words(row.problem.code, row.problem.params).title}{' '}
            <span className="mono-sm">{row.problem.code}</span>
          </span>
        ),
    },
    {
      id: 'seen',
      header: t('seen'),
      width: 110,
      align: 'end',
      render: row =>
        row.sampledAt === null ? <Unknown reason={t('notYet')} /> : <TimeAgo at={row.sampledAt} />,
    },
  ]
  return (
    <>
      <PageHeader title={t('title')} />
      {query.data ? <StaleNotice error={query.error} onRetry={retry} /> : null}
      {query.data === undefined && query.error ? (
        <QueryError error={query.error} onRetry={retry} retrying={query.isFetching} />
      ) : (
        <DataTable
          label={t('title')}
          columns={columns}
          rows={rows}
          rowKey={row => row.id}
          rowHref={row => routes.overview(row.id)}
          loading={query.data === undefined}
          skeletonRows={3}
          rowTone={row => (row.status === 'error' ? 'error' : row.status === 'warn' ? 'warn' : null)}
          card={row => (
            <span className="flex flex-col gap-0.5">
              <span className="flex items-center gap-2">
                <EnvChip environment={row.environment} />
                <b className="min-w-0 flex-1 truncate font-medium">{row.name}</b>
                <Status kind={row.status}>{shell(`clusterStatus.${row.status}`)}</Status>
              </span>
              <span className="text-meta text-text-3">
                {row.problem ? words(row.problem.code, row.problem.params).title : null}
              </span>
            </span>
          )}
          empty={<EmptyState title={t('none')} body={t('noneBody')} />}
        />
      )}
      <ListFooter
        parts={[<Shown key="shown" from={1} shown={rows.length} total={rows.length} />, t('worstFirst')]}
      />
    </>
  )
}

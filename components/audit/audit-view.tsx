'use client'

import { ArrowRight, Link2, TriangleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useQueryStates } from 'nuqs'
import { ActionWords, AuditOutcome, AuditResource } from '@/components/api/audit-words'
import { ClusterName, useClusters } from '@/components/api/clusters'
import { useFreshness } from '@/components/api/freshness'
import { ProblemsNotice, QueryError, StaleNotice } from '@/components/api/query-error'
import { useApiPages } from '@/components/api/use-api-pages'
import { Button } from '@/components/ui/button'
import { type Column, DataTable } from '@/components/ui/data-table'
import { SplitView } from '@/components/ui/drawer'
import { EmptyState } from '@/components/ui/empty-state'
import { MonoId } from '@/components/ui/mono-id'
import { PageHeader } from '@/components/ui/page-header'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { Select } from '@/components/ui/select'
import { TimeAgo, Timestamp, useZoneName } from '@/components/ui/time'
import { FilterInput, Toolbar } from '@/components/ui/toolbar'
import { Tooltip } from '@/components/ui/tooltip'
import { type AuditEntry, audit, auditOutcome } from '@/lib/contracts/audit'
import { AuditDrawer } from './audit-drawer'
import { auditInput, auditParams } from './audit-query'

const EVERY_MS = 30_000
const ANY = 'any'

/** Who did what, to what, with which outcome. Read only: nothing here can be edited or deleted. */
export function AuditView() {
  const t = useTranslations('audit')
  const common = useTranslations('common')
  const outcomes = useTranslations('audit.outcomes')
  const zone = useZoneName()
  const clusters = useClusters()
  const [params, setParams] = useQueryStates(auditParams, { history: 'push' })
  const { rows, first, query, loadMore } = useApiPages(audit.list, auditInput(params))
  useFreshness({
    label: t('source'),
    // Entries are written when they happen: what is read is as new as the reading.
    at: query.dataUpdatedAt > 0 ? new Date(query.dataUpdatedAt).toISOString() : null,
    everyMs: EVERY_MS,
    error: query.error,
    fetching: query.isFetching,
  })
  const retry = () => void query.refetch()
  if (query.error?.code === 'DENIED')
    return (
      <>
        <PageHeader title={t('title')} />
        <QueryError error={query.error} />
      </>
    )
  const filtered = params.q !== '' || params.cluster !== null || params.outcome !== null
  const open = rows.find(row => row.id === params.d) ?? null
  const columns: Column<AuditEntry>[] = [
    {
      id: 'at',
      header: t('time', { zone }),
      width: 190,
      render: row => <Timestamp at={row.at} />,
    },
    // Beside an open entry what it was about keeps its room: the entry itself tells by whom and where.
    { id: 'actor', header: t('actor'), width: 130, hideBelow: 'lg', render: row => row.actor },
    { id: 'action', header: t('action'), width: 150, render: row => <ActionWords action={row.action} /> },
    { id: 'resource', header: t('resource'), rowHeader: true, render: row => <About entry={row} /> },
    {
      id: 'cluster',
      header: t('cluster'),
      width: 110,
      hideBelow: 'lg',
      render: row => <ClusterName id={row.cluster} />,
    },
    { id: 'outcome', header: t('outcome'), width: 110, render: row => <AuditOutcome entry={row} /> },
    {
      id: 'requestId',
      header: t('requestId'),
      width: 150,
      hideBelow: 'xl',
      render: row => <MonoId id={row.requestId} max={16} small />,
    },
  ]
  return (
    <>
      <PageHeader title={t('title')} aside={first ? <Chain state={first.chain} /> : undefined} />
      <Toolbar label={t('title')}>
        <FilterInput
          label={t('filter')}
          value={params.q}
          onValueChange={q => void setParams({ q: q || null, d: null }, { history: 'replace' })}
        />
        <Select
          size="sm"
          label={t('outcome')}
          value={params.outcome ?? ANY}
          onValueChange={next => {
            const outcome = auditOutcome.safeParse(next)
            void setParams({ outcome: outcome.success ? outcome.data : null, d: null })
          }}
          options={[
            { value: ANY, label: t('anyOutcome') },
            ...auditOutcome.options.map(value => ({ value, label: outcomes(value) })),
          ]}
        />
        {clusters.length > 1 ? (
          <Select
            size="sm"
            label={t('cluster')}
            value={params.cluster ?? ANY}
            onValueChange={next => void setParams({ cluster: next === ANY ? null : next, d: null })}
            options={[
              { value: ANY, label: t('anyCluster') },
              ...clusters.map(cluster => ({ value: cluster.id, label: cluster.name })),
            ]}
          />
        ) : null}
      </Toolbar>
      {first ? <StaleNotice error={query.error} onRetry={retry} /> : null}
      <ProblemsNotice problems={first?.problems} />
      <SplitView
        drawer={open ? <AuditDrawer entry={open} onClose={() => void setParams({ d: null })} /> : null}
      >
        {first === undefined && query.error ? (
          <QueryError error={query.error} onRetry={retry} retrying={query.isFetching} />
        ) : (
          <DataTable
            label={t('list')}
            columns={columns}
            rows={rows}
            rowKey={row => row.id}
            currentKey={params.d}
            onOpen={row => void setParams({ d: row.id })}
            loading={first === undefined}
            onEndReached={loadMore}
            totalRows={first?.matchedIsLeast ? undefined : first?.matched}
            card={row => <AuditCard entry={row} />}
            empty={
              filtered ? (
                <EmptyState
                  title={common('emptyFiltered')}
                  action={
                    <Button onClick={() => void setParams({ q: null, outcome: null, cluster: null })}>
                      {common('clearFilters')}
                    </Button>
                  }
                />
              ) : (
                <EmptyState title={t('none')} body={t('noneBody')} />
              )
            }
          />
        )}
        <ListFooter
          parts={[
            first === undefined ? null : (
              <Shown
                key="shown"
                from={1}
                shown={rows.length}
                matched={first.matched}
                matchedIsLeast={first.matchedIsLeast}
              />
            ),
            t('newestFirst'),
          ]}
          aside={first?.sampledAt ? <TimeAgo at={first.sampledAt} /> : null}
        />
      </SplitView>
    </>
  )
}

function Chain({ state }: { state: 'intact' | 'broken' | 'unchecked' }) {
  const t = useTranslations('audit')
  return (
    <Tooltip content={t('chainHelp')}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the explanation must be reachable by keyboard */}
      <span tabIndex={0} className={state === 'broken' ? 'font-medium text-error' : 'text-text-3'}>
        <span className="inline-flex items-center gap-1">
          {state === 'broken' ? <TriangleAlert aria-hidden size={14} /> : <Link2 aria-hidden size={14} />}
          {t(`chain.${state}`)}
        </span>
      </span>
    </Tooltip>
  )
}

/** A request by its number says little: the topic that it is about stands beside it, or where a replay goes. */
function About({ entry }: { entry: AuditEntry }) {
  const { resource, details } = entry
  const { topic } = details
  const isSaid = typeof topic !== 'string' || topic === '' || resource.includes(topic)
  const [target, ...more] = targetsIn(details)
  return (
    <span className="flex min-w-0 items-baseline gap-2">
      <AuditResource entry={entry} />
      {isSaid || target !== undefined ? null : <MonoId id={topic} small />}
      {target === undefined ? null : (
        <>
          <ArrowRight aria-hidden size={12} className="shrink-0 self-center text-text-3" />
          <MonoId id={target} small />
          {more.length > 0 ? <span className="shrink-0 text-meta text-text-3">+{more.length}</span> : null}
        </>
      )}
    </span>
  )
}

/** Names of the topics that a replay writes into. */
function targetsIn({ targets }: AuditEntry['details']): string[] {
  if (!Array.isArray(targets)) return []
  return targets.flatMap((one: unknown) => {
    const topic = typeof one === 'object' && one !== null ? Reflect.get(one, 'topic') : undefined
    return typeof topic === 'string' ? [topic] : []
  })
}

function AuditCard({ entry }: { entry: AuditEntry }) {
  return (
    <span className="flex flex-col gap-0.5">
      <span className="flex items-center justify-between gap-2">
        <b className="font-medium">
          <ActionWords action={entry.action} />
        </b>
        <AuditOutcome entry={entry} />
      </span>
      <About entry={entry} />
      <span className="flex justify-between text-meta text-text-3">
        <span>{entry.actor}</span>
        <TimeAgo at={entry.at} />
      </span>
    </span>
  )
}

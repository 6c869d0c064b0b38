'use client'

import { ClipboardCheck } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useQueryStates } from 'nuqs'
import { useState } from 'react'
import { ClusterName, useClusterSummary, useClusters } from '@/components/api/clusters'
import { useFreshness } from '@/components/api/freshness'
import { useDeniedWords, useMe } from '@/components/api/me'
import { QueryError, StaleNotice } from '@/components/api/query-error'
import { useApiMutation } from '@/components/api/use-api'
import { useApiPages } from '@/components/api/use-api-pages'
import { EnvChip } from '@/components/ui/badge'
import { ActionButton, Button, LinkButton } from '@/components/ui/button'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { MonoId } from '@/components/ui/mono-id'
import { PageHeader } from '@/components/ui/page-header'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { Segmented } from '@/components/ui/segmented'
import { Select } from '@/components/ui/select'
import { TimeAgo } from '@/components/ui/time'
import { FilterInput, Toolbar } from '@/components/ui/toolbar'
import { type RequestRow, requestState, requests } from '@/lib/contracts/requests'
import { isAllowed } from '@/lib/permissions'
import { routes } from '@/lib/routes'
import { BulkApprove } from './bulk-approve'
import { BulkOutcome } from './bulk-outcome'
import { Approvals, RequestStatus, RequestTopic } from './request-cells'
import { type RequestTab, requestInput, requestParams } from './requests-query'

const EVERY_MS = 15_000
const ANY = 'any'

/** Requests of all clusters: what waits for me, mine, all; several are approved at once, each by its own right. */
export function RequestsView() {
  const t = useTranslations('requests')
  const states = useTranslations('requests.states')
  const common = useTranslations('common')
  const me = useMe()
  const clusters = useClusters()
  const [params, setParams] = useQueryStates(requestParams, { history: 'push' })
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set())
  const { rows, first, query, loadMore } = useApiPages(requests.listAll, requestInput(params))
  useFreshness({
    label: t('title'),
    at: query.dataUpdatedAt > 0 ? new Date(query.dataUpdatedAt).toISOString() : null,
    everyMs: EVERY_MS,
    error: query.error,
    fetching: query.isFetching,
  })
  const [asked, setAsked] = useState<readonly RequestRow[]>([])
  const approve = useApiMutation(requests.approveMany, {
    invalidates: [requests.listAll, requests.list, requests.get],
    onSuccess: () => setSelection(new Set()),
  })
  const chosen = rows.filter(row => selection.has(row.id))
  const mayApprove = me !== null && isAllowed(me.grants, 'request.approve', {})
  const columns = useRequestColumns()
  // A request is about one cluster: the first one where the reader may file.
  const filesAt = clusters.find(
    ({ id }) => me !== null && isAllowed(me.grants, 'request.file', { cluster: id, anyTopic: true }),
  )
  const denied = useDeniedWords()
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          filesAt ? (
            <>
              <LinkButton href={routes.newRequest({ cluster: filesAt.id })}>{t('new')}</LinkButton>
              <LinkButton
                variant={chosen.length > 0 ? 'secondary' : 'primary'}
                href={routes.newTopic(filesAt.id)}
              >
                {t('newTopic')}
              </LinkButton>
            </>
          ) : (
            <ActionButton reason={denied('request.file')}>{t('newTopic')}</ActionButton>
          )
        }
      />
      <Toolbar label={t('filters')}>
        <Segmented<RequestTab>
          size="sm"
          label={t('tabs')}
          value={params.tab}
          onValueChange={tab => {
            setSelection(new Set())
            void setParams({ tab, state: null })
          }}
          options={[
            { value: 'waiting', label: t('tab.waiting') },
            { value: 'mine', label: t('tab.mine') },
            { value: 'all', label: t('tab.all') },
          ]}
        />
        <FilterInput
          label={t('filter')}
          value={params.q}
          onValueChange={q => void setParams({ q: q || null }, { history: 'replace' })}
        />
        {params.tab === 'waiting' ? null : (
          <Select
            size="sm"
            label={t('state')}
            value={params.state ?? ANY}
            onValueChange={next => {
              const state = requestState.safeParse(next)
              void setParams({ state: state.success ? state.data : null })
            }}
            options={[
              { value: ANY, label: t('anyState') },
              ...requestState.options.map(value => ({ value, label: states(value) })),
            ]}
          />
        )}
        <BulkApprove
          chosen={chosen}
          busy={approve.isPending}
          onApprove={() => {
            setAsked(chosen)
            approve.mutate({
              requests: chosen.map(({ cluster, id, version }) => ({ cluster, id, version })),
            })
          }}
        />
      </Toolbar>
      {approve.error ? <QueryError compact error={approve.error} /> : null}
      <BulkOutcome asked={asked} items={approve.data?.items ?? []} onClose={approve.reset} />
      {first ? <StaleNotice error={query.error} onRetry={() => void query.refetch()} /> : null}
      {first === undefined && query.error ? (
        <QueryError error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
      ) : (
        <DataTable
          label={t('list')}
          columns={columns}
          rows={rows}
          rowKey={row => row.id}
          rowHref={row => routes.request(row.cluster, row.id)}
          {...(mayApprove && params.tab === 'waiting' ? { selection, onSelectionChange: setSelection } : {})}
          loading={first === undefined}
          onEndReached={loadMore}
          totalRows={first?.matchedIsLeast ? undefined : first?.matched}
          cardHeight={68}
          card={row => <RequestCard request={row} />}
          empty={
            params.q !== '' || (params.state !== null && params.tab !== 'waiting') ? (
              <EmptyState
                title={common('emptyFiltered')}
                action={
                  <Button onClick={() => void setParams({ q: null, state: null })}>
                    {common('clearFilters')}
                  </Button>
                }
              />
            ) : (
              <NoRequests tab={params.tab} onAll={() => void setParams({ tab: 'all' })} />
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
          t(params.tab === 'waiting' ? 'oldestFirst' : 'newestFirst'),
        ]}
      />
    </>
  )
}

function useRequestColumns(): Column<RequestRow>[] {
  const t = useTranslations('requests')
  const kinds = useTranslations('requests.kinds')
  const clusters = useClusters()
  return [
    {
      id: 'id',
      header: t('column.id'),
      width: 64,
      render: row => <span className="mono-sm">#{row.id}</span>,
    },
    {
      id: 'topic',
      header: t('column.topic'),
      rowHeader: true,
      render: row => <RequestTopic topic={row.topic} href={routes.request(row.cluster, row.id)} />,
    },
    { id: 'kind', header: t('column.kind'), width: 110, render: row => kinds(row.kind) },
    {
      id: 'cluster',
      header: t('column.cluster'),
      width: 160,
      hideBelow: 'md',
      render: row => {
        const cluster = clusters.find(one => one.id === row.cluster)
        return (
          <span className="inline-flex items-center gap-1.5">
            {cluster ? <EnvChip environment={cluster.environment} /> : null}
            {cluster?.name ?? row.cluster}
          </span>
        )
      },
    },
    { id: 'by', header: t('column.by'), width: 110, render: row => row.by },
    { id: 'owner', header: t('column.owner'), width: 120, hideBelow: 'lg', render: row => row.owner ?? '—' },
    {
      id: 'state',
      header: t('column.state'),
      width: 180,
      render: row => <RequestStatus state={row.state} />,
    },
    {
      id: 'approvals',
      header: t('column.approvals'),
      width: 80,
      hideBelow: 'lg',
      render: row => <Approvals request={row} />,
    },
    {
      id: 'age',
      header: t('column.age'),
      width: 110,
      hideBelow: 'sm',
      render: row => <TimeAgo at={row.submittedAt ?? row.createdAt} />,
    },
  ]
}

function RequestCard({ request }: { request: RequestRow }) {
  const t = useTranslations('requests')
  const cluster = useClusterSummary(request.cluster)
  const kinds = useTranslations('requests.kinds')
  return (
    <span className="flex min-w-0 flex-col gap-0.5">
      <span className="flex items-center justify-between gap-2">
        <b className="font-medium">
          #{request.id} {kinds(request.kind)}
        </b>
        <RequestStatus state={request.state} />
      </span>
      <MonoId small id={request.topic || t('noName')} />
      <span className="flex justify-between text-meta text-text-3">
        <span className="flex min-w-0 items-center gap-1.5">
          {request.by} · <ClusterName id={request.cluster} />
          {cluster ? <EnvChip environment={cluster.environment} /> : null}
        </span>
        <TimeAgo at={request.submittedAt ?? request.createdAt} />
      </span>
    </span>
  )
}

function NoRequests({ tab, onAll }: { tab: RequestTab; onAll: () => void }) {
  const t = useTranslations('requests')
  return (
    <EmptyState
      icon={<ClipboardCheck aria-hidden strokeWidth={1.75} />}
      title={t(`none.${tab}`)}
      body={t('noneBody')}
      action={tab === 'all' ? null : <Button onClick={onAll}>{t('showAll')}</Button>}
    />
  )
}

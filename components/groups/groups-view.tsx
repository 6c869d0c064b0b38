'use client'

import { UsersRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useQueryStates } from 'nuqs'
import { startTransition } from 'react'
import { useFreshness } from '@/components/api/freshness'
import { ProblemsNotice, QueryError, StaleNotice } from '@/components/api/query-error'
import { useApiPages } from '@/components/api/use-api-pages'
import { Button } from '@/components/ui/button'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { MonoId } from '@/components/ui/mono-id'
import { PageHeader } from '@/components/ui/page-header'
import { ListFooter, Shown, WindowLinks } from '@/components/ui/pagination'
import { Select } from '@/components/ui/select'
import { SparkLine } from '@/components/ui/spark'
import { TimeAgo } from '@/components/ui/time'
import { FilterChip, FilterInput, Toolbar } from '@/components/ui/toolbar'
import { Num } from '@/components/ui/value'
import { type GroupRow, type GroupSort, groupSort, groups, groupType } from '@/lib/contracts/groups'
import { routes } from '@/lib/routes'
import {
  CatchUp,
  GroupStatusCell,
  LagValue,
  rowTone,
  sparkTone,
  TimeLagValue,
  TrendValue,
} from './group-cells'
import { groupsInput, groupsParams } from './groups-query'
import { useHeldOrder } from './use-held-order'

const EVERY_MS = 5_000
const keyOf = (row: GroupRow) => row.group
const PRESETS = ['stop', 'stall', 'warn', 'unknown'] as const

/** Every consumer group, the one that needs help first. */
export function GroupsView({ cluster }: { cluster: string }) {
  const t = useTranslations('groups')
  const [params, setAll] = useQueryStates(groupsParams, { history: 'push', startTransition })
  // Another filter or order is another list: it begins at its beginning.
  const setParams: typeof setAll = (change, options) =>
    setAll({ after: null, skip: null, ...(typeof change === 'function' ? {} : change) }, options)
  const { rows, first, query, loadMore, beyond } = useApiPages(groups.list, groupsInput(cluster, params), {
    live: 'groups',
  })
  const columns = useGroupColumns(cluster)
  const held = useHeldOrder(rows, keyOf, JSON.stringify(params))
  useFreshness({
    label: t('title'),
    at: first?.sampledAt ?? null,
    everyMs: EVERY_MS,
    error: query.error,
    fetching: query.isFetching,
  })
  const filtered = Boolean(params.q || params.status || params.type || params.topic)
  const clear = () => setParams({ q: null, status: null, type: null, topic: null })
  const onSort = (sort: string) => {
    const known = groupSort.options.find((option): option is GroupSort => option === sort)
    if (known) void setParams({ sort: known })
  }
  return (
    <>
      <PageHeader
        title={t('title')}
        aside={first?.total === undefined ? null : t('count', { n: first.total })}
      />
      <Toolbar label={t('filters')}>
        <FilterInput
          label={t('filter')}
          value={params.q}
          onValueChange={q => setParams({ q: q || null }, { history: 'replace' })}
        />
        {PRESETS.map(status => (
          <FilterChip
            key={status}
            on={params.status === status}
            onToggle={() => setParams({ status: params.status === status ? null : status })}
          >
            {t(`preset.${status}`)}
          </FilterChip>
        ))}
        {params.topic ? (
          <FilterChip on onToggle={() => setParams({ topic: null })}>
            {t('topicFilter', { topic: params.topic })}
          </FilterChip>
        ) : null}
        <Select
          size="sm"
          label={t('typeLabel')}
          value={params.type ?? 'all'}
          onValueChange={type => setParams({ type: type === 'all' ? null : type })}
          options={[
            { value: 'all' as const, label: t('allTypes') },
            ...groupType.options.map(type => ({ value: type, label: t(`type.${type}`) })),
          ]}
        />
      </Toolbar>
      {first ? <StaleNotice error={query.error} onRetry={() => void query.refetch()} /> : null}
      <ProblemsNotice problems={first?.problems} />
      {query.error && !first ? (
        <div className="min-h-0 flex-1 overflow-auto">
          <QueryError error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
        </div>
      ) : (
        <div {...held.hold} className="flex min-h-0 flex-1 flex-col">
          <DataTable
            label={t('list')}
            columns={columns}
            rows={held.rows}
            rowKey={keyOf}
            rowHref={row => routes.group(cluster, row.group)}
            sort={params.sort}
            onSort={onSort}
            rowTone={rowTone}
            loading={query.isPending}
            totalRows={first?.matched}
            firstIndex={params.skip}
            onEndReached={loadMore}
            cardHeight={57}
            card={row => <GroupCard row={row} />}
            empty={
              filtered ? (
                <EmptyState
                  title={t('noMatch.title')}
                  body={t('noMatch.body', { n: first?.total ?? 0 })}
                  action={<Button onClick={() => void clear()}>{t('noMatch.clear')}</Button>}
                />
              ) : (
                <EmptyState icon={<UsersRound />} title={t('empty.title')} body={t('empty.body')} />
              )
            }
          />
        </div>
      )}
      <ListFooter
        parts={
          first
            ? [
                <Shown
                  key="shown"
                  from={params.skip + 1}
                  shown={rows.length}
                  matched={first.matched}
                  total={first.total}
                />,
                t(`sorted.${params.sort}`),
                query.hasNextPage && !beyond && rows.length > 0 ? t('scrollForMore') : null,
                first.sampledAt ? <TimeAgo key="age" at={first.sampledAt} /> : null,
              ]
            : []
        }
        aside={first ? <span className="max-sm:hidden">{t('basis')}</span> : null}
      >
        <WindowLinks
          skip={params.skip}
          shown={rows.length}
          beyond={beyond}
          onGo={(after, skip) => void setAll({ after, skip })}
        />
      </ListFooter>
    </>
  )
}

function useGroupColumns(cluster: string): Column<GroupRow>[] {
  const t = useTranslations('groups')
  return [
    {
      id: 'status',
      header: t('column.status'),
      help: t('help.status'),
      width: 136,
      sortKey: 'status',
      render: row => <GroupStatusCell group={row} />,
    },
    {
      id: 'group',
      header: t('column.group'),
      sortKey: 'name',
      rowHeader: true,
      render: row => <MonoId id={row.group} href={routes.group(cluster, row.group)} rowLink copy />,
    },
    {
      id: 'type',
      header: t('column.type'),
      width: 84,
      hideBelow: 'xl',
      render: row => <span className="text-text-2">{t(`type.${row.type}`)}</span>,
    },
    {
      id: 'state',
      header: t('column.state'),
      width: 104,
      hideBelow: 'xl',
      render: row => <span className="text-text-2">{row.state}</span>,
    },
    {
      id: 'members',
      header: t('column.members'),
      width: 84,
      align: 'end',
      sortKey: 'members',
      sortDescFirst: true,
      hideBelow: 'md',
      render: row => <Num value={row.members} reason={t('membersUnknown')} />,
    },
    {
      id: 'topics',
      header: t('column.topics'),
      width: 68,
      align: 'end',
      hideBelow: 'xl',
      render: row => row.topics.length,
    },
    {
      id: 'lag',
      header: t('column.lag'),
      help: t('help.lag'),
      width: 104,
      align: 'end',
      sortKey: 'lag',
      sortDescFirst: true,
      render: row => <LagValue lag={row.lag} />,
    },
    {
      id: 'timeLag',
      header: t('column.timeLag'),
      help: t('help.timeLag'),
      width: 100,
      align: 'end',
      sortKey: 'timeLag',
      sortDescFirst: true,
      render: row => <TimeLagValue ms={row.timeLagMs} />,
    },
    {
      id: 'spark',
      header: t('column.spark'),
      help: t('help.spark'),
      width: 88,
      hideBelow: 'md',
      render: row => <SparkLine values={row.spark} tone={sparkTone(row.status)} />,
    },
    {
      id: 'trend',
      header: t('column.trend'),
      help: t('help.trend'),
      width: 88,
      align: 'end',
      hideBelow: 'md',
      sortKey: 'trend',
      sortDescFirst: true,
      render: row => <TrendValue perSecond={row.trendPerSecond} />,
    },
    {
      id: 'eta',
      header: t('column.eta'),
      help: t('help.eta'),
      width: 96,
      align: 'end',
      hideBelow: 'xl',
      render: row => <CatchUp group={row} />,
    },
  ]
}

function GroupCard({ row }: { row: GroupRow }) {
  const t = useTranslations('groups')
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <MonoId id={row.group} />
      <span className="flex items-center justify-between gap-2 text-meta text-text-2">
        <GroupStatusCell group={row} />
        <span className="flex gap-3">
          <span>
            {t('column.lag')} <LagValue lag={row.lag} />
          </span>
          <TimeLagValue ms={row.timeLagMs} />
        </span>
      </span>
    </span>
  )
}

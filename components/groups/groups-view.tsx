'use client'

import { CircleDashed, Star, UsersRound } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useQueryStates } from 'nuqs'
import { startTransition } from 'react'
import { useFreshness } from '@/components/api/freshness'
import { ProblemsNotice, QueryError, StaleNotice } from '@/components/api/query-error'
import { useApiPages } from '@/components/api/use-api-pages'
import { Button } from '@/components/ui/button'
import { DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { LongListFooter } from '@/components/ui/long-list-footer'
import { MonoId } from '@/components/ui/mono-id'
import { PageHeader } from '@/components/ui/page-header'
import { type GroupSort, groupSort, groups, type ListedGroup } from '@/lib/contracts/groups'
import { routes } from '@/lib/routes'
import { GroupStatusCell, LagValue, rowTone, TimeLagValue } from './group-cells'
import { useGroupColumns } from './group-columns'
import { groupsInput, groupsParams } from './groups-query'
import { GroupsToolbar } from './groups-toolbar'
import { POLL_MS } from './use-group'
import { useHeldOrder } from './use-held-order'

const keyOf = (row: ListedGroup) => row.group
const FILTERS = ['q', 'status', 'type', 'state', 'topic', 'owner', 'pinned'] as const

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
  const columns = useGroupColumns(cluster, (first?.owners.length ?? 0) > 0)
  const list = JSON.stringify(params)
  const held = useHeldOrder(rows, keyOf, query.isPlaceholderData ? null : list)
  useFreshness({
    label: t('title'),
    at: first?.sampledAt ?? null,
    everyMs: POLL_MS,
    error: query.error,
    fetching: query.isFetching,
  })
  const filtered = FILTERS.some(name => Boolean(params[name]))
  const clear = () => setParams(Object.fromEntries(FILTERS.map(name => [name, null])))
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
      <GroupsToolbar cluster={cluster} params={params} owners={first?.owners ?? []} onChange={setParams} />
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
            listKey={list}
            onEndReached={loadMore}
            cardHeight={57}
            card={row => <GroupCard row={row} />}
            empty={
              // How many there are is not known: nobody answered. That is not "none".
              first && first.total === undefined ? (
                <EmptyState
                  icon={<CircleDashed />}
                  title={t('unread.title')}
                  body={t('unread.body')}
                  action={<Button onClick={() => void query.refetch()}>{t('unread.retry')}</Button>}
                />
              ) : filtered ? (
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
      <LongListFooter
        list={first}
        skip={params.skip}
        shown={rows.length}
        more={query.hasNextPage}
        beyond={beyond}
        order={
          rows[0]?.pinned
            ? t('pinnedFirst', { order: t(`sorted.${params.sort}`) })
            : t(`sorted.${params.sort}`)
        }
        basis={t('basis')}
        onGo={(after, skip) => void setAll({ after, skip })}
      />
    </>
  )
}

function GroupCard({ row }: { row: ListedGroup }) {
  const t = useTranslations('groups')
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span className="flex min-w-0 items-center gap-1">
        {row.pinned ? (
          <Star aria-label={t('pinned')} size={12} className="shrink-0 fill-current text-accent" />
        ) : null}
        <MonoId id={row.group} />
      </span>
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

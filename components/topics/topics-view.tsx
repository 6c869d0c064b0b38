'use client'

import { Layers, Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useQueryStates } from 'nuqs'
import { startTransition } from 'react'
import { useFreshness } from '@/components/api/freshness'
import { usePermission } from '@/components/api/me'
import { ProblemsNotice, QueryError, StaleNotice } from '@/components/api/query-error'
import { useApiPages } from '@/components/api/use-api-pages'
import { ActionButton, Button, LinkButton } from '@/components/ui/button'
import { DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { useHotkeys } from '@/components/ui/hotkeys'
import { LongListFooter } from '@/components/ui/long-list-footer'
import { MonoId } from '@/components/ui/mono-id'
import { PageHeader } from '@/components/ui/page-header'
import { FilterChip, FilterInput, Toolbar } from '@/components/ui/toolbar'
import { Num } from '@/components/ui/value'
import { type TopicRow, type TopicSort, topicSort, topics } from '@/lib/contracts/topics'
import { routes } from '@/lib/routes'
import { TopicHealth, useTopicColumns } from './topic-columns'
import { topicsInput, topicsParams } from './topics-query'

const EVERY_MS = 5_000
/** Ten thousand topics, some ten megabytes in the browser: the largest clusters in one window. */
const MOST_PAGES = 50

/** All topics of a cluster: found, filtered and sorted on the server, drawn only where they are seen. */
export function TopicsView({ cluster }: { cluster: string }) {
  const t = useTranslations('topics')
  const [params, setAll] = useQueryStates(topicsParams, { history: 'push', startTransition })
  // Another filter or order is another list: it begins at its beginning.
  const setParams: typeof setAll = (change, options) =>
    setAll({ after: null, skip: null, ...(typeof change === 'function' ? {} : change) }, options)
  const { rows, first, query, loadMore, beyond } = useApiPages(topics.list, topicsInput(cluster, params), {
    mostPages: MOST_PAGES,
  })
  const columns = useTopicColumns(
    cluster,
    rows.some(row => row.owner !== null),
  )
  useFreshness({
    label: t('title'),
    at: first?.sampledAt ?? null,
    everyMs: EVERY_MS,
    error: query.error,
    fetching: query.isFetching,
  })
  const filtered = Boolean(
    params.q || params.kind || params.health || params.policy || params.owner || params.tag,
  )
  const clear = () => setParams({ q: null, kind: null, health: null, policy: null, owner: null, tag: null })
  const router = useRouter()
  const { mayOpen } = useNewTopic(cluster)
  useHotkeys({ c: () => (mayOpen ? router.push(routes.newTopic(cluster)) : false) })
  const onSort = (sort: string) => {
    const known = topicSort.options.find((option): option is TopicSort => option === sort)
    if (known) void setParams({ sort: known })
  }

  return (
    <>
      <PageHeader
        title={t('title')}
        aside={
          first
            ? t(first.internalHidden > 0 ? 'watching' : 'count', {
                n: first.total ?? 0,
                hidden: first.internalHidden,
              })
            : null
        }
        actions={
          <span className="max-sm:hidden">
            <CreateButton cluster={cluster} />
          </span>
        }
      />
      <Toolbar label={t('filters')}>
        <FilterInput
          label={t('filter')}
          value={params.q}
          onValueChange={q => setParams({ q: q || null }, { history: 'replace' })}
        />
        <FilterChip
          on={params.health === 'problem'}
          onToggle={() => setParams({ health: params.health ? null : 'problem' })}
        >
          {t('preset.problem')}
        </FilterChip>
        <FilterChip
          on={params.policy === 'violation'}
          onToggle={() => setParams({ policy: params.policy ? null : 'violation' })}
        >
          {t('preset.violation')}
        </FilterChip>
        <FilterChip
          on={params.kind === 'dead-letter'}
          onToggle={() => setParams({ kind: params.kind === 'dead-letter' ? null : 'dead-letter' })}
        >
          {t('preset.deadLetter')}
        </FilterChip>
        <FilterChip
          on={params.kind === 'retry'}
          onToggle={() => setParams({ kind: params.kind === 'retry' ? null : 'retry' })}
        >
          {t('preset.retry')}
        </FilterChip>
        <FilterChip
          on={params.internal}
          onToggle={() => setParams({ internal: params.internal ? null : true })}
        >
          {t('preset.internal')}
        </FilterChip>
        {params.owner ? (
          <FilterChip on onToggle={() => setParams({ owner: null })}>
            {params.owner === '-' ? t('facts.none') : params.owner}
          </FilterChip>
        ) : null}
        {params.tag ? (
          <FilterChip on onToggle={() => setParams({ tag: null })}>
            #{params.tag}
          </FilterChip>
        ) : null}
      </Toolbar>
      {first ? <StaleNotice error={query.error} onRetry={() => void query.refetch()} /> : null}
      <ProblemsNotice problems={first?.problems} />
      {query.error && !first ? (
        <div className="min-h-0 flex-1 overflow-auto">
          <QueryError error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
        </div>
      ) : (
        <DataTable
          label={t('list')}
          columns={columns}
          rows={rows}
          rowKey={row => row.name}
          rowHref={row => routes.topic(cluster, row.name, 'messages')}
          sort={params.sort}
          onSort={onSort}
          rowTone={row => (row.offline > 0 ? 'error' : row.underReplicated > 0 ? 'warn' : null)}
          loading={query.isPending}
          totalRows={first?.matched}
          firstIndex={params.skip}
          listKey={JSON.stringify(params)}
          onEndReached={loadMore}
          cardHeight={57}
          card={row => <TopicCard row={row} cluster={cluster} />}
          empty={
            filtered ? (
              <EmptyState
                title={t('noMatch.title')}
                body={t('noMatch.body', { n: first?.total ?? 0 })}
                action={<Button onClick={() => void clear()}>{t('noMatch.clear')}</Button>}
              />
            ) : (
              <EmptyState
                icon={<Layers />}
                title={t('empty.title')}
                body={t('empty.body')}
                action={<CreateButton cluster={cluster} />}
              />
            )
          }
        />
      )}
      <LongListFooter
        list={first}
        skip={params.skip}
        shown={rows.length}
        more={query.hasNextPage}
        beyond={beyond}
        order={t(`sorted.${params.sort}`)}
        basis={t('basis')}
        onGo={(after, skip) => void setAll({ after, skip })}
      />
    </>
  )
}

/** Who may not create a topic asks for one, on the same page. */
function useNewTopic(cluster: string) {
  const create = usePermission('topic.create', { cluster, anyTopic: true })
  const asks = usePermission('request.file', { cluster, anyTopic: true }).allowed && !create.allowed
  return { create, asks, mayOpen: !create.readOnly && (create.allowed || asks) }
}

function CreateButton({ cluster }: { cluster: string }) {
  const t = useTranslations('topics')
  const { create: permission, asks, mayOpen } = useNewTopic(cluster)
  if (permission.readOnly) return null
  const icon = <Plus size={16} />
  return mayOpen ? (
    <LinkButton variant="primary" icon={icon} kbd="C" href={routes.newTopic(cluster)}>
      {t(asks ? 'change.requestTopic' : 'create')}
    </LinkButton>
  ) : (
    <ActionButton reason={permission.reason} icon={icon}>
      {t('create')}
    </ActionButton>
  )
}

function TopicCard({ row, cluster }: { row: TopicRow; cluster: string }) {
  const t = useTranslations('topics')
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <MonoId id={row.name} href={routes.topic(cluster, row.name, 'messages')} rowLink />
      <span className="flex items-center justify-between gap-2 text-meta text-text-2">
        <TopicHealth topic={row} />
        <span>
          {t('column.messages')} <Num value={row.messages} reason={t('notMeasured')} />
        </span>
      </span>
    </span>
  )
}

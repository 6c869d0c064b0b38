'use client'

import { ArrowDown, Bell } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useQueryStates } from 'nuqs'
import { startTransition, useState } from 'react'
import { useFreshness } from '@/components/api/freshness'
import { ProblemsNotice, QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { useApiPages } from '@/components/api/use-api-pages'
import { Button, LinkButton } from '@/components/ui/button'
import { DataTable } from '@/components/ui/data-table'
import { SplitView } from '@/components/ui/drawer'
import { useHotkeys } from '@/components/ui/hotkeys'
import { PageHeader } from '@/components/ui/page-header'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { Select } from '@/components/ui/select'
import { LinkTabs } from '@/components/ui/tabs'
import { TimeAgo } from '@/components/ui/time'
import { FilterChip, FilterInput, Toolbar } from '@/components/ui/toolbar'
import { Num } from '@/components/ui/value'
import { type DeadLetterIssue, deadLetters } from '@/lib/contracts/dead-letters'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { middleTruncate } from '@/lib/format'
import { routes } from '@/lib/routes'
import { Coverage } from './coverage'
import {
  type DeadLettersParams,
  deadLettersParams,
  ISSUE_SORTS,
  type IssueView,
  issuesInput,
} from './dead-letters-query'
import { InboxNotices, InboxNow, NoIssues } from './inbox-states'
import { IssueCard } from './issue-card'
import { useCauseName } from './issue-cells'
import { useIssueColumns } from './issue-columns'
import { IssueDrawer } from './issue-drawer'
import { IssueTriage } from './issue-triage'
import { ReplayLink } from './replay-link'
import { useHeldRows } from './use-held-rows'

type Answer = OutputOf<typeof deadLetters.groups>

const NONE: ReadonlySet<string> = new Set()
const EVERY_MS = 10_000
const TOPIC_OPTIONS = 100
const CHIPS = ['new', 'refailed', 'acknowledged'] as const
const UNRESOLVED: readonly IssueView[] = ['unresolved', ...CHIPS]

/**
 * What died, grouped by cause: one row an issue, its story beside the list. New issues wait above it until
 * they are asked for.
 */
export function InboxView({ cluster }: { cluster: string }) {
  const t = useTranslations('dead-letters')
  const [params, setParams] = useQueryStates(deadLettersParams, { history: 'replace', startTransition })
  const input = issuesInput(cluster, params)
  const list = useApiPages(deadLetters.groups, input, { live: 'dead-letters' })
  const { first, query, loadMore } = list
  const held = useHeldRows(list.rows, row => row.fingerprint, JSON.stringify(input), query.isPlaceholderData)
  const { rows } = held
  const { data: topicList } = useApi(deadLetters.topics, { cluster }, { pollMs: 30_000 })
  useFreshness({
    label: t('title'),
    at: first?.sampledAt ?? null,
    everyMs: EVERY_MS,
    error: query.error,
    fetching: query.isFetching,
  })
  // Before the first look there are no numbers, not zeros.
  const counted = first?.sampledAt === undefined ? undefined : first
  const at = rows.findIndex(row => row.fingerprint === params.d)
  const open = rows[at]
  const show = (row: DeadLetterIssue | undefined) => {
    if (row) void setParams({ d: row.fingerprint }, { history: params.d === null ? 'push' : 'replace' })
  }
  const columns = useIssueColumns(cluster, Boolean(open))
  const router = useRouter()
  const nameOf = useCauseName()
  const [selected, setSelected] = useState(NONE)
  const chosen = rows.filter(row => selected.has(row.fingerprint))
  useHotkeys({
    escape: () => (chosen.length > 0 ? setSelected(NONE) : false),
    // The one that is selected, else the one that has the focus; the drawer answers for its own.
    'shift+r': () => {
      const row = chosen.length === 1 ? chosen[0] : rows[focusedRow()]
      if (!row || row.open === 0) return false
      router.push(routes.newReplay(cluster, { topic: row.topic, fingerprint: row.fingerprint }))
    },
  })
  const topics = topicList?.items ?? []
  const single = chosen.length === 1 ? chosen[0] : undefined
  return (
    <SplitView
      drawer={
        open ? (
          <IssueDrawer
            cluster={cluster}
            issue={open}
            place={{ at: at + 1, of: first?.matched ?? rows.length }}
            onPrevious={at > 0 ? () => show(rows[at - 1]) : null}
            onNext={at < rows.length - 1 ? () => show(rows[at + 1]) : null}
            onClose={() => void setParams({ d: null })}
          />
        ) : null
      }
    >
      <PageHeader
        title={t('title')}
        aside={
          topicList && topicList.sampledAt !== null ? (
            <Coverage cluster={cluster} topics={topicList} />
          ) : counted ? (
            t('watching', { n: counted.topics })
          ) : null
        }
        facts={counted ? <InboxNow cluster={cluster} params={params} first={counted} /> : <span>&nbsp;</span>}
        actions={
          <>
            <LinkButton
              icon={<Bell size={16} />}
              className="max-sm:hidden"
              href={routes.deadLetterRules(cluster)}
            >
              {t('rules.title')}
            </LinkButton>
            {/* Over the list on a phone: coming and going there, it moves no row from under the thumb. */}
            <span
              role="status"
              className="flex h-8 items-center max-sm:pointer-events-none max-sm:fixed max-sm:inset-x-0 max-sm:bottom-16 max-sm:z-10 max-sm:justify-center max-sm:*:pointer-events-auto max-sm:*:shadow-pop"
            >
              {held.waiting > 0 || held.isMoved ? (
                <Button icon={<ArrowDown size={16} />} onClick={held.release}>
                  {held.waiting > 0 ? t('showNew', { n: held.waiting }) : t('sortAgain')}
                </Button>
              ) : null}
            </span>
          </>
        }
      />
      <Views cluster={cluster} params={params} first={counted} />
      <Toolbar label={t('filters')}>
        <FilterInput
          label={t('filter')}
          value={params.q}
          className="max-sm:w-full max-sm:flex-none"
          onValueChange={q => setParams({ q: q || null })}
        />
        {UNRESOLVED.includes(params.state)
          ? CHIPS.filter(state => state !== 'acknowledged' || (first?.byStatus[state] ?? 0) > 0).map(
              state => (
                <FilterChip
                  key={state}
                  on={params.state === state}
                  onToggle={() =>
                    setParams({ state: params.state === state ? null : state }, { history: 'push' })
                  }
                  count={counted?.byStatus[state]}
                >
                  {t(`status.${state}`)}
                </FilterChip>
              ),
            )
          : null}
        <span className="flex-1 max-sm:hidden" />
        <Select
          size="sm"
          label={t('topicFilter')}
          value={params.topic ?? ALL}
          className="max-w-72 max-sm:hidden"
          onValueChange={topic => setParams({ topic: topic === ALL ? null : topic }, { history: 'push' })}
          options={[
            { value: ALL, label: t('allTopics') },
            ...topicOptions(
              topics.map(item => item.topic),
              params.topic,
            ).map(topic => ({
              value: topic,
              label: <span title={topic}>{middleTruncate(topic, 44)}</span>,
            })),
          ]}
        />
        <Select
          size="sm"
          label={t('sort')}
          value={params.sort}
          className="max-sm:hidden"
          onValueChange={sort => setParams({ sort })}
          options={ISSUE_SORTS.map(value => ({ value, label: t(`sorts.${value}`) }))}
        />
      </Toolbar>
      {chosen.length > 0 ? (
        <div className="flex flex-wrap items-center gap-2 border-t border-line px-4 py-2" role="status">
          <span className="font-medium">{t('triage.selected', { n: chosen.length })}</span>
          {single ? (
            <ReplayLink
              size="sm"
              cluster={cluster}
              topic={single.topic}
              fingerprint={single.fingerprint}
              count={single.open}
            >
              {t('issue.replayAll', { n: single.open })}
            </ReplayLink>
          ) : null}
          <IssueTriage size="sm" cluster={cluster} issues={chosen} onDone={() => setSelected(NONE)} />
          <Button size="sm" variant="ghost" onClick={() => setSelected(NONE)}>
            {t('select.clear')}
          </Button>
        </div>
      ) : null}
      <InboxNotices
        params={params}
        first={first}
        onShowExpiring={() => void setParams({ sort: 'expires', state: 'unresolved' }, { history: 'push' })}
      />
      {first ? <StaleNotice error={query.error} onRetry={() => void query.refetch()} /> : null}
      <ProblemsNotice problems={first?.problems} />
      {query.error && !first ? (
        <QueryError error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
      ) : (
        <DataTable
          label={t('list')}
          columns={columns}
          rows={rows}
          rowKey={row => row.fingerprint}
          rowName={row => `${nameOf(row.exceptionClass, row.sampleMessage)} ${row.topic}`}
          rowHref={row => routes.deadLetterIssue(cluster, row.fingerprint)}
          onOpen={show}
          selection={selected}
          onSelectionChange={setSelected}
          rowHeight={50}
          currentKey={params.d}
          rowTone={row => (row.status === 'new' ? 'error' : row.status === 'refailed' ? 'warn' : null)}
          loading={query.isPending}
          totalRows={first?.matched}
          onEndReached={loadMore}
          card={row => <IssueCard issue={row} />}
          empty={
            <NoIssues
              first={first}
              filtered={Boolean(params.q || params.topic || params.state !== 'unresolved')}
              onClear={() => void setParams({ q: null, topic: null, state: null }, { history: 'push' })}
              onShowAll={() => void setParams({ q: null, topic: null, state: 'all' }, { history: 'push' })}
            />
          }
        />
      )}
      <ListFooter
        parts={[
          <Shown
            key="shown"
            from={1}
            shown={rows.length}
            matched={counted?.matched}
            total={counted?.total}
          />,
          counted?.open === undefined ? null : t('footer', { open: counted.open }),
          held.isMoved ? t('orderHeld', { order: t(`orders.${params.sort}`) }) : t(`orders.${params.sort}`),
          topicList && topicList.sampledAt !== null
            ? t('scanned', {
                done: topics.filter(item => item.complete && item.problem === null).length,
                all: topics.length,
              })
            : null,
          first?.sampledAt ? <TimeAgo key="age" at={first.sampledAt} /> : null,
        ]}
      />
    </SplitView>
  )
}

/** The row that the keyboard is on; -1: none. */
const focusedRow = () => Number(document.activeElement?.closest<HTMLElement>('[data-row]')?.dataset.row ?? -1)

/** Radix refuses the empty value. */
const ALL = '*'

/** The first of many, and always the one that is chosen. */
function topicOptions(topics: readonly string[], chosen: string | null): string[] {
  const some = topics.slice(0, TOPIC_OPTIONS)
  return chosen === null || some.includes(chosen) ? some : [chosen, ...some]
}

/** Tabs with their counts. What nobody ever decided (resolved, archived) has no tab. */
function Views({
  cluster,
  params,
  first,
}: {
  cluster: string
  params: DeadLettersParams
  first: Answer | undefined
}) {
  const t = useTranslations('dead-letters')
  const by = first?.byStatus
  const count = (state: 'replaying' | 'replayed' | 'resolved' | 'archived') => by?.[state] ?? 0
  const views: { id: IssueView; label: string; count: number | undefined }[] = [
    {
      id: 'unresolved',
      label: t('views.unresolved'),
      count: by ? (by.new ?? 0) + (by.acknowledged ?? 0) + (by.refailed ?? 0) : undefined,
    },
    ...(['replaying', 'replayed', 'resolved', 'archived'] as const)
      .filter(state => state === 'replayed' || state === params.state || count(state) > 0)
      .map(state => ({ id: state, label: t(`status.${state}`), count: by ? count(state) : undefined })),
    {
      id: 'all',
      label: t('views.all'),
      count: by ? Object.values(by).reduce<number>((sum, n) => sum + (n ?? 0), 0) : undefined,
    },
  ]
  const { q, topic, sort } = params
  return (
    <LinkTabs
      label={t('views.label')}
      current={UNRESOLVED.includes(params.state) ? 'unresolved' : params.state}
      items={views.map(view => ({
        id: view.id,
        label: view.label,
        count: view.count === undefined ? null : <Num value={view.count} />,
        href: routes.deadLetters(cluster, {
          q,
          topic,
          state: view.id === 'unresolved' ? null : view.id,
          sort: sort === 'lastSeen' ? null : sort,
        }),
      }))}
    />
  )
}

'use client'

import { ArchiveX } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useQueryStates } from 'nuqs'
import { startTransition } from 'react'
import { useFreshness } from '@/components/api/freshness'
import { ProblemsNotice, QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { useApiPages } from '@/components/api/use-api-pages'
import { Button } from '@/components/ui/button'
import { DataTable } from '@/components/ui/data-table'
import { SplitView } from '@/components/ui/drawer'
import { EmptyState } from '@/components/ui/empty-state'
import { Notice } from '@/components/ui/notice'
import { PageHeader } from '@/components/ui/page-header'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { Select } from '@/components/ui/select'
import { TimeAgo } from '@/components/ui/time'
import { FilterChip, FilterInput, Toolbar } from '@/components/ui/toolbar'
import { type DeadLetterIssue, deadLetters } from '@/lib/contracts/dead-letters'
import { routes } from '@/lib/routes'
import { deadLettersParams, ISSUE_SORTS, issuesInput } from './dead-letters-query'
import { expiresSoon, IssueStatusMark } from './issue-cells'
import { useIssueColumns } from './issue-columns'
import { IssueDrawer } from './issue-drawer'

const EVERY_MS = 10_000
const CHIPS = ['new', 'refailed', 'replayed'] as const

/** What died, grouped by cause: one row an issue, its newest first, its story beside the list. */
export function InboxView({ cluster }: { cluster: string }) {
  const t = useTranslations('dead-letters')
  const [params, setParams] = useQueryStates(deadLettersParams, { history: 'replace', startTransition })
  const { rows, first, query, loadMore } = useApiPages(deadLetters.groups, issuesInput(cluster, params), {
    live: 'dead-letters',
  })
  const { data: topicList } = useApi(deadLetters.topics, { cluster }, { pollMs: 30_000 })
  useFreshness({
    label: t('title'),
    at: first?.sampledAt ?? null,
    everyMs: EVERY_MS,
    error: query.error,
    fetching: query.isFetching,
  })
  const filtered = Boolean(params.q || params.topic || params.state)
  const at = rows.findIndex(row => row.fingerprint === params.d)
  const open = rows[at]
  const show = (row: DeadLetterIssue | undefined) => {
    if (row) void setParams({ d: row.fingerprint }, { history: params.d === null ? 'push' : 'replace' })
  }
  const columns = useIssueColumns(Boolean(open))
  const soon = rows.filter(expiresSoon).length
  return (
    <SplitView
      drawer={
        open ? (
          <IssueDrawer
            cluster={cluster}
            issue={open}
            place={{ at: at + 1, of: rows.length }}
            onPrevious={at > 0 ? () => show(rows[at - 1]) : null}
            onNext={at < rows.length - 1 ? () => show(rows[at + 1]) : null}
            onClose={() => void setParams({ d: null })}
          />
        ) : null
      }
    >
      <PageHeader title={t('title')} aside={first ? t('watching', { n: first.topics }) : null} />
      <Toolbar label={t('filters')}>
        <FilterInput label={t('filter')} value={params.q} onValueChange={q => setParams({ q: q || null })} />
        {CHIPS.map(state => (
          <FilterChip
            key={state}
            on={params.state === state}
            onToggle={() => setParams({ state: params.state === state ? null : state })}
            count={first?.byStatus[state]}
          >
            {t(`status.${state}`)}
          </FilterChip>
        ))}
        <Select
          size="sm"
          label={t('topicFilter')}
          value={params.topic ?? ALL}
          className="max-w-72"
          onValueChange={topic => setParams({ topic: topic === ALL ? null : topic })}
          options={[
            { value: ALL, label: t('allTopics') },
            ...(topicList?.items ?? []).slice(0, 100).map(item => ({ value: item.topic, label: item.topic })),
          ]}
        />
        <Select
          size="sm"
          label={t('sort')}
          value={params.sort}
          onValueChange={sort => setParams({ sort })}
          options={ISSUE_SORTS.map(value => ({ value, label: t(`sorts.${value}`) }))}
        />
      </Toolbar>
      {soon > 0 ? (
        <Notice
          tone="warn"
          action={
            <button
              type="button"
              className="font-medium underline underline-offset-2"
              onClick={() => void setParams({ sort: 'expires' })}
            >
              {t('sorts.expires')}
            </button>
          }
        >
          {t('expiringSoon', { n: soon })}
        </Notice>
      ) : null}
      {first && !first.complete ? <Notice tone="info">{t('incomplete')}</Notice> : null}
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
          rowHref={row => routes.deadLetterIssue(cluster, row.fingerprint)}
          onOpen={show}
          rowHeight={50}
          currentKey={params.d}
          rowTone={row => (row.status === 'new' ? 'error' : row.status === 'refailed' ? 'warn' : null)}
          loading={query.isPending}
          totalRows={first?.matched}
          onEndReached={loadMore}
          card={row => <IssueCard issue={row} />}
          empty={
            filtered ? (
              <EmptyState
                title={t('noMatch.title')}
                body={t('noMatch.body', { n: first?.total ?? 0 })}
                action={
                  <Button onClick={() => void setParams({ q: null, topic: null, state: null })}>
                    {t('noMatch.clear')}
                  </Button>
                }
              />
            ) : (
              <EmptyState
                icon={<ArchiveX />}
                title={t('empty.title')}
                body={t('empty.body', { n: first?.topics ?? 0 })}
              />
            )
          }
        />
      )}
      <ListFooter
        parts={[
          <Shown key="shown" from={1} shown={rows.length} matched={first?.matched} total={first?.total} />,
          first
            ? t('footer', { open: rows.reduce((n, row) => n + row.open, 0), topics: first.topics })
            : null,
          first?.sampledAt ? <TimeAgo key="age" at={first.sampledAt} /> : null,
        ]}
      />
    </SplitView>
  )
}

/** Radix refuses the empty value. */
const ALL = '*'

function IssueCard({ issue }: { issue: DeadLetterIssue }) {
  const t = useTranslations('dead-letters')
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span className="truncate font-medium">{issue.exceptionClass ?? t('noException')}</span>
      <span className="flex items-center justify-between gap-2 text-meta text-text-2">
        <IssueStatusMark status={issue.status} />
        <span>
          {issue.count} · <TimeAgo at={issue.lastSeen} />
        </span>
      </span>
    </span>
  )
}

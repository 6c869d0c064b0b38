'use client'

import { CalendarClock } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useState } from 'react'
import { useFreshness } from '@/components/api/freshness'
import { ProblemsNotice, QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { useApiPages } from '@/components/api/use-api-pages'
import { Button, LinkButton } from '@/components/ui/button'
import { DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { useHotkeys } from '@/components/ui/hotkeys'
import { Notice } from '@/components/ui/notice'
import { PageHeader } from '@/components/ui/page-header'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { SkeletonLines } from '@/components/ui/skeleton'
import { TimeAgo, Timestamp } from '@/components/ui/time'
import { FilterChip, Toolbar } from '@/components/ui/toolbar'
import { Tooltip } from '@/components/ui/tooltip'
import { type DeadLetterIssue, type DeadLetterRow, deadLetters } from '@/lib/contracts/dead-letters'
import { routes } from '@/lib/routes'
import { issueInput, RECORD_VIEWS, recordsInput } from './dead-letters-query'
import { DropButton } from './drop-button'
import { IssueStatusMark, Line, useCauseName } from './issue-cells'
import { IssueArrivals, IssueFacts, IssueFrames } from './issue-facts'
import { IssueStory } from './issue-story'
import { IssueTriage } from './issue-triage'
import { useRecordColumns } from './record-columns'
import { ReplayLink } from './replay-link'

const EVERY_MS = 10_000
const keyOf = ({ topic, message }: DeadLetterRow) => `${topic}/${message.partition}/${message.offset}`
const NONE: ReadonlySet<string> = new Set()

/** One issue: what its records share, and the records themselves, to be picked for a replay. */
export function IssuePage({ cluster, fingerprint }: { cluster: string; fingerprint: string }) {
  const t = useTranslations('dead-letters')
  const { data, error, isPending, isFetching, refetch } = useApi(
    deadLetters.groups,
    issueInput(cluster, fingerprint),
    { live: 'dead-letters' },
  )
  const issue = data?.items.find(item => item.fingerprint === fingerprint)
  useFreshness({
    label: t('issue.title'),
    at: data?.sampledAt ?? null,
    everyMs: EVERY_MS,
    error,
    fetching: isFetching,
  })
  if (error && !data) return <QueryError error={error} onRetry={() => void refetch()} retrying={isFetching} />
  if (!issue && !isPending)
    return (
      <EmptyState
        title={t('issue.unknown')}
        body={data?.complete === false ? t('incomplete') : t('issue.unknownBody')}
        action={<LinkButton href={routes.deadLetters(cluster)}>{t('issue.back')}</LinkButton>}
      />
    )
  return (
    // On a phone the whole page scrolls, and the list has a screen of its own below what is said of it.
    <div className="flex min-h-0 flex-1 flex-col max-sm:overflow-auto">
      <IssueHeader cluster={cluster} issue={issue} />
      <StaleNotice error={error} onRetry={() => void refetch()} />
      <div className="grid shrink-0 grid-cols-1 items-start gap-x-8 gap-y-3 border-t border-line px-4 py-3 sm:max-h-[45vh] sm:overflow-auto lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)_minmax(0,4fr)]">
        {issue ? (
          <>
            <IssueFacts cluster={cluster} issue={issue} />
            <IssueArrivals issue={issue} />
            <div>
              <h2 className="mb-1 text-meta text-text-3">{t('issue.frames')}</h2>
              <IssueFrames frames={issue.frames} />
            </div>
          </>
        ) : (
          <SkeletonLines lines={5} />
        )}
      </div>
      {issue ? (
        <div className="shrink-0 border-t border-line px-4 py-3 sm:max-h-[40vh] sm:overflow-auto">
          <IssueStory cluster={cluster} fingerprint={fingerprint} />
        </div>
      ) : null}
      <IssueRecords cluster={cluster} fingerprint={fingerprint} issue={issue} />
    </div>
  )
}

function IssueHeader({ cluster, issue }: { cluster: string; issue: DeadLetterIssue | undefined }) {
  const t = useTranslations('dead-letters')
  const nameOf = useCauseName()
  return (
    <PageHeader
      title={
        issue ? (
          <span className="break-words" title={issue.exceptionClass?.slice(0, 500)}>
            <Line text={nameOf(issue.exceptionClass, issue.sampleMessage)} />
          </span>
        ) : (
          t('issue.title')
        )
      }
      chips={issue ? <IssueStatusMark status={issue.status} /> : null}
      facts={
        issue ? (
          <span className="mono-sm line-clamp-2 break-words">
            {issue.exceptionClass === null ? (
              t('noExceptionHelp')
            ) : (
              <Line text={issue.sampleMessage ?? t('noMessage')} />
            )}
          </span>
        ) : (
          <span>&nbsp;</span>
        )
      }
      actions={
        issue ? (
          <>
            <IssueTriage cluster={cluster} issues={[issue]} />
            {/* Beside the replay that goes at once; a phone starts neither. */}
            <Tooltip content={t('issue.later')}>
              <LinkButton
                icon={<CalendarClock size={16} />}
                className="max-sm:hidden"
                href={routes.replaySchedules(cluster, { issue: issue.fingerprint })}
              >
                <span className="sr-only">{t('issue.later')}</span>
              </LinkButton>
            </Tooltip>
            <ReplayLink
              primary
              cluster={cluster}
              topic={issue.topic}
              fingerprint={issue.fingerprint}
              count={issue.open}
            >
              {t('issue.replayAll', { n: issue.open })}
            </ReplayLink>
          </>
        ) : null
      }
    />
  )
}

function IssueRecords({
  cluster,
  fingerprint,
  issue,
}: {
  cluster: string
  fingerprint: string
  issue: DeadLetterIssue | undefined
}) {
  const t = useTranslations('dead-letters')
  const [view, setView] = useQueryState(
    'state',
    parseAsStringLiteral(RECORD_VIEWS).withOptions({ history: 'push' }),
  )
  const { rows, first, query, loadMore } = useApiPages(
    deadLetters.records,
    recordsInput(cluster, fingerprint, view),
    { live: 'dead-letters' },
  )
  const columns = useRecordColumns()
  const [selected, setSelected] = useState(NONE)
  const chosen = rows.filter(row => selected.has(keyOf(row)))
  useHotkeys({ escape: () => (chosen.length > 0 ? setSelected(NONE) : false) })
  return (
    <>
      <Toolbar label={t('records')} className="border-t border-line">
        <h2 className="mr-1 font-semibold">{t('records')}</h2>
        {RECORD_VIEWS.map(status => (
          <FilterChip
            key={status}
            on={view === status}
            onToggle={() => void setView(view === status ? null : status)}
          >
            {t(`status.${status}`)}
          </FilterChip>
        ))}
        <span className="flex-1" />
        <Chosen cluster={cluster} rows={chosen} onClear={() => setSelected(NONE)} />
      </Toolbar>
      {first ? <StaleNotice error={query.error} onRetry={() => void query.refetch()} /> : null}
      <ProblemsNotice problems={first?.problems} />
      {first && !first.complete ? <Notice tone="info">{t('incomplete')}</Notice> : null}
      {query.error && !first ? (
        <QueryError error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
      ) : (
        <DataTable
          label={t('records')}
          columns={columns}
          rows={rows}
          rowKey={keyOf}
          rowHref={row => routes.deadLetter(cluster, row.topic, row.message.partition, row.message.offset)}
          selection={selected}
          onSelectionChange={setSelected}
          loading={query.isPending}
          totalRows={first?.matched}
          onEndReached={loadMore}
          className="max-sm:min-h-[70dvh]"
          card={row => <RecordCard row={row} />}
          empty={
            view === null ? (
              <EmptyState title={t('issue.unknown')} body={t('issue.unknownBody')} />
            ) : (
              <EmptyState
                title={t('noLetter')}
                body={issue ? t('noMatch.records', { n: issue.count }) : null}
                action={<Button onClick={() => void setView(null)}>{t('noMatch.clear')}</Button>}
              />
            )
          }
        />
      )}
      <ListFooter
        parts={[
          <Shown key="shown" from={1} shown={rows.length} matched={first?.matched} total={issue?.count} />,
          t('orders.newest'),
          first?.sampledAt ? <TimeAgo key="age" at={first.sampledAt} /> : null,
        ]}
      />
    </>
  )
}

/** What is picked and what may be done with it; always in the same line, so that nothing below it moves. */
function Chosen({
  cluster,
  rows,
  onClear,
}: {
  cluster: string
  rows: readonly DeadLetterRow[]
  onClear: () => void
}) {
  const t = useTranslations('dead-letters')
  const topic = rows[0]?.topic
  if (topic === undefined)
    return <span className="text-meta text-text-3 max-md:hidden">{t('select.hint')}</span>
  return (
    <span className="flex items-center gap-2" role="status">
      <span className="font-medium">{t('select.count', { n: rows.length })}</span>
      <Button size="sm" variant="ghost" onClick={onClear}>
        {t('select.clear')}
      </Button>
      {rows.every(row => row.topic === topic) ? (
        <>
          <DropButton
            size="sm"
            cluster={cluster}
            topic={topic}
            what={{ records: rows.map(row => row.message) }}
            count={rows.length}
            onDone={onClear}
          />
          <ReplayLink
            hotkey
            size="sm"
            cluster={cluster}
            topic={topic}
            records={rows.map(row => row.message)}
            count={rows.length}
          >
            {t('select.replay', { n: rows.length })}
          </ReplayLink>
        </>
      ) : (
        <span className="text-warn">{t('select.oneTopic')}</span>
      )}
    </span>
  )
}

function RecordCard({ row }: { row: DeadLetterRow }) {
  const t = useTranslations('dead-letters')
  return (
    <span className="flex min-w-0 flex-col leading-5">
      <span className="flex items-center gap-3 text-meta text-text-2">
        <IssueStatusMark status={row.status} />
        <Timestamp at={row.message.timestamp} precision="s" withZone />
      </span>
      <span className="mono-sm truncate">
        P{row.message.partition} / {row.message.offset} ·{' '}
        {row.key === null ? 'null' : <Line text={row.key} />}
      </span>
      <span className="truncate text-text-2">
        <Line text={row.exception.message ?? t('noMessage')} />
      </span>
    </span>
  )
}

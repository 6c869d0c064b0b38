'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { QueryError } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { useApiPages } from '@/components/api/use-api-pages'
import { Button, LinkButton } from '@/components/ui/button'
import { DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { ListFooter, Shown } from '@/components/ui/pagination'
import { type DeadLetterRow, deadLetters } from '@/lib/contracts/dead-letters'
import { simpleClassName } from '@/lib/format'
import { routes } from '@/lib/routes'
import { IssueStatusMark } from './issue-cells'
import { IssueArrivals, IssueFacts, IssueFrames } from './issue-facts'
import { useRecordColumns } from './record-columns'
import { ReplayLink } from './replay-link'

const keyOf = (row: DeadLetterRow) => `${row.topic}/${row.partition}/${row.offset}`

/** One issue: what its records share, and the records themselves, to be picked for a replay. */
export function IssuePage({ cluster, fingerprint }: { cluster: string; fingerprint: string }) {
  const t = useTranslations('dead-letters')
  const { data, error, isPending, isFetching, refetch } = useApi(
    deadLetters.groups,
    { cluster, fingerprint, limit: 1 },
    { live: 'dead-letters' },
  )
  const issue = data?.items.find(item => item.fingerprint === fingerprint)
  const list = useApiPages(
    deadLetters.records,
    { cluster, fingerprint, limit: 100 },
    { live: 'dead-letters' },
  )
  const columns = useRecordColumns()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  if (error && !data) return <QueryError error={error} onRetry={() => void refetch()} retrying={isFetching} />
  if (!issue && !isPending)
    return (
      <EmptyState
        title={t('issue.unknown')}
        body={t('issue.unknownBody')}
        action={<LinkButton href={routes.deadLetters(cluster)}>{t('issue.back')}</LinkButton>}
      />
    )
  const chosen = list.rows.filter(row => selected.has(keyOf(row)))
  const topic = chosen[0]?.topic
  const sameTopic = chosen.every(row => row.topic === topic)
  return (
    <>
      <PageHeader
        title={
          issue
            ? issue.exceptionClass === null
              ? t('noException')
              : simpleClassName(issue.exceptionClass)
            : '…'
        }
        chips={issue ? <IssueStatusMark status={issue.status} /> : null}
        facts={
          issue ? (
            <span className="mono-sm">{issue.sampleMessage ?? t('noMessage')}</span>
          ) : (
            <span>&nbsp;</span>
          )
        }
        actions={
          issue ? (
            <ReplayLink
              primary={chosen.length === 0}
              cluster={cluster}
              topic={issue.topic}
              fingerprint={fingerprint}
              count={issue.open}
            >
              {t('issue.replayAll', { n: issue.open })}
            </ReplayLink>
          ) : null
        }
      />
      {issue ? (
        <div className="grid shrink-0 gap-4 border-t border-line px-4 py-3 lg:grid-cols-3">
          <IssueFacts cluster={cluster} issue={issue} />
          <IssueArrivals issue={issue} />
          <IssueFrames frames={issue.frames} />
        </div>
      ) : null}
      {chosen.length > 0 && topic !== undefined ? (
        <div
          className="flex min-h-11 shrink-0 flex-wrap items-center gap-2 border-t border-line bg-selected px-4 py-1.5"
          role="status"
        >
          <span className="font-medium">{t('select.count', { n: chosen.length })}</span>
          {sameTopic ? (
            <ReplayLink primary cluster={cluster} topic={topic} records={chosen} count={chosen.length}>
              {t('select.replay', { n: chosen.length })}
            </ReplayLink>
          ) : (
            <span className="text-warn">{t('select.oneTopic')}</span>
          )}
          <Button size="sm" variant="ghost" onClick={() => setSelected(new Set())}>
            {t('select.clear')}
          </Button>
        </div>
      ) : null}
      <DataTable
        label={t('records')}
        columns={columns}
        rows={list.rows}
        rowKey={keyOf}
        rowHref={row => routes.deadLetter(cluster, row.topic, row.partition, row.offset)}
        selection={selected}
        onSelectionChange={setSelected}
        loading={list.query.isPending}
        totalRows={list.first?.matched}
        onEndReached={list.loadMore}
        empty={<EmptyState title={t('issue.unknown')} body={t('issue.unknownBody')} />}
      />
      <ListFooter
        parts={[
          <Shown
            key="shown"
            from={1}
            shown={list.rows.length}
            matched={list.first?.matched}
            total={list.first?.total}
          />,
        ]}
      />
    </>
  )
}

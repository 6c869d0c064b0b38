'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { ProblemsNotice, QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { DataTable } from '@/components/ui/data-table'
import { SplitView } from '@/components/ui/drawer'
import { Pager } from '@/components/ui/pagination'
import { messages } from '@/lib/contracts/messages'
import { MessageCard, messageCardHeight, useMessageColumns } from './message-columns'
import { MessagesFooter, NoMessages } from './messages-end'
import { messagesInput, orderOf, recordParam, startAt } from './messages-query'
import { OpenTransactions } from './search-status'
import { recordKey, useOpenRecord } from './use-open-record'
import { useTableSettings } from './use-table-settings'
import type { ViewProps } from './view-props'

/** Messages of a topic, page by page, merged over partitions. */
export function PagesView({ cluster, topic, params, set, controls }: ViewProps) {
  const t = useTranslations('messages')
  const input = messagesInput(cluster, topic, params)
  // A page of the log is read when it is asked for: rows that change by themselves would move under the reader.
  const { data, error, isPending, isFetching, isPlaceholderData, refetch } = useApi(messages.list, input, {
    staleMs: Number.POSITIVE_INFINITY,
  })
  const { rowHeight } = useTableSettings()
  const columns = useMessageColumns(params.cols)
  const rows = data?.items ?? []
  const toPage = (cursor: string | null | undefined) => (cursor ? () => void set({ cursor, d: null }) : null)
  const newest = () => void set(startAt('newest'))

  // `n` on the last record goes on with the next page's first, `p` on the first with the last of the page before.
  const [entering, setEntering] = useState<'first' | 'last' | null>(null)
  useEffect(() => {
    if (entering === null || isPlaceholderData || isFetching) return
    setEntering(null)
    const row = entering === 'first' ? rows[0] : rows.at(-1)
    if (row) void set({ d: recordParam(row, topic) }, { history: 'replace' })
  }, [entering, isPlaceholderData, isFetching, rows, topic, set])
  const enter = (cursor: string | null | undefined, edge: 'first' | 'last') =>
    cursor
      ? () => {
          setEntering(edge)
          void set({ cursor })
        }
      : null
  const { drawer, currentKey, show } = useOpenRecord({
    cluster,
    topic,
    rows,
    value: params.d,
    onChange: (d, history) => void set({ d }, { history }),
    beyond: { previous: enter(data?.previous, 'last'), next: enter(data?.next, 'first') },
  })
  const pageOfRows = useRowsPage(JSON.stringify(input), isPlaceholderData)

  return (
    <SplitView drawer={drawer}>
      {controls({
        refresh: () => void (params.cursor ? set({ cursor: null, d: null }) : refetch()),
        busy: isFetching,
      })}
      {data ? <StaleNotice error={error} onRetry={() => void refetch()} /> : null}
      <ProblemsNotice problems={data?.problems} />
      <OpenTransactions list={data?.openTransactions ?? []} />
      {error && !data ? (
        <div className="min-h-0 flex-1 overflow-auto">
          <QueryError
            error={error}
            onRetry={() => void refetch()}
            retrying={isFetching}
            action={
              <Button size="sm" onClick={newest}>
                {t('empty.action')}
              </Button>
            }
          />
        </div>
      ) : (
        <DataTable
          key={pageOfRows}
          label={t('list')}
          columns={columns}
          rows={rows}
          rowKey={recordKey}
          rowHeight={rowHeight}
          loading={isPending}
          skeletonRows={24}
          currentKey={currentKey}
          onOpen={show}
          sort={(data?.order ?? orderOf(params.from)) === 'desc' ? '-time' : 'time'}
          onSort={sort => void set(startAt(sort === 'time' ? 'oldest' : 'newest'))}
          card={row => <MessageCard message={row} fields={params.cols} />}
          cardHeight={messageCardHeight(params.cols)}
          className={cn(isPlaceholderData && 'opacity-60')}
          empty={
            <NoMessages
              data={data}
              onNewest={newest}
              onRefresh={() => void refetch()}
              onContinue={toPage(data?.next)}
            />
          }
        />
      )}
      <MessagesFooter data={data} reading={isFetching} narrow={drawer !== null}>
        <Pager onPrevious={toPage(data?.previous)} onNext={toPage(data?.next)} />
      </MessagesFooter>
    </SplitView>
  )
}

/**
 * Names the page whose rows are on screen: while the next one loads it is still the last. A new page begins
 * at its top.
 */
function useRowsPage(asked: string, isPlaceholder: boolean): string {
  const shown = useRef(asked)
  if (!isPlaceholder) shown.current = asked
  return shown.current
}

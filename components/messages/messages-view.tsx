'use client'

import { useTranslations } from 'next-intl'
import { useQueryStates } from 'nuqs'
import { startTransition, useEffect, useRef, useState } from 'react'
import { ProblemsNotice, QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { Button } from '@/components/ui/button'
import { cn } from '@/components/ui/cn'
import { DataTable } from '@/components/ui/data-table'
import { SplitView } from '@/components/ui/drawer'
import { useHotkeys } from '@/components/ui/hotkeys'
import { Pager } from '@/components/ui/pagination'
import { type Message, messages } from '@/lib/contracts/messages'
import { topics } from '@/lib/contracts/topics'
import { MessageCard, useMessageColumns } from './message-columns'
import { MessagesFooter, NoMessages } from './messages-end'
import { messagesInput, messagesParams, parseRecordParam } from './messages-query'
import { RangeControls } from './range-controls'
import { RecordDrawer } from './record-drawer'

const keyOf = (message: Pick<Message, 'partition' | 'offset'>) => `${message.partition}/${message.offset}`

/** Messages of a topic, page by page, merged over partitions; what is shown stands in the address. */
export function MessagesView({ cluster, topic }: { cluster: string; topic: string }) {
  const t = useTranslations('messages')
  const [params, setParams] = useQueryStates(messagesParams, { history: 'push', startTransition })
  const { data: facts } = useApi(topics.get, { cluster, topic })
  const input = messagesInput(cluster, topic, params)
  // A page of the log is read when it is asked for: rows that change by themselves would move under the reader.
  const { data, error, isPending, isFetching, isPlaceholderData, refetch } = useApi(messages.list, input, {
    staleMs: Number.POSITIVE_INFINITY,
  })
  const columns = useMessageColumns()
  const rows = data?.items ?? []
  const open = parseRecordParam(params.d)
  const openKey = open ? keyOf(open) : null
  const at = rows.findIndex(row => keyOf(row) === openKey)
  const show = (row: Message | undefined) => {
    if (row) void setParams({ d: keyOf(row) }, { history: openKey === null ? 'push' : 'replace' })
  }
  const toPage = (cursor: string | null | undefined) =>
    cursor ? () => void setParams({ cursor, d: null }) : null
  const newest = () => void setParams({ from: 'newest', until: null, cursor: null, d: null })

  // A pasted address may open a record that stands below the fold, and `n` walks there.
  useEffect(() => {
    if (openKey !== null && at >= 0)
      document.querySelector('tr[aria-current=true]')?.scrollIntoView({ block: 'nearest' })
  }, [openKey, at])

  // `n` on the last record goes on with the next page's first, `p` on the first with the last of the page before.
  const [entering, setEntering] = useState<'first' | 'last' | null>(null)
  useEffect(() => {
    if (entering === null || isPlaceholderData || isFetching) return
    setEntering(null)
    const row = entering === 'first' ? rows[0] : rows.at(-1)
    if (row) void setParams({ d: keyOf(row) }, { history: 'replace' })
  }, [entering, isPlaceholderData, isFetching, rows, setParams])
  const enter = (cursor: string | null | undefined, edge: 'first' | 'last') =>
    cursor
      ? () => {
          setEntering(edge)
          void setParams({ cursor })
        }
      : null

  useHotkeys({
    f: () =>
      void setParams({
        from: params.from === 'newest' ? 'oldest' : 'newest',
        until: null,
        cursor: null,
        d: null,
      }),
  })
  const pageOfRows = useRowsPage(JSON.stringify(input), isPlaceholderData)

  return (
    <SplitView
      drawer={
        open ? (
          <RecordDrawer
            address={{ cluster, topic, ...open }}
            place={at >= 0 ? { at: at + 1, of: rows.length } : null}
            onPrevious={at > 0 ? () => show(rows[at - 1]) : at === 0 ? enter(data?.previous, 'last') : null}
            onNext={
              at < 0 ? null : at < rows.length - 1 ? () => show(rows[at + 1]) : enter(data?.next, 'first')
            }
            onClose={() => void setParams({ d: null })}
          />
        ) : null
      }
    >
      <RangeControls
        params={params}
        partitions={facts?.partitions ?? 0}
        onChange={change => void setParams({ ...change, cursor: null, d: null })}
        onRefresh={() => void (params.cursor ? setParams({ cursor: null, d: null }) : refetch())}
        refreshing={isFetching}
      />
      {data ? <StaleNotice error={error} onRetry={() => void refetch()} /> : null}
      <ProblemsNotice problems={data?.problems} />
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
          rowKey={keyOf}
          rowHeight={28}
          loading={isPending}
          skeletonRows={24}
          currentKey={openKey}
          onOpen={show}
          sort={(data?.order ?? orderOf(params.from)) === 'desc' ? '-time' : 'time'}
          onSort={sort =>
            void setParams({
              from: sort === 'time' ? 'oldest' : 'newest',
              until: null,
              cursor: null,
              d: null,
            })
          }
          card={row => <MessageCard message={row} />}
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
      <MessagesFooter data={data} reading={isFetching} narrow={open !== null}>
        <Pager onPrevious={toPage(data?.previous)} onNext={toPage(data?.next)} />
      </MessagesFooter>
    </SplitView>
  )
}

/** The direction in which a start is read, before the answer says it. */
function orderOf(from: string): 'asc' | 'desc' {
  return from === 'newest' ? 'desc' : 'asc'
}

/** Names the page whose rows are on screen: while the next one loads it is still the last. A new page begins at its top. */
function useRowsPage(asked: string, isPlaceholder: boolean): string {
  const shown = useRef(asked)
  if (!isPlaceholder) shown.current = asked
  return shown.current
}

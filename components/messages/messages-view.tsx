'use client'

import { Inbox } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useQueryStates } from 'nuqs'
import { startTransition } from 'react'
import { ProblemsNotice, QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { Button } from '@/components/ui/button'
import { DataTable } from '@/components/ui/data-table'
import { SplitView } from '@/components/ui/drawer'
import { EmptyState } from '@/components/ui/empty-state'
import { ListFooter, Pager } from '@/components/ui/pagination'
import { type Message, messages } from '@/lib/contracts/messages'
import { topics } from '@/lib/contracts/topics'
import { formatInteger } from '@/lib/format'
import { useMessageColumns } from './message-columns'
import { messagesInput, messagesParams, parseRecordParam } from './messages-query'
import { RangeControls } from './range-controls'
import { RecordDrawer } from './record-drawer'

const keyOf = (message: Pick<Message, 'partition' | 'offset'>) => `${message.partition}/${message.offset}`

/** Messages of a topic, page by page, merged over partitions; what is shown stands in the address. */
export function MessagesView({ cluster, topic }: { cluster: string; topic: string }) {
  const t = useTranslations('messages')
  const [params, setParams] = useQueryStates(messagesParams, { history: 'push', startTransition })
  const { data: facts } = useApi(topics.get, { cluster, topic })
  const { data, error, isPending, isFetching, refetch } = useApi(
    messages.list,
    messagesInput(cluster, topic, params),
  )
  const columns = useMessageColumns()
  const rows = data?.items ?? []
  const open = parseRecordParam(params.d)
  const openKey = open ? keyOf(open) : null
  const at = rows.findIndex(row => keyOf(row) === openKey)
  const show = (row: Message | undefined) => {
    if (row) void setParams({ d: keyOf(row) }, { history: openKey === null ? 'push' : 'replace' })
  }
  const footer = useFooterParts(data)
  if (error && !data) {
    return (
      <QueryError
        error={error}
        onRetry={() => void refetch()}
        retrying={isFetching}
        action={
          params.cursor ? (
            <Button size="sm" onClick={() => void setParams({ cursor: null })}>
              {t('empty.action')}
            </Button>
          ) : null
        }
      />
    )
  }
  return (
    <SplitView
      drawer={
        open ? (
          <RecordDrawer
            address={{ cluster, topic, ...open }}
            place={at >= 0 ? { at: at + 1, of: rows.length } : null}
            onPrevious={at > 0 ? () => show(rows[at - 1]) : null}
            onNext={at >= 0 && at < rows.length - 1 ? () => show(rows[at + 1]) : null}
            onClose={() => void setParams({ d: null })}
          />
        ) : null
      }
    >
      <RangeControls
        params={params}
        partitions={facts?.partitions ?? 0}
        onChange={change => void setParams({ ...change, cursor: null, d: null })}
        onRefresh={() => void (params.cursor ? setParams({ cursor: null }) : refetch())}
        refreshing={isFetching}
      />
      {data ? <StaleNotice error={error} onRetry={() => void refetch()} /> : null}
      <ProblemsNotice problems={data?.problems} />
      <DataTable
        label={t('list')}
        columns={columns}
        rows={rows}
        rowKey={keyOf}
        rowHeight={28}
        loading={isPending}
        skeletonRows={20}
        currentKey={openKey}
        onOpen={show}
        empty={
          <NoMessages
            data={data}
            onNewest={() => void setParams({ from: null, cursor: null, partition: null })}
          />
        }
      />
      <ListFooter parts={footer}>
        <Pager
          onPrevious={data?.previous ? () => void setParams({ cursor: data.previous, d: null }) : null}
          onNext={data?.next ? () => void setParams({ cursor: data.next, d: null }) : null}
        />
      </ListFooter>
    </SplitView>
  )
}

type Page = ReturnType<typeof useApi<typeof messages.list>>['data']

function useFooterParts(data: Page) {
  const t = useTranslations('messages')
  if (!data) return []
  return [
    <b key="shown" className="font-medium text-text-2">
      {data.items.length}
    </b>,
    t(`order.${data.order}`),
    t(`end.${data.end.reason}`),
    t('scanned', { records: data.scanned.records }),
  ]
}

/** Nothing here, and why: an empty topic is not a range that missed. */
function NoMessages({ data, onNewest }: { data: Page; onNewest: () => void }) {
  const t = useTranslations('messages.empty')
  const held = (data?.ranges ?? []).reduce(
    (sum, r) => sum + BigInt(r.lastStableOffset) - BigInt(r.firstOffset),
    0n,
  )
  if (held <= 0n) return <EmptyState icon={<Inbox />} title={t('topic')} body={t('topicBody')} />
  return (
    <EmptyState
      icon={<Inbox />}
      title={t('title')}
      body={t('body', { n: formatInteger(held) })}
      action={<Button onClick={onNewest}>{t('action')}</Button>}
    />
  )
}

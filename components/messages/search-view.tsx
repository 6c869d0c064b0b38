'use client'

import { SearchX } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { DataTable } from '@/components/ui/data-table'
import { SplitView } from '@/components/ui/drawer'
import { EmptyState } from '@/components/ui/empty-state'
import { HitHistogram } from './hit-histogram'
import { MessageCard, messageCardHeight, useMessageColumns } from './message-columns'
import { orderOf, searchInput, startAt } from './messages-query'
import { isRunning } from './search-state'
import { SearchNotices, SearchStatus } from './search-status'
import { recordKey, useOpenRecord } from './use-open-record'
import { useSearch } from './use-search'
import { useTableSettings } from './use-table-settings'
import type { ViewProps } from './view-props'

/** Hits of a search over the log as they come: progress, where they lie in time, and in the end why it ended. */
export function SearchView({ cluster, topic, params, set, controls }: ViewProps) {
  const t = useTranslations('search')
  const search = useSearch(searchInput(cluster, topic, params, params.cursor))
  const { rowHeight } = useTableSettings()
  const columns = useMessageColumns(params.cols)
  const { drawer, currentKey, show } = useOpenRecord({
    cluster,
    topic,
    rows: search.hits,
    value: params.d,
    onChange: (d, history) => void set({ d }, { history }),
  })
  const running = isRunning(search.phase)
  const histogram = search.done?.histogram ?? search.progress?.histogram ?? null
  const time = (ms: number) => `time:${new Date(ms).toISOString()}`
  const descending = (search.started?.order ?? orderOf(params.from)) === 'desc'
  const isWhole =
    (params.from === 'newest' || params.from === 'oldest') &&
    params.until === null &&
    params.partition.length === 0
  return (
    <SplitView drawer={drawer}>
      {controls({ refresh: search.again, busy: running })}
      {histogram && search.hits.length > 0 ? (
        <HitHistogram
          histogram={histogram}
          onRange={(from, until) => void set({ from: time(from), until: time(until), cursor: null, d: null })}
        />
      ) : null}
      <SearchStatus search={search} />
      <SearchNotices search={search} onAllPartitions={() => void set({ partitioner: 'all' })} />
      {search.phase === 'failed' ? null : (
        <DataTable
          label={t('list')}
          columns={columns}
          rows={search.hits}
          rowKey={recordKey}
          rowHeight={rowHeight}
          loading={running}
          skeletonRows={6}
          currentKey={currentKey}
          onOpen={show}
          sort={descending ? '-time' : 'time'}
          onSort={sort => void set(startAt(sort === 'time' ? 'oldest' : 'newest'))}
          card={row => <MessageCard message={row} fields={params.cols} />}
          cardHeight={messageCardHeight(params.cols)}
          empty={
            <EmptyState
              icon={<SearchX />}
              title={t(search.done?.reason === 'end' ? 'none' : 'noneYet')}
              body={t(search.done?.reason === 'end' ? 'noneBody' : 'noneYetBody')}
              action={
                search.done?.next ? (
                  <Button onClick={search.more}>{t('more')}</Button>
                ) : isWhole ? null : (
                  <Button
                    onClick={() =>
                      void set({ from: null, until: null, partition: null, cursor: null, d: null })
                    }
                  >
                    {t('widen')}
                  </Button>
                )
              }
            />
          }
        />
      )}
    </SplitView>
  )
}

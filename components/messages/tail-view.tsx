'use client'

import { Radio } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { type UIEvent, useState } from 'react'
import { ProblemsNotice, QueryError } from '@/components/api/query-error'
import { Button } from '@/components/ui/button'
import { DataTable } from '@/components/ui/data-table'
import { SplitView } from '@/components/ui/drawer'
import { EmptyState } from '@/components/ui/empty-state'
import { useHotkeys } from '@/components/ui/hotkeys'
import { formatInteger } from '@/lib/format'
import { MessageCard, messageCardHeight, useTailColumns } from './message-columns'
import { searchInput } from './messages-query'
import { type Hit, isRunning, TAIL_MAX } from './search-state'
import { faultOf, StreamFault } from './stream-fault'
import { TailTopics } from './tail-topics'
import { recordKey, useOpenRecord } from './use-open-record'
import { type Search, useSearch } from './use-search'
import { useTableSettings } from './use-table-settings'
import type { ViewProps } from './view-props'

/**
 * New records as they arrive, the newest on top. Paused, or scrolled away from the top, the rows stand still
 * and what came is counted.
 */
export function TailView({ cluster, topic, params, set, controls }: ViewProps) {
  const t = useTranslations('search')
  const locale = useLocale()
  const n = (value: number) => formatInteger(value, locale)
  const search = useSearch(searchInput(cluster, topic, params, null))
  const [frozen, setFrozen] = useState<{
    rows: readonly Hit[]
    arrived: number
    by: 'pause' | 'scroll'
  } | null>(null)
  const rows = frozen?.rows ?? search.hits
  const fresh = frozen ? search.arrived - frozen.arrived : 0
  const freeze = (by: 'pause' | 'scroll') =>
    setFrozen(old => old ?? { rows: search.hits, arrived: search.arrived, by })
  const { rowHeight } = useTableSettings()
  const several = params.also.length > 0
  const columns = useTailColumns(params.cols, several)
  const { drawer, currentKey, show } = useOpenRecord({
    cluster,
    topic,
    rows,
    value: params.d,
    onChange: (d, history) => {
      // Whoever reads a record wants its list to stand still.
      if (d !== null) freeze('pause')
      void set({ d }, { history })
    },
  })
  const paused = frozen?.by === 'pause'
  useHotkeys({ '.': () => (paused ? setFrozen(null) : freeze('pause')) })
  const onScroll = (event: UIEvent<HTMLElement>) => {
    if (!(event.target instanceof HTMLElement)) return
    if (event.target.scrollTop > 40) freeze('scroll')
    else if (frozen?.by === 'scroll') setFrozen(null)
  }
  const living = isRunning(search.phase)
  return (
    <SplitView drawer={drawer}>
      {controls({ refresh: search.again, busy: search.phase === 'connecting' })}
      <div
        role="status"
        className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-1 text-meta"
      >
        <b className="font-medium">
          <TailState search={search} paused={paused} />
        </b>
        <span>{t('tail.arrived', { n: n(search.arrived) })}</span>
        {search.skipped > 0 ? (
          <span className="text-warn">{t('tail.skipped', { n: n(search.skipped) })}</span>
        ) : null}
        {living && search.recovered.length > 0 ? <RecoveredText scopes={search.recovered} /> : null}
        {search.arrived > TAIL_MAX ? (
          <span className="text-text-3">{t('tail.kept', { n: n(TAIL_MAX) })}</span>
        ) : null}
        <span className="ml-auto flex flex-wrap items-center justify-end gap-x-2 gap-y-1 max-sm:[&_kbd]:hidden">
          {fresh > 0 ? (
            <Button size="xs" variant="primary" onClick={() => setFrozen(null)}>
              {t('tail.fresh', { n: n(fresh) })}
            </Button>
          ) : null}
          {living ? (
            <Button size="xs" kbd="." onClick={() => (paused ? setFrozen(null) : freeze('pause'))}>
              {t(paused ? 'tail.resume' : 'tail.pause')}
            </Button>
          ) : (
            <Button size="xs" onClick={search.again}>
              {t('again')}
            </Button>
          )}
          <TailTopics
            cluster={cluster}
            topic={topic}
            value={params.also}
            onChange={also => void set({ also: also.length > 0 ? also : null, d: null })}
          />
          <Button size="xs" kbd="l" onClick={() => void set({ live: null, also: null, d: null })}>
            {t('tail.end')}
          </Button>
        </span>
      </div>
      <StreamFault search={search} />
      <ProblemsNotice problems={search.problems} />
      {search.phase === 'failed' && search.error ? (
        <QueryError error={search.error} onRetry={search.again} />
      ) : (
        <div className="flex min-h-0 flex-1 flex-col" onScrollCapture={onScroll}>
          <DataTable
            label={t('tail.list')}
            columns={columns}
            rows={rows}
            rowKey={recordKey}
            rowHeight={rowHeight}
            reuseRows
            currentKey={currentKey}
            onOpen={show}
            card={row => (
              <MessageCard message={row} topic={several ? row.topic : null} fields={params.cols} />
            )}
            cardHeight={messageCardHeight(params.cols, several)}
            empty={
              // Only what is written after the start is shown: waiting is said when it has begun.
              <EmptyState
                icon={<Radio />}
                title={t(search.started ? 'tail.waiting' : 'tail.connecting')}
                body={t('tail.waitingBody')}
              />
            }
          />
        </div>
      )}
    </SplitView>
  )
}

/** Live is what is read; before that it connects, or waits in line. */
function TailState({ search, paused }: { search: Search; paused: boolean }) {
  const t = useTranslations('search')
  if (search.phase === 'failed') return t('tail.failed')
  if (!isRunning(search.phase)) return t(faultOf(search) ? 'end.failed' : 'tail.lost')
  if (paused) return t('tail.paused')
  if (search.queued) return t('queued', { place: search.queued.place, running: search.queued.running })
  return t(search.started ? 'tail.live' : 'tail.connecting')
}

const RECOVERED_SHOWN = 3

/** Which partitions are read again, the latest first. */
function RecoveredText({ scopes }: { scopes: readonly string[] }) {
  const t = useTranslations('search')
  const places = scopes.map(scope => scope.replace('partition:', '')).reverse()
  const more = Math.max(0, places.length - RECOVERED_SHOWN)
  return (
    <span className="text-ok">
      {t('tail.recovered', { places: places.slice(0, RECOVERED_SHOWN).join(', '), more })}
    </span>
  )
}

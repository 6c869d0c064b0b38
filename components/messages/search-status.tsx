'use client'

import { useLocale, useTranslations } from 'next-intl'
import type { ApiError } from '@/components/api/api-error'
import { ProblemsNotice, QueryError } from '@/components/api/query-error'
import { useFailureWords } from '@/components/record/use-failure-words'
import { useModKey } from '@/components/shell/use-mod-key'
import { Button } from '@/components/ui/button'
import { useHotkeys } from '@/components/ui/hotkeys'
import { Notice } from '@/components/ui/notice'
import { ProgressBar } from '@/components/ui/progress'
import { nameInvisible } from '@/components/ui/split-invisible'
import { TimeAgo } from '@/components/ui/time'
import { type EvaluationErrors, filterFault } from '@/lib/contracts/message-search'
import { formatBytes, formatInteger } from '@/lib/format'
import { HITS_MAX, isRunning } from './search-state'
import { faultOf, StreamFault } from './stream-fault'
import { useBudgetWords } from './use-budget-words'
import { useFilterWords } from './use-filter-words'
import type { Search } from './use-search'

const DETAILS = ['bytes', 'time', 'records', 'denied'] as const

/** How far a search is and how fast; when it is over, why, and how to go on. */
export function SearchStatus({ search }: { search: Search }) {
  const t = useTranslations('search')
  const running = isRunning(search.phase)
  useHotkeys({ 'mod+.': search.stop }, running)
  if (search.phase === 'failed' && search.error) return null
  return running ? <Running search={search} /> : <Over search={search} label={t('status')} />
}

function Running({ search }: { search: Search }) {
  const t = useTranslations('search')
  const mod = useModKey()
  const locale = useLocale()
  const n = (value: number) => formatInteger(value, locale)
  const { progress, queued } = search
  return (
    <div className="shrink-0 bg-info-bg">
      <div className="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-1 text-meta">
        {queued ? (
          <span className="font-medium text-accent">
            {t('queued', { place: queued.place, running: queued.running })}
          </span>
        ) : progress ? (
          <>
            <b className="font-medium text-accent">
              {t('percent', { percent: Math.floor(progress.percent) })}
            </b>
            <span>{t('records', { n: n(progress.scanned) })}</span>
            <span>{formatBytes(progress.bytes)}</span>
            <span className="max-sm:hidden">
              {t('rate', {
                records: n(Math.round(progress.recordsPerSecond)),
                bytes: formatBytes(Math.round(progress.bytesPerSecond)),
              })}
            </span>
            <span className="max-sm:hidden">
              {progress.etaMs === null ? null : t('eta', { seconds: Math.ceil(progress.etaMs / 1000) })}
            </span>
            {progress.allPartitions ? <span>{t('allPartitions')}</span> : null}
          </>
        ) : (
          <span>{t('starting')}</span>
        )}
        <span className="ml-auto flex flex-wrap items-center justify-end gap-x-4 gap-y-1">
          <b className="font-medium">{t('hits', { n: search.hits.length })}</b>
          {progress && progress.errors > 0 ? (
            <span className="text-warn">{t('errors', { n: n(progress.errors) })}</span>
          ) : null}
          <Button size="xs" kbd={`${mod}.`} onClick={search.stop} className="max-sm:[&_kbd]:hidden">
            {t('stop')}
          </Button>
        </span>
      </div>
      <ProgressBar
        ratio={(progress?.percent ?? 0) / 100}
        label={t('status')}
        className="block h-0.5 w-full rounded-none"
      />
    </div>
  )
}

function Over({ search, label }: { search: Search; label: string }) {
  const t = useTranslations('search')
  const locale = useLocale()
  const { done, phase, progress } = search
  const detail = DETAILS.find(known => known === done?.detail)
  const budget = useBudgetWords(done?.budget)
  const why =
    phase === 'done' && done
      ? done.reason === 'budget' && detail
        ? (budget ?? t(`endDetail.${detail}`))
        : t(`end.${done.reason}`)
      : t(phase === 'stopped' ? 'end.cancelled' : faultOf(search) ? 'end.failed' : 'end.lost')
  const last = done ?? progress
  const full = search.hits.length >= HITS_MAX
  return (
    <div
      role="status"
      aria-label={label}
      className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line bg-surface px-4 py-1 text-meta"
    >
      <b className="font-medium">{why}</b>
      <span>{t('hits', { n: search.hits.length })}</span>
      {last ? (
        <span className="text-text-3">
          {t('scanned', {
            n: formatInteger(last.scanned, locale),
            bytes: formatBytes(last.bytes),
            seconds: (last.elapsedMs / 1000).toFixed(1),
          })}
        </span>
      ) : null}
      {full ? <span className="text-warn">{t('full', { n: formatInteger(HITS_MAX, locale) })}</span> : null}
      <span className="ml-auto flex items-center gap-x-2">
        {done?.next && !full ? (
          <Button size="xs" onClick={search.more}>
            {t('more')}
          </Button>
        ) : null}
        <Button size="xs" variant="ghost" onClick={search.again}>
          {t('again')}
        </Button>
      </span>
    </div>
  )
}

/**
 * What the reader must know to trust the hits: partitions that were not read, records that could not be
 * judged, a key's partition, held ends.
 */
export function SearchNotices({ search, onAllPartitions }: { search: Search; onAllPartitions: () => void }) {
  const t = useTranslations('search')
  const errors = search.done?.evaluationErrors
  const { started } = search
  const keyOnly =
    started && started.keyPartition !== null && search.progress?.allPartitions !== true
      ? started.keyPartition
      : null
  return (
    <>
      {search.phase === 'failed' && search.error ? (
        <>
          <FilterFault error={search.error} />
          <QueryError error={search.error} onRetry={search.again} />
        </>
      ) : null}
      <StreamFault search={search} />
      {keyOnly === null || search.phase === 'failed' ? null : (
        <Notice
          tone="info"
          action={
            <Button size="xs" onClick={onAllPartitions}>
              {t('everywhere')}
            </Button>
          }
        >
          {t(isRunning(search.phase) ? 'keyFirst' : 'keyPartition', { partition: keyOnly })}
        </Notice>
      )}
      {started && started.openTransactions.length > 0 ? (
        <OpenTransactions list={started.openTransactions} />
      ) : null}
      <ProblemsNotice problems={search.done?.problems ?? search.problems} />
      {errors && errors.count > 0 ? <Unjudged errors={errors} /> : null}
    </>
  )
}

const UNJUDGED_SHOWN = 3

/** Records that a filter could not judge: how many, and the first of them by what kept it from that. */
function Unjudged({ errors }: { errors: EvaluationErrors }) {
  const t = useTranslations('search')
  const locale = useLocale()
  const failureWords = useFailureWords()
  const filterWords = useFilterWords()
  const placesBy = new Map<string, string[]>()
  for (const one of errors.samples.slice(0, UNJUDGED_SHOWN)) {
    const why = one.errorCode
      ? (failureWords({ ...one, error: one.reason }) ?? '')
      : one.why
        ? filterWords({ ...one, sentence: one.reason })
        : t('evaluationReason', { reason: one.reason })
    placesBy.set(why, [...(placesBy.get(why) ?? []), `P${one.partition}/${one.offset}`])
  }
  return (
    <Notice tone="warn">
      {t('evaluationErrors', { n: formatInteger(errors.count, locale) })}
      {[...placesBy].map(([why, places]) => (
        <span key={why} className="block">
          <span className="mono-sm" translate="no">
            {places.join(' · ')}
          </span>{' '}
          {nameInvisible(why)}
        </span>
      ))}
    </Notice>
  )
}

/** Read-committed readers see nothing behind an open transaction: whose it is and how much waits. */
export function OpenTransactions({
  list,
}: {
  list: readonly {
    partition: number
    firstOffset: string
    held: string
    producerId: string | null
    transactionalId: string | null
    lastWriteAt: string | null
  }[]
}) {
  const t = useTranslations('search')
  const locale = useLocale()
  const [first] = list
  if (!first) return null
  return (
    <Notice tone="warn">
      {t('openTransaction', {
        partition: first.partition,
        offset: formatInteger(first.firstOffset, locale),
        held: formatInteger(first.held, locale),
        more: list.length - 1,
      })}{' '}
      <span className="mono-sm" translate="no">
        {first.transactionalId ?? (first.producerId === null ? '' : `producer ${first.producerId}`)}
      </span>
      {first.lastWriteAt === null ? null : (
        <>
          {' · '}
          {t('lastWrite')} <TimeAgo at={first.lastWriteAt} />
        </>
      )}
    </Notice>
  )
}

/** Where a filter that came by the address is wrong: nobody typed it here, so no field says it. */
function FilterFault({ error }: { error: ApiError }) {
  const t = useTranslations('search')
  const filterWords = useFilterWords()
  const found = error.fields.find(one => one.path === 'filter' && one.code.startsWith('FILTER_'))
  const code = filterFault.safeParse(found?.code.slice('FILTER_'.length)).data
  const { line, column, reason, why, ...params } = found?.params ?? {}
  if (code === undefined || line === undefined || column === undefined) return null
  return (
    <Notice tone="error">
      {t(`filterError.${code}`, { line, column })}{' '}
      {nameInvisible(filterWords({ why, params, sentence: String(reason ?? '') }))}
    </Notice>
  )
}

'use client'

import { useQueryClient } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { useFreshness } from '@/components/api/freshness'
import { QueryError, StaleNotice } from '@/components/api/query-error'
import { endpointKey, queryKey } from '@/components/api/query-key'
import { useApi } from '@/components/api/use-api'
import { useErrorWords } from '@/components/api/use-error-words'
import { useStream } from '@/components/api/use-stream'
import { Tag } from '@/components/ui/badge'
import { LinkButton } from '@/components/ui/button'
import { useNow } from '@/components/ui/clock'
import { CopyButton } from '@/components/ui/copy-button'
import { Notice } from '@/components/ui/notice'
import { PageHeader, StatStrip } from '@/components/ui/page-header'
import { Skeleton, SkeletonLines } from '@/components/ui/skeleton'
import { Num } from '@/components/ui/value'
import { type Replay, replays, stateReason } from '@/lib/contracts/replays'
import type { ErrorCode } from '@/lib/errors'
import { formatDuration, formatRate } from '@/lib/format'
import { isWaiting } from '@/lib/replay-waiting'
import { fillPath, routes } from '@/lib/routes'
import { ReplayAftermath } from './replay-aftermath'
import {
  doneOf,
  isOpen,
  OUTCOME_ORDER,
  OutcomeMark,
  ReplayBar,
  ReplayRoute,
  ReplayStateMark,
} from './replay-cells'
import { ReplayControls } from './replay-controls'
import { ReplayEdit } from './replay-edit'
import { ReplayFacts } from './replay-facts'
import { ReplayRecords } from './replay-records'

const EVERY_MS = 5_000

/** One replay while it runs and afterwards: counts, controls, and what became of each record. */
export function ReplayView({ cluster, replay }: { cluster: string; replay: string }) {
  const t = useTranslations('replays')
  const queries = useQueryClient()
  const input = { cluster, replay }
  const { data, error, isFetching, refetch, dataUpdatedAt } = useApi(replays.get, input, {
    pollMs: EVERY_MS,
  })
  useStream(replays.events, input, {
    enabled: data?.state === 'running' || data?.state === 'paused',
    onEvents: events => {
      for (const event of events)
        if (event.event === 'replay') queries.setQueryData(queryKey(replays.get, input), event.data)
      if (events.some(event => event.event === 'done')) {
        void refetch()
        void queries.invalidateQueries({ queryKey: endpointKey(replays.list) })
        void queries.invalidateQueries({ queryKey: endpointKey(replays.records) })
      }
    },
  })
  useFreshness({
    label: t('title'),
    at: dataUpdatedAt > 0 ? new Date(dataUpdatedAt).toISOString() : null,
    everyMs: EVERY_MS,
    error,
    fetching: isFetching,
  })
  if (error && !data) return <QueryError error={error} onRetry={() => void refetch()} retrying={isFetching} />
  return (
    // On a phone the whole page scrolls, and the list has a screen of its own.
    <div className="flex min-h-0 flex-1 flex-col max-sm:overflow-auto">
      <PageHeader
        mono
        title={replay}
        chips={
          <>
            <CopyButton text={replay} label={t('detail.copyId')} />
            {data ? <ReplayStateMark replay={data} /> : null}
          </>
        }
        facts={
          data ? (
            <>
              {data.kind === 'copy' ? <Tag>{t('pick.copy')}</Tag> : null}
              <span className="mono-sm">
                <ReplayRoute replay={data} />
              </span>
            </>
          ) : (
            <span className="flex h-5 items-center">
              <Skeleton className="w-80 max-w-full" />
            </span>
          )
        }
        actions={
          data ? (
            <>
              <ReplayControls cluster={cluster} replay={data} />
              <LinkButton
                variant="ghost"
                className="self-start"
                download
                icon={<Download size={16} />}
                href={`/api/v1${fillPath(replays.report.path, input).path}?format=csv`}
              >
                {t('detail.report')}
              </LinkButton>
            </>
          ) : null
        }
      />
      <StaleNotice error={error} onRetry={() => void refetch()} />
      {data ? (
        <>
          <p className="sr-only" role="status">
            {t(`state.${data.state}`)}{' '}
            {isOpen(data.state)
              ? null
              : t('detail.done', { ok: data.replayed, failed: data.failed, unknown: data.unknown })}
          </p>
          <StateReason replay={data} />
          <WaitsFor cluster={cluster} replay={data} />
          {data.unknown > 0 ? (
            <Notice tone="warn">{t('detail.unknownHelp', { n: data.unknown })}</Notice>
          ) : null}
          <Progress replay={data} />
          <ReplayAftermath cluster={cluster} replay={data} />
          <ReplayFacts cluster={cluster} replay={data} />
          <ReplayEdit cluster={cluster} replay={data} />
        </>
      ) : (
        <div className="border-t border-line px-4 py-3">
          <SkeletonLines lines={6} />
        </div>
      )}
      <ReplayRecords
        cluster={cluster}
        replay={replay}
        sourceTopic={data?.sourceTopic ?? null}
        kind={data?.kind ?? 'replay'}
        hasReasons={data ? data.refused + data.failed + data.unknown + data.cancelled > 0 : false}
        live={data ? isOpen(data.state) : false}
      />
    </div>
  )
}

/** Codes whose own words say what to do about a replay that stopped for them. */
const SAYS_MORE: ReadonlySet<string> = new Set<ErrorCode>([
  'LEDGER_UNAVAILABLE',
  'TARGET_CHANGED',
  'TRANSACTION_HANGS',
])

function StateReason({ replay }: { replay: Replay }) {
  const words = useErrorWords()
  const detail = useTranslations('replays.detail')
  const t = useTranslations('replays.stateReason')
  if (replay.stateReason === null) return null
  const own = stateReason.safeParse(replay.stateReason)
  if (own.success) return <Notice tone="warn">{t(own.data)}</Notice>
  const { title, hint } = words(replay.stateReason, replay.stateParams ?? {})
  return (
    <Notice tone={replay.state === 'failed' ? 'error' : 'warn'}>
      <b className="mr-2 font-semibold">{title}</b>
      {hint} {replay.state === 'stopped' && !SAYS_MORE.has(replay.stateReason) ? detail('stoppedHelp') : null}{' '}
      <span className="mono-sm">{replay.stateReason}</span>
      {replay.stateReason === ('TRANSACTION_HANGS' satisfies ErrorCode) && replay.stateParams ? (
        <AbortCommand {...replay.stateParams} />
      ) : null}
    </Notice>
  )
}

/** Kafka's own tool ends what hangs; which brokers it asks is the reader's to say. */
function AbortCommand({ topic, partition, offset }: Record<string, string | number>) {
  const t = useTranslations('replays.detail')
  const place = `--topic ${topic} --partition ${partition} --start-offset ${offset}`
  const command = `kafka-transactions.sh --bootstrap-server … abort ${place}`
  return (
    <span className="mt-1 flex min-w-0 items-start gap-1">
      <code className="mono-sm min-w-0 wrap-anywhere" translate="no">
        {command}
      </code>
      <CopyButton text={command} label={t('copyCommand')} />
    </span>
  )
}

/** Two replays never work on one partition at a time, and few run at once: one that waits says for what. */
function WaitsFor({ cluster, replay }: { cluster: string; replay: Replay }) {
  const t = useTranslations('replays.detail')
  if (!isWaiting(replay)) return null
  return (
    <Notice tone="info">
      <b className="mr-2 font-semibold">{t('waits')}</b>
      {t(replay.waitsFor.length > 0 ? 'waitsHelp' : 'waitsForPlaceHelp')}{' '}
      {replay.waitsFor.map(id => (
        <Link key={id} className="mono-sm mr-2 text-accent" href={routes.replay(cluster, id)}>
          {id}
        </Link>
      ))}
    </Notice>
  )
}

function Progress({ replay }: { replay: Replay }) {
  const t = useTranslations('replays.detail')
  return (
    <div className="shrink-0 border-t border-line px-4 py-3">
      <div className="flex flex-wrap items-end gap-x-6 gap-y-2">
        <StatStrip
          items={OUTCOME_ORDER.filter(
            outcome => replay[outcome] > 0 || outcome === 'replayed' || outcome === 'failed',
          ).map(outcome => ({
            label: <OutcomeMark outcome={outcome} quiet={replay[outcome] === 0} />,
            value: <Num value={replay[outcome]} />,
          }))}
        />
        <span className="ml-auto flex flex-col items-end text-meta text-text-2">
          <span>{t('of', { done: doneOf(replay), all: replay.selected })}</span>
          <Pace replay={replay} />
        </span>
      </div>
      <ReplayBar replay={replay} className="mt-2 w-full" />
    </div>
  )
}

/**
 * So many a second, and how long it may take yet: an estimate, said to be one. While a canary is waited for nobody
 * knows.
 */
function Pace({ replay }: { replay: Replay }) {
  const t = useTranslations('replays.detail')
  const locale = useLocale()
  const now = useNow()
  const { startedAt, finishedAt, state, remaining } = replay
  if (startedAt === null) return <span>{t('notStarted')}</span>
  const ms = Math.max(1, (finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt))
  const sent = replay.replayed + replay.failed
  const perSecond = (sent / ms) * 1000
  if (state === 'running')
    return (
      <span aria-live="off">
        {t('pace', { rate: formatRate(perSecond, locale) })}
        {perSecond > 0 && ms > 2000 && replay.canary?.state !== 'waiting'
          ? ` · ${t('eta', { time: formatDuration(Math.max(1000, (remaining / perSecond) * 1000), locale) })}`
          : null}
      </span>
    )
  return finishedAt === null ? null : <span>{t('took', { time: formatDuration(ms, locale) })}</span>
}

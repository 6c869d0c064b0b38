'use client'

import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { QueryError } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { EmptyState } from '@/components/ui/empty-state'
import { MonoId } from '@/components/ui/mono-id'
import { Panel } from '@/components/ui/panel'
import { ProgressBar } from '@/components/ui/progress'
import { SkeletonLines } from '@/components/ui/skeleton'
import { Status, type StatusKind } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import { type Replay, type ReplayState, replays } from '@/lib/contracts/replays'
import { formatInteger, formatPercent } from '@/lib/format'
import { isWaiting } from '@/lib/replay-waiting'
import { routes } from '@/lib/routes'

const SHAPES: Record<ReplayState | 'waiting', StatusKind> = {
  waiting: 'stall',
  draft: 'empty',
  'awaiting-approval': 'empty',
  running: 'running',
  paused: 'stall',
  stopped: 'warn',
  completed: 'ok',
  partial: 'warn',
  cancelled: 'empty',
  failed: 'error',
}

/** Replays: running first, then the newest. */
export function ReplaysPanel({ cluster }: { cluster: string }) {
  const t = useTranslations('overview.replays')
  const query = useApi(replays.list, { cluster, limit: 6 }, { pollMs: 5_000 })
  const items = query.data?.items ?? []
  return (
    <Panel title={t('title')} footer={<Link href={routes.replays(cluster)}>{t('all')}</Link>}>
      {query.data === undefined ? (
        query.error ? (
          <QueryError compact error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <SkeletonLines lines={5} className="p-3" />
        )
      ) : items.length === 0 ? (
        <EmptyState
          title={t('none')}
          body={t('noneBody')}
          action={<Link href={routes.deadLetters(cluster)}>{t('toDeadLetters')}</Link>}
          className="py-6"
        />
      ) : (
        <ul>
          {items.map(replay => (
            <li key={replay.id}>
              <ReplayRow replay={replay} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function ReplayRow({ replay }: { replay: Replay }) {
  const t = useTranslations('overview.replays')
  const locale = useLocale()
  const n = (value: number) => formatInteger(value, locale)
  const ratio = replay.selected === 0 ? 0 : 1 - replay.remaining / replay.selected
  const state = isWaiting(replay) ? 'waiting' : replay.state
  return (
    <Link
      href={routes.replay(replay.cluster, replay.id)}
      className="grid h-8 grid-cols-[136px_minmax(0,1fr)_auto_60px] items-center gap-x-3 px-3 text-text no-underline ring-inset-focus hover:bg-hover hover:text-text"
    >
      <Status kind={SHAPES[state]}>{t(`states.${state}`)}</Status>
      <MonoId small id={replay.sourceTopic} />
      {replay.state === 'running' ? (
        <span className="flex items-center gap-2 text-meta">
          <ProgressBar ratio={ratio} label={t('progress')} />
          {formatPercent(ratio)}
        </span>
      ) : (
        <span className="text-meta text-text-2">
          {t('done', { done: n(replay.replayed), all: n(replay.selected) })}
          {replay.failed > 0 ? (
            <span className="text-error"> · {t('failed', { count: replay.failed })}</span>
          ) : null}
        </span>
      )}
      <TimeAgo at={replay.finishedAt ?? replay.createdAt} className="text-right text-meta text-text-3" />
    </Link>
  )
}

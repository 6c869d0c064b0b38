'use client'

import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { useApi } from '@/components/api/use-api'
import { Notice } from '@/components/ui/notice'
import { SkeletonLines } from '@/components/ui/skeleton'
import { Timestamp } from '@/components/ui/time'
import { type Replay, type ReplayProgress, replays } from '@/lib/contracts/replays'
import { formatInteger } from '@/lib/format'
import { routes } from '@/lib/routes'
import { isOpen } from './replay-cells'
import { SegmentBar } from './segment-bar'

const OPEN_MS = 2_000
const ENDED_MS = 15_000

/** What came of it: how far the groups are with what was sent, and what of it is back among the dead letters. */
export function ReplayAftermath({ cluster, replay }: { cluster: string; replay: Replay }) {
  const pollMs = isOpen(replay.state) ? OPEN_MS : ENDED_MS
  const { data, error } = useApi(
    replays.progress,
    { cluster, replay: replay.id },
    { pollMs, enabled: replay.replayed > 0 },
  )
  return (
    <>
      {data ? <Returned cluster={cluster} replay={replay} progress={data} /> : null}
      <Groups cluster={cluster} replay={replay} progress={data} failed={error !== null} />
    </>
  )
}

function Returned({
  cluster,
  replay,
  progress,
}: {
  cluster: string
  replay: Replay
  progress: ReplayProgress
}) {
  const t = useTranslations('replays.detail')
  const { count, samples } = progress.returned
  if (count === 0) return null
  return (
    <Notice tone="error">
      <b className="mr-2 font-semibold">{t('returned', { n: count })}</b>
      <span className="flex flex-wrap gap-x-2">
        {samples.slice(0, 8).map(({ topic, partition, offset }) => (
          <Link
            key={`${partition}/${offset}`}
            className="mono-sm text-accent"
            href={routes.deadLetter(cluster, topic, partition, offset)}
          >
            P{partition}/{formatInteger(offset)}
          </Link>
        ))}
        {count > Math.min(8, samples.length) ? (
          <Link className="text-accent" href={routes.deadLetters(cluster, { topic: replay.sourceTopic })}>
            {t('returnedMore', { n: count - Math.min(8, samples.length) })}
          </Link>
        ) : null}
      </span>
    </Notice>
  )
}

/** Has its place before anything is known of groups, so that nothing below it moves. */
function Groups({
  cluster,
  replay,
  progress,
  failed,
}: {
  cluster: string
  replay: Replay
  progress: ReplayProgress | undefined
  failed: boolean
}) {
  const t = useTranslations('replays.detail')
  const locale = useLocale()
  const none = replay.replayed === 0 ? 'groupsNotYet' : progress?.groups.length === 0 ? 'groupsNone' : null
  if (replay.replayed === 0 && !isOpen(replay.state)) return null
  return (
    <section aria-label={t('groups')} className="shrink-0 border-t border-line px-4 py-3">
      <h2 className="mb-1 font-semibold">{t('groups')}</h2>
      {none ? <p className="text-meta text-text-3">{t(none)}</p> : null}
      {none || progress || failed ? null : (
        <SkeletonLines lines={1} className="h-5 max-w-180 justify-center" />
      )}
      {failed && !progress ? <p className="text-meta text-text-3">{t('groupsUnknown')}</p> : null}
      <ul className="flex max-w-180 flex-col gap-1">
        {progress?.groups.map(({ group, passed, waiting, lag }) => (
          <li key={group} className="flex flex-wrap items-center gap-x-3">
            <Link className="reach mono-sm min-w-40 truncate text-accent" href={routes.group(cluster, group)}>
              {group}
            </Link>
            <SegmentBar
              className="w-32"
              label={t('passed', { passed, all: passed + waiting })}
              segments={[
                { tone: 'ok', value: passed },
                { tone: 'rest', value: waiting },
              ]}
            />
            <span className="text-meta text-text-2">{t('passed', { passed, all: passed + waiting })}</span>
            <span className="text-meta text-text-3">
              {lag === null ? t('lagUnknown') : t('lag', { lag: formatInteger(lag, locale) })}
            </span>
          </li>
        ))}
      </ul>
      {progress && progress.newLetters > 0 ? (
        <p className="mt-1 text-meta text-text-2">
          <Link
            className="text-accent"
            href={routes.deadLetters(cluster, { topic: replay.sourceTopic, state: 'all' })}
          >
            {t('newLetters', { n: progress.newLetters })}
          </Link>{' '}
          <NewSince at={progress.newLettersSince} />
        </p>
      ) : null}
    </section>
  )
}

/** Since its plan; older replays don't know when that was. */
function NewSince({ at }: { at: string | null }) {
  const t = useTranslations('replays.detail')
  if (at === null) return null
  return t.rich('newLettersSince', { at: () => <Timestamp at={at} precision="s" withZone /> })
}

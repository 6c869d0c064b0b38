'use client'

import { useLocale, useTranslations } from 'next-intl'
import { ageLevel } from '@/components/api/freshness'
import { ProblemMark } from '@/components/api/problem-mark'
import { Pill } from '@/components/ui/badge'
import { currentTimeMs, useFromNow } from '@/components/ui/clock'
import type { SparkTone } from '@/components/ui/spark'
import { Status, StatusIcon, type StatusKind, statusTone } from '@/components/ui/status'
import { Tooltip } from '@/components/ui/tooltip'
import { Duration, Num, Rate, Unknown } from '@/components/ui/value'
import type { Problem } from '@/lib/contracts/common'
import type { GroupRow, GroupStatus } from '@/lib/contracts/groups'
import { formatAge, formatCompact, formatInteger } from '@/lib/format'
import { type Estimated, IN_HAND_S, keepsPace, neverCatchesUp } from './catch-up'
import { POLL_MS } from './use-group'

type Judged = Pick<GroupRow, 'status' | 'state' | 'problem' | 'sampledAt'>

/** A group without members says that first when it has nothing to do. */
function kindOf(group: Judged): StatusKind {
  if (group.problem) return 'unknown'
  const idle = group.state === 'Empty' && (group.status === 'ok' || group.status === 'unknown')
  return idle ? 'empty' : group.status
}

/** Taken so long ago that it says nothing of now. */
export function isOld(sampledAt: string | null, nowMs: number): boolean {
  return sampledAt !== null && ageLevel(nowMs - Date.parse(sampledAt), POLL_MS) === 'error'
}

/**
 * What is said of a group, why, and how it looks. A sample that is old says nothing of now: its word comes with
 * its age, and without its colour.
 */
function useJudgement(group: Judged): { kind: StatusKind; word: string; reason: string } {
  const t = useTranslations('groups')
  const status = useTranslations('status')
  const locale = useLocale()
  const { problem, sampledAt } = group
  const age = useFromNow(nowMs =>
    problem || !isOld(sampledAt, nowMs) ? '' : formatAge(nowMs - Date.parse(sampledAt ?? ''), locale),
  )
  const kind = kindOf(group)
  const word = status(kind)
  const reason = t(`statusReason.${kind === 'empty' ? 'empty' : problem ? 'unknown' : group.status}`)
  if (age === '') return { kind, word, reason }
  return { kind: 'unknown', word: t('old.word', { age, word }), reason: t('old.reason', { age, reason }) }
}

/** Whether it keeps up, with the reason on hover. */
export function GroupStatusCell({ group }: { group: Judged }) {
  const { kind, word, reason } = useJudgement(group)
  if (group.problem) return <UnknownBecause problem={group.problem} />
  return (
    // With an age the word may be wider than its column.
    <Status kind={kind} reason={reason} className="max-w-full [&>span]:truncate">
      {word}
    </Status>
  )
}

/** In the place of a status that could not be told; the mark says why. */
export function UnknownBecause({ problem }: { problem: Problem }) {
  const status = useTranslations('status')
  return (
    <span className="inline-flex items-center gap-1 align-top font-medium whitespace-nowrap text-text-2">
      <ProblemMark problem={problem} />
      {status('unknown')}
    </span>
  )
}

/** The same as the headline of the group's own page; its reason is reached by keyboard, too. */
export function GroupStatusPill({ group }: { group: Judged }) {
  const { kind, word, reason } = useJudgement(group)
  return (
    <Tooltip content={reason}>
      <button type="button" className="reach inline-flex cursor-help rounded-full">
        <Pill tone={statusTone(kind)} icon={<StatusIcon kind={kind} size={12} />}>
          {word}
        </Pill>
      </button>
    </Tooltip>
  )
}

/** Characters of a group's name in the title of a dialog; the page behind it has the whole. */
export const TITLE_NAME = 60

/** Digits that a column holds whole. A number that is cut would be another number. */
const WHOLE_DIGITS = 12

/** Lag in records; null is said as "no commit", never as 0. */
export function LagValue({ lag }: { lag: string | null }) {
  const t = useTranslations('groups')
  const locale = useLocale()
  if (lag !== null && lag.length > WHOLE_DIGITS)
    return <span title={formatInteger(lag, locale)}>{formatCompact(Number(lag))}</span>
  return <Num value={lag} reason={t('noCommit')} className={lag === '0' ? 'text-text-3' : ''} />
}

export function TimeLagValue({ ms }: { ms: number | null }) {
  const t = useTranslations('groups')
  return (
    <span className={ms === 0 ? 'text-text-3' : ''}>
      <Duration ms={ms === null ? null : Math.round(ms)} reason={t('notMeasured')} />
    </span>
  )
}

/** When lag will be gone. */
export function CatchUp({ group }: { group: Estimated }) {
  const t = useTranslations('groups')
  if (group.catchUpMs === 0) return <span className="text-text-3">{t('caughtUp')}</span>
  const pace = keepsPace(group)
  if (group.catchUpMs !== null && !pace) return <Duration ms={group.catchUpMs} />
  if (!pace && !neverCatchesUp(group)) return <Unknown reason={t('notMeasured')} />
  return (
    <Tooltip content={t(pace ? 'keepsPaceReason' : 'neverCatchUp', { seconds: IN_HAND_S })}>
      <span tabIndex={-1} className={pace ? 'cursor-help text-text-3' : 'cursor-help'}>
        {t(pace ? 'keepsPace' : 'never')}
      </span>
    </Tooltip>
  )
}

export function TrendValue({ perSecond }: { perSecond: number | null }) {
  const t = useTranslations('groups')
  return (
    <span className={perSecond === 0 ? 'text-text-3' : ''}>
      <Rate perSecond={perSecond} signed reason={t('notMeasured')} />
    </span>
  )
}

/** Sparklines are grey unless something is wrong. */
export function sparkTone(status: GroupStatus): SparkTone {
  const tone = statusTone(status)
  return tone === 'warn' || tone === 'error' || tone === 'stall' ? tone : 'quiet'
}

/** The bar at the left of a row that needs a look; none where its status could not be told, or is old. */
export function rowTone(row: {
  status: GroupStatus
  problem: Problem | null
  /** null: with its group. */
  sampledAt: string | null
}): 'error' | 'warn' | 'stall' | null {
  if (row.problem || isOld(row.sampledAt, currentTimeMs())) return null
  const tone = statusTone(row.status)
  return tone === 'error' || tone === 'warn' || tone === 'stall' ? tone : null
}

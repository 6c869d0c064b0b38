'use client'

import { useTranslations } from 'next-intl'
import { ProblemMark } from '@/components/api/problem-mark'
import type { SparkTone } from '@/components/ui/spark'
import { Status, statusTone } from '@/components/ui/status'
import { Duration, Num, Rate, Unknown } from '@/components/ui/value'
import type { GroupRow, GroupStatus } from '@/lib/contracts/groups'

/** Whether it keeps up, with the reason on hover; a group without members says that first when it has nothing to do. */
export function GroupStatusCell({ group }: { group: Pick<GroupRow, 'status' | 'state' | 'problem'> }) {
  const t = useTranslations('groups.statusReason')
  if (group.problem)
    return (
      <span className="inline-flex items-center gap-1">
        <ProblemMark problem={group.problem} />
        <Status kind="unknown" />
      </span>
    )
  const idle = group.state === 'Empty' && (group.status === 'ok' || group.status === 'unknown')
  return idle ? <Status kind="empty" /> : <Status kind={group.status} reason={t(group.status)} />
}

/** Lag in records; null is said as "no commit", never as 0. */
export function LagValue({ lag }: { lag: string | null }) {
  const t = useTranslations('groups')
  return <Num value={lag} reason={t('noCommit')} />
}

export function TimeLagValue({ ms }: { ms: number | null }) {
  const t = useTranslations('groups')
  return <Duration ms={ms === null ? null : Math.round(ms)} reason={t('notMeasured')} />
}

/** When lag will be gone; "never at this rate" is a reason, not a number. */
export function CatchUp({ group }: { group: Pick<GroupRow, 'catchUpMs' | 'lag' | 'consumePerSecond'> }) {
  const t = useTranslations('groups')
  if (group.catchUpMs !== null)
    return group.catchUpMs === 0 ? <span className="text-text-3">0</span> : <Duration ms={group.catchUpMs} />
  return (
    <Unknown
      reason={t(group.consumePerSecond === null || group.lag === null ? 'notMeasured' : 'neverCatchUp')}
    />
  )
}

export function TrendValue({ perSecond }: { perSecond: number | null }) {
  const t = useTranslations('groups')
  return <Rate perSecond={perSecond} signed reason={t('notMeasured')} />
}

/** Sparklines are grey unless something is wrong. */
export function sparkTone(status: GroupStatus): SparkTone {
  const tone = statusTone(status)
  return tone === 'warn' || tone === 'error' || tone === 'stall' ? tone : 'quiet'
}

'use client'

import { useTranslations } from 'next-intl'
import { currentTimeMs } from '@/components/ui/clock'
import { Status, type StatusKind } from '@/components/ui/status'
import { TimeUntil } from '@/components/ui/time'
import type { DeadLetterIssue, IssueStatus } from '@/lib/contracts/dead-letters'
import { shortTopic, simpleClassName } from '@/lib/format'

const SHAPES: Record<IssueStatus, StatusKind> = {
  new: 'new',
  acknowledged: 'seen',
  replaying: 'running',
  replayed: 'ok',
  refailed: 'refailed',
  resolved: 'ok',
  archived: 'empty',
}

export function IssueStatusMark({ status }: { status: IssueStatus }) {
  const t = useTranslations('dead-letters.status')
  return <Status kind={SHAPES[status]}>{t(status)}</Status>
}

/** `NullPointerException item <n> not found`: the root cause first; what the headers do not say is said to be missing. */
export function Cause({
  exceptionClass,
  message,
}: {
  exceptionClass: string | null
  message: string | null
}) {
  const t = useTranslations('dead-letters')
  return (
    <>
      <b className="font-semibold" title={exceptionClass ?? t('noExceptionHelp')}>
        {exceptionClass === null ? t('noException') : simpleClassName(exceptionClass)}
      </b>{' '}
      <span className="text-text-2">{message ?? (exceptionClass === null ? '' : t('noMessage'))}</span>
    </>
  )
}

/** `order.…created → payment-service`. */
export function Route({
  issue,
}: {
  issue: Pick<DeadLetterIssue, 'originTopic' | 'consumerGroup' | 'frames'>
}) {
  const t = useTranslations('dead-letters')
  const frame = issue.frames[0]
  return (
    <span className="text-meta text-text-3">
      <span className="mono-sm text-text-2" title={issue.originTopic ?? undefined}>
        {issue.originTopic === null ? t('unknownOrigin') : shortTopic(issue.originTopic)}
      </span>
      {' → '}
      <span className="mono-sm text-text-2">{issue.consumerGroup ?? t('noGroup')}</span>
      {frame ? ` · ${frame}` : ''}
    </span>
  )
}

const DAY_MS = 86_400_000

/** When the oldest record goes by retention; within a day it warns. */
export function Expiry({ at }: { at: string | null }) {
  const t = useTranslations('dead-letters')
  if (at === null) return <span className="text-text-3">{t('never')}</span>
  const soon = Date.parse(at) - currentTimeMs() < DAY_MS
  return soon ? (
    <Status kind="warn">
      <TimeUntil at={at} />
    </Status>
  ) : (
    <span className="text-text-2">
      <TimeUntil at={at} />
    </span>
  )
}

/** Expires within a day and is still open. */
export function expiresSoon(issue: DeadLetterIssue): boolean {
  return issue.expiresAt !== null && issue.open > 0 && Date.parse(issue.expiresAt) - currentTimeMs() < DAY_MS
}

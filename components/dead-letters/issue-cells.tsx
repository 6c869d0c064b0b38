'use client'

import { TrendingUp } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { currentTimeMs, useFromNow } from '@/components/ui/clock'
import { SparkBars } from '@/components/ui/spark'
import { Status, type StatusKind } from '@/components/ui/status'
import { Timestamp } from '@/components/ui/time'
import { Tooltip } from '@/components/ui/tooltip'
import { VisibleText } from '@/components/ui/visible-text'
import type { DeadLetterIssue, IssueStatus } from '@/lib/contracts/dead-letters'
import { trendOf } from '@/lib/dead-letter/trend'
import { formatCompact, formatDuration, middleTruncate, shortTopic, simpleClassName } from '@/lib/format'

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

const LINE_CHARS = 300

/** A stranger's text on one line: nothing in it hides, and it is never longer than a line can hold. */
export function Line({ text }: { text: string }) {
  return <VisibleText text={text.length > LINE_CHARS ? `${text.slice(0, LINE_CHARS)}…` : text} />
}

/** What an issue or a letter is called: the root cause's class, else what it says, else that it says nothing. */
export function useCauseName(): (exceptionClass: string | null, message: string | null) => string {
  const t = useTranslations('dead-letters')
  return (exceptionClass, message) =>
    exceptionClass === null
      ? message === null || message === ''
        ? t('noException')
        : middleTruncate(message, 160)
      : middleTruncate(simpleClassName(exceptionClass), 120)
}

/**
 * `NullPointerException item <n> not found`: the root cause first; what the headers do not say is said to be
 * missing.
 */
export function Cause({
  exceptionClass,
  message,
}: {
  exceptionClass: string | null
  message: string | null
}) {
  const t = useTranslations('dead-letters')
  const name = useCauseName()(exceptionClass, message)
  const rest = exceptionClass === null ? (message ? null : t('noHeaders')) : message || t('noMessage')
  return (
    <>
      <b className="font-semibold" title={exceptionClass?.slice(0, LINE_CHARS) ?? t('noExceptionHelp')}>
        <Line text={name} />
      </b>
      {rest === null ? null : (
        <span className="text-text-2">
          {' '}
          <Line text={rest} />
        </span>
      )}
    </>
  )
}

/** `kr.hanbit.payment.AddressCheck.score` → `AddressCheck.score`. */
export function shortFrame(frame: string): string {
  return frame.split('.').slice(-2).join('.')
}

/**
 * `order.…created → payment-service · AddressCheck.score`. Where the headers name no origin, the dead-letter
 * topic tells issues apart.
 */
export function Route({
  issue,
}: {
  issue: Pick<DeadLetterIssue, 'topic' | 'originTopic' | 'consumerGroup' | 'frames'>
}) {
  const t = useTranslations('dead-letters')
  const { topic, originTopic, consumerGroup, frames } = issue
  const place = originTopic ?? topic
  const frame = frames[0]
  return (
    <span className="text-meta text-text-3">
      <bdi translate="no" className="mono-sm text-text-2" title={place}>
        {middleTruncate(shortTopic(place), 40)}
      </bdi>
      {originTopic === null ? ` (${t('unknownOrigin')})` : null}
      {' → '}
      {consumerGroup === null ? (
        t('noGroup')
      ) : (
        <bdi translate="no" className="mono-sm text-text-2" title={consumerGroup.slice(0, LINE_CHARS)}>
          <VisibleText text={middleTruncate(consumerGroup, 40)} />
        </bdi>
      )}
      {frame ? (
        <>
          {' · '}
          <bdi translate="no" title={frame.slice(0, LINE_CHARS)}>
            <Line text={shortFrame(frame)} />
          </bdi>
        </>
      ) : null}
    </span>
  )
}

/** The day by the hour, and whether it is getting worse now. */
export function TrendCell({ issue, width = 72 }: { issue: DeadLetterIssue; width?: number }) {
  return (
    <span className="inline-flex flex-col items-start leading-4">
      <SparkBars values={issue.spark} width={width} tone={issue.status === 'new' ? 'error' : 'quiet'} />
      <TrendMark issue={issue} />
    </span>
  )
}

/** Shape, word and number: `늘어남 +12`. What came in the last two hours, or that nothing did. */
function TrendMark({ issue }: { issue: Pick<DeadLetterIssue, 'spark'> }) {
  const t = useTranslations('dead-letters.trend')
  const { state, recent } = trendOf(issue.spark)
  if (state === 'quiet') return <span className="text-cap text-text-3">{t('quiet')}</span>
  if (state === 'steady') return <span className="text-cap text-text-2">+{formatCompact(recent)}</span>
  return (
    <span className="inline-flex items-center gap-1 text-cap font-medium whitespace-nowrap text-warn">
      <TrendingUp aria-hidden size={12} />
      {t('growing')} +{formatCompact(recent)}
    </span>
  )
}

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** When the oldest record goes by retention, in two units; within a day it warns. */
export function Expiry({ at }: { at: string | null }) {
  const t = useTranslations('dead-letters')
  const locale = useLocale()
  // Whole minutes: a cell that counts seconds would draw the eye.
  const minutes = useFromNow(nowMs => (at === null ? 0 : Math.floor((Date.parse(at) - nowMs) / MINUTE_MS)))
  if (at === null) return <span className="text-text-3">{t('never')}</span>
  const words = minutes < 1 ? t('goingNow') : formatDuration(minutes * MINUTE_MS, locale)
  return (
    <Tooltip content={<Timestamp at={at} precision="s" withZone />}>
      {minutes * MINUTE_MS < DAY_MS ? (
        <span>
          <Status kind="warn">{words}</Status>
        </span>
      ) : (
        <span className="whitespace-nowrap text-text-2">{words}</span>
      )}
    </Tooltip>
  )
}

/** Expires within a day and is still open. */
export function expiresSoon(issue: DeadLetterIssue): boolean {
  return issue.expiresAt !== null && issue.open > 0 && Date.parse(issue.expiresAt) - currentTimeMs() < DAY_MS
}

'use client'

import { useLocale, useTranslations } from 'next-intl'
import { currentTimeMs, useNow } from '@/components/ui/clock'
import { Status, type StatusKind } from '@/components/ui/status'
import { Timestamp } from '@/components/ui/time'
import { Tooltip } from '@/components/ui/tooltip'
import { VisibleText } from '@/components/ui/visible-text'
import type { DeadLetterIssue, IssueStatus } from '@/lib/contracts/dead-letters'
import { formatDuration, middleTruncate, shortTopic, simpleClassName } from '@/lib/format'

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

/** `NullPointerException item <n> not found`: the root cause first; what the headers do not say is said to be missing. */
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

/** `order.…created → payment-service · AddressCheck.score`. */
export function Route({
  issue,
}: {
  issue: Pick<DeadLetterIssue, 'originTopic' | 'consumerGroup' | 'frames'>
}) {
  const t = useTranslations('dead-letters')
  const { originTopic, consumerGroup, frames } = issue
  const frame = frames[0]
  return (
    <span className="text-meta text-text-3">
      {originTopic === null ? (
        t('unknownOrigin')
      ) : (
        <bdi translate="no" className="mono-sm text-text-2" title={originTopic}>
          {middleTruncate(shortTopic(originTopic), 40)}
        </bdi>
      )}
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

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** When the oldest record goes by retention, in two units; within a day it warns. */
export function Expiry({ at }: { at: string | null }) {
  const t = useTranslations('dead-letters')
  const locale = useLocale()
  const now = useNow()
  if (at === null) return <span className="text-text-3">{t('never')}</span>
  const leftMs = Date.parse(at) - now
  // Whole minutes: a cell that counts seconds would draw the eye.
  const words =
    leftMs < MINUTE_MS ? t('goingNow') : formatDuration(Math.floor(leftMs / MINUTE_MS) * MINUTE_MS, locale)
  return (
    <Tooltip content={<Timestamp at={at} precision="s" withZone />}>
      {leftMs < DAY_MS ? (
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

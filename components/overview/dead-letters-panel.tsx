'use client'

import { Hourglass } from 'lucide-react'
import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { EmptyState } from '@/components/ui/empty-state'
import { Notice } from '@/components/ui/notice'
import { Panel } from '@/components/ui/panel'
import { SparkBars } from '@/components/ui/spark'
import { TimeAgo } from '@/components/ui/time'
import { VisibleText } from '@/components/ui/visible-text'
import type { Overview } from '@/lib/contracts/clusters'
import { formatInteger, shortTopic, simpleClassName } from '@/lib/format'
import { routes } from '@/lib/routes'

type Issue = Overview['deadLetters']['latest'][number]

/** What died lately: the newest issues, and what retention will take away. */
export function DeadLettersPanel({ data }: { data: Overview }) {
  const t = useTranslations('overview.deadLetters')
  const locale = useLocale()
  const { deadLetters } = data
  const cluster = data.cluster.id
  const expiring = deadLetters.expiringWithin24h ?? 0
  return (
    <Panel
      title={t('title')}
      aside={
        deadLetters.last24h === null ? null : (
          <span className="text-meta text-text-3">
            {t('last24h')}{' '}
            <b className="font-medium text-text">{formatInteger(deadLetters.last24h, locale)}</b>
            {deadLetters.total === null ? null : (
              <> / {t('total', { n: formatInteger(deadLetters.total, locale) })}</>
            )}
          </span>
        )
      }
      footer={
        <>
          <Link href={routes.deadLetters(cluster)}>{t('all')}</Link>
          <span className="flex-1" />
          <span>
            {t('watched', { count: deadLetters.topics })}
            {deadLetters.sampledAt === null ? null : (
              <>
                {' · '}
                <TimeAgo at={deadLetters.sampledAt} />
              </>
            )}
          </span>
        </>
      }
    >
      {deadLetters.latest.length === 0 ? (
        <EmptyState
          title={deadLetters.sampledAt === null ? t('firstScan') : t('none')}
          body={
            deadLetters.sampledAt === null ? t('firstScanBody') : t('noneBody', { count: deadLetters.topics })
          }
        />
      ) : (
        <ul>
          {deadLetters.latest.map(issue => (
            <li key={issue.fingerprint} className="border-b border-line-soft last:border-b-0">
              <IssueRow issue={issue} cluster={cluster} />
            </li>
          ))}
        </ul>
      )}
      {expiring > 0 ? (
        <Notice tone="warn" icon={<Hourglass aria-hidden />} className="mt-auto min-h-7 px-3">
          {t('expiring', { count: expiring })}
        </Notice>
      ) : null}
    </Panel>
  )
}

function IssueRow({ issue, cluster }: { issue: Issue; cluster: string }) {
  const t = useTranslations('overview.deadLetters')
  const locale = useLocale()
  const origin = issue.originTopic ?? issue.topic
  // Hand-written headers carry a message without a class; Connect may carry neither.
  const [title, rest] =
    issue.exceptionClass !== null
      ? [simpleClassName(issue.exceptionClass), issue.message]
      : issue.message !== null
        ? [issue.message, null]
        : [t('noException'), t('noHeaders')]
  return (
    <Link
      href={routes.deadLetterIssue(cluster, issue.fingerprint)}
      className="grid h-11 grid-cols-[minmax(0,1fr)_auto_44px_52px] items-center gap-x-2 px-3 text-text no-underline ring-inset-focus hover:bg-hover hover:text-text"
    >
      <span className="min-w-0">
        <span className="block truncate">
          <b className="font-medium">
            <VisibleText text={title} />
          </b>{' '}
          <span className="text-text-3">{rest === null ? null : <VisibleText text={rest} />}</span>
        </span>
        <bdi translate="no" title={origin} className="block truncate text-meta text-text-3">
          <VisibleText
            text={`${shortTopic(origin)}${issue.consumerGroup === null ? '' : ` → ${issue.consumerGroup}`}`}
          />
        </bdi>
      </span>
      <span className="text-right font-semibold">{formatInteger(issue.count, locale)}</span>
      <SparkBars values={issue.spark} width={44} />
      <TimeAgo at={issue.lastSeen} className="text-right text-meta text-text-3" />
    </Link>
  )
}

'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { KeyValueList } from '@/components/ui/key-value'
import { SparkBars } from '@/components/ui/spark'
import { Timestamp } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import type { DeadLetterIssue } from '@/lib/contracts/dead-letters'
import { routes } from '@/lib/routes'
import { Expiry } from './issue-cells'

/** Where an issue comes from and since when. */
export function IssueFacts({ cluster, issue }: { cluster: string; issue: DeadLetterIssue }) {
  const t = useTranslations('dead-letters')
  return (
    <KeyValueList
      items={[
        {
          label: t('issue.origin'),
          mono: true,
          value: issue.originTopic ? (
            <Link className="text-accent" href={routes.topic(cluster, issue.originTopic, 'messages')}>
              {issue.originTopic}
            </Link>
          ) : (
            t('unknownOrigin')
          ),
        },
        {
          label: t('issue.group'),
          mono: true,
          value: issue.consumerGroup ? (
            <Link className="text-accent" href={routes.group(cluster, issue.consumerGroup)}>
              {issue.consumerGroup}
            </Link>
          ) : (
            t('noGroup')
          ),
        },
        {
          label: t('issue.dlt'),
          mono: true,
          value: (
            <Link className="text-accent" href={routes.topic(cluster, issue.topic, 'messages')}>
              {issue.topic}
            </Link>
          ),
        },
        { label: t('issue.family'), value: t(`family.${issue.family}`) },
        { label: t('issue.first'), value: <Timestamp at={issue.firstSeen} precision="s" withZone /> },
        { label: t('issue.last'), value: <Timestamp at={issue.lastSeen} precision="s" withZone /> },
        { label: t('issue.expires'), value: <Expiry at={issue.expiresAt} /> },
      ]}
    />
  )
}

/** How many, and when they came: 24 hourly buckets. */
export function IssueArrivals({ issue }: { issue: DeadLetterIssue }) {
  const t = useTranslations('dead-letters.issue')
  return (
    <figure className="m-0">
      <figcaption className="mb-1 flex items-baseline gap-2">
        <Num value={issue.count} className="text-section font-semibold" />
        <span className="text-meta text-text-3">{t('current')}</span>
        <span className="text-meta text-text-2">{t('openCount', { n: issue.open })}</span>
        <span className="flex-1 text-right text-meta text-text-3">{t('histogram')}</span>
      </figcaption>
      <SparkBars values={issue.spark} width={440} height={48} className="w-full" />
    </figure>
  )
}

export function IssueFrames({ frames }: { frames: readonly string[] }) {
  const t = useTranslations('dead-letters.issue')
  if (frames.length === 0) return <p className="text-meta text-text-3">{t('noFrames')}</p>
  return (
    <ol className="rounded-control bg-sunken px-3 py-2 mono-sm">
      {frames.map(frame => (
        <li key={frame} className="break-all">
          {frame}
        </li>
      ))}
    </ol>
  )
}

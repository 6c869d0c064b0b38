'use client'

import { useTranslations } from 'next-intl'
import { FactId } from '@/components/ui/fact-id'
import { KeyValueList } from '@/components/ui/key-value'
import { Timestamp } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import { VisibleText } from '@/components/ui/visible-text'
import type { DeadLetterIssue, IssueStatus } from '@/lib/contracts/dead-letters'
import { routes } from '@/lib/routes'
import { Arrivals } from './arrivals'
import { Expiry, shortFrame } from './issue-cells'

/** A person has said that nothing is left to do. */
const ENDED: ReadonlySet<IssueStatus> = new Set(['resolved', 'archived'])

/** Where an issue comes from and until when it is there. */
export function IssueFacts({ cluster, issue }: { cluster: string; issue: DeadLetterIssue }) {
  const t = useTranslations('dead-letters')
  const others = issue.topics.length - 1
  return (
    <KeyValueList
      items={[
        {
          label: t('issue.origin'),
          value: issue.originTopic ? (
            <FactId id={issue.originTopic} href={routes.topic(cluster, issue.originTopic, 'messages')} />
          ) : (
            <span className="text-text-3">{t('unknownOrigin')}</span>
          ),
        },
        {
          label: t('issue.group'),
          value: issue.consumerGroup ? (
            <FactId id={issue.consumerGroup} href={routes.group(cluster, issue.consumerGroup)} />
          ) : (
            <span className="text-text-3">{t('noGroup')}</span>
          ),
        },
        {
          label: t('issue.dlt'),
          value: (
            <span className="flex min-w-0 items-center gap-1" title={issue.topics.join('\n')}>
              <FactId id={issue.topic} href={routes.topic(cluster, issue.topic, 'messages')} />
              {others > 0 ? (
                <span className="shrink-0 text-text-3">{t('issue.others', { n: others })}</span>
              ) : null}
            </span>
          ),
        },
        { label: t('issue.family'), value: t(`family.${issue.family}`) },
        {
          label: t('issue.assignee'),
          value: issue.assignee ?? <span className="text-text-3">{t('issue.nobody')}</span>,
        },
        { label: t('issue.expires'), value: <Expiry at={issue.expiresAt} /> },
      ]}
    />
  )
}

/** How many are there, how many of them are not replayed, since when, and the last day by the hour. */
export function IssueArrivals({ issue }: { issue: DeadLetterIssue }) {
  const dropped = issue.dropped ?? 0
  const t = useTranslations('dead-letters.issue')
  return (
    <figure className="m-0">
      <figcaption className="mb-1 text-meta text-text-2">
        <span className="flex flex-wrap items-baseline gap-x-3">
          <span>
            <Num value={issue.count} className="text-section font-semibold text-text" />{' '}
            <span className="text-text-3">{t('current')}</span>
          </span>
          {ENDED.has(issue.status) ? null : <span>{t('openCount', { n: issue.open })}</span>}
          <span>{t('replayedCount', { n: issue.count - issue.open - dropped })}</span>
          {dropped > 0 ? <span>{t('droppedCount', { n: dropped })}</span> : null}
          <span className="ml-auto text-text-3">{t('histogram')}</span>
        </span>
        <span className="flex flex-wrap gap-x-3 text-text-3">
          <span>
            {t('first')} <Timestamp at={issue.firstSeen} precision="s" className="text-text-2" />
          </span>
          <span>
            {t('last')} <Timestamp at={issue.lastSeen} precision="s" withZone className="text-text-2" />
          </span>
        </span>
      </figcaption>
      <Arrivals spark={issue.spark} />
    </figure>
  )
}

const FRAMES = 5

export function IssueFrames({ frames }: { frames: readonly string[] }) {
  const t = useTranslations('dead-letters.issue')
  if (frames.length === 0) return <p className="text-meta text-text-3">{t('noFrames')}</p>
  return (
    <ol className="mono-sm rounded-control bg-sunken px-3 py-2">
      {frames.slice(0, FRAMES).map(frame => (
        <li key={frame} className="truncate" title={frame.slice(0, 500)}>
          <VisibleText text={shortFrame(frame).slice(0, 200)} />
        </li>
      ))}
    </ol>
  )
}

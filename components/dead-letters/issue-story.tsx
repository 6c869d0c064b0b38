'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { QueryError } from '@/components/api/query-error'
import { useApi, useApiMutation } from '@/components/api/use-api'
import { useErrorWords } from '@/components/api/use-error-words'
import { ActionButton } from '@/components/ui/button'
import { Textarea } from '@/components/ui/input'
import { MonoId } from '@/components/ui/mono-id'
import { OutLinks } from '@/components/ui/out-links'
import { SkeletonLines } from '@/components/ui/skeleton'
import { TimeAgo } from '@/components/ui/time'
import { Num } from '@/components/ui/value'
import { VisibleText } from '@/components/ui/visible-text'
import { deadLetterTriage, type IssueEvent } from '@/lib/contracts/dead-letter-triage'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { routes } from '@/lib/routes'
import { ISSUE_QUERIES } from './dead-letters-query'
import { Line } from './issue-cells'
import { IssueParts } from './issue-parts'
import { FailedLine } from './reason-dialog'

type Story = OutputOf<typeof deadLetterTriage.issue>

/**
 * What belongs to an issue besides its records: whom it hits, what its messages look like, links, and what
 * people did about it.
 */
export function IssueStory({ cluster, fingerprint }: { cluster: string; fingerprint: string }) {
  const { data, error, isFetching, refetch } = useApi(
    deadLetterTriage.issue,
    { cluster, fingerprint },
    { live: 'dead-letters' },
  )
  if (error && !data)
    return <QueryError compact error={error} onRetry={() => void refetch()} retrying={isFetching} />
  if (!data) return <SkeletonLines lines={4} />
  return (
    <div className="grid grid-cols-1 gap-x-8 gap-y-3 lg:grid-cols-[minmax(0,4fr)_minmax(0,5fr)_minmax(0,6fr)]">
      <Affected story={data} cluster={cluster} />
      <div className="min-w-0">
        <Samples story={data} cluster={cluster} />
        <IssueParts cluster={cluster} issue={data.issue} />
      </div>
      <History cluster={cluster} fingerprint={fingerprint} events={data.history} topic={data.issue.topic} />
    </div>
  )
}

function Title({ children }: { children: React.ReactNode }) {
  return <h2 className="mb-1 text-meta text-text-3">{children}</h2>
}

function Affected({ story, cluster }: { story: Story; cluster: string }) {
  const t = useTranslations('dead-letters.story')
  const most = Math.max(1, ...(story.keys ?? []).map(key => key.count))
  return (
    <section>
      <Title>{t('keys', { n: story.keysOf })}</Title>
      {story.keys === null ? (
        <p className="text-meta text-text-3">{t('keysDenied')}</p>
      ) : (
        <ul>
          {story.keys.slice(0, 5).map(({ key, count }) => (
            <li key={key ?? '\u0000null'} className="relative flex items-center gap-2 px-1 leading-5">
              <span
                aria-hidden
                className="absolute inset-y-0.5 left-0 rounded-control bg-sunken"
                style={{ width: `${(count / most) * 100}%` }}
              />
              <span className="mono-sm relative min-w-0 flex-1 truncate">
                {key === null ? <i className="text-text-3">null</i> : <Line text={key === '' ? '""' : key} />}
              </span>
              <Num value={count} className="relative" />
            </li>
          ))}
        </ul>
      )}
      {story.groups.length > 0 || story.retryTopics.length > 0 ? (
        <p className="mt-2 flex flex-wrap gap-x-2 text-meta text-text-3">
          {t('involved')}
          {story.groups.map(group => (
            <MonoId key={group} small id={group} max={32} href={routes.group(cluster, group)} />
          ))}
          {story.retryTopics.map(topic => (
            <MonoId key={topic} small id={topic} max={32} href={routes.topic(cluster, topic, 'messages')} />
          ))}
        </p>
      ) : null}
      {story.links.length > 0 ? (
        <div className="mt-2">
          <OutLinks links={story.links} />
        </div>
      ) : null}
    </section>
  )
}

function Samples({ story, cluster }: { story: Story; cluster: string }) {
  const t = useTranslations('dead-letters')
  return (
    <section>
      <Title>{t('story.samples')}</Title>
      <ul>
        {story.samples.map(({ topic, partition, offset, message }) => (
          <li key={`${topic}/${partition}/${offset}`} className="truncate leading-5">
            <Link className="mono-sm text-accent" href={routes.deadLetter(cluster, topic, partition, offset)}>
              P{partition} / {offset}
            </Link>{' '}
            <Line text={message ?? t('noMessage')} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function History({
  cluster,
  fingerprint,
  events,
  topic,
}: {
  cluster: string
  fingerprint: string
  events: readonly IssueEvent[]
  topic: string
}) {
  const t = useTranslations('dead-letters.story')
  const words = useErrorWords()
  const [text, setText] = useState('')
  const { reason } = usePermission('deadletter.triage', { cluster, topic })
  const comment = useApiMutation(deadLetterTriage.comment, {
    invalidates: [deadLetterTriage.issue],
    onSuccess: () => setText(''),
  })
  const split = useApiMutation(deadLetterTriage.split, { invalidates: ISSUE_QUERIES })
  return (
    <section>
      <Title>{t('history')}</Title>
      {events.length === 0 ? <p className="text-meta text-text-3">{t('noHistory')}</p> : null}
      <ol>
        {events.map(event => (
          <li key={event.id} className="border-b border-line-soft py-0.5 text-meta last:border-b-0">
            <span className="flex gap-2">
              <span className="min-w-0 flex-1">
                <b className="font-medium">{event.actorKind === 'system' ? 'Milena' : event.actor}</b>{' '}
                <Deed event={event} />{' '}
                <Counterpart cluster={cluster} fingerprint={fingerprint} event={event} />
                <ReplayLink cluster={cluster} event={event} />
              </span>
              <TimeAgo at={event.at} className="shrink-0 text-text-3" />
            </span>
            {event.text ? (
              <span className="block break-words whitespace-pre-wrap text-text-2">
                <VisibleText text={event.text} />
              </span>
            ) : null}
            {event.from === fingerprint && isStillSplit(event, events) ? (
              <ActionButton
                size="xs"
                reason={reason}
                busy={split.isPending}
                onClick={() =>
                  split.mutate({ cluster, fingerprint, contains: event.text ?? undefined, undo: true })
                }
              >
                {t('unsplit')}
              </ActionButton>
            ) : null}
          </li>
        ))}
      </ol>
      {split.error ? <FailedLine code={split.error.code} /> : null}
      <form
        className="mt-2 flex items-start gap-2"
        onSubmit={event => {
          event.preventDefault()
          if (text.trim() !== '') comment.mutate({ cluster, fingerprint, text: text.trim() })
        }}
      >
        <Textarea
          aria-label={t('comment')}
          placeholder={t('comment')}
          rows={1}
          maxLength={2000}
          value={text}
          onChange={event => setText(event.currentTarget.value)}
          className="min-w-0 flex-1"
        />
        <ActionButton type="submit" reason={reason} busy={comment.isPending} disabled={text.trim() === ''}>
          {t('send')}
        </ActionButton>
      </form>
      {comment.error ? <p className="text-meta text-error">{words(comment.error.code).title}</p> : null}
    </section>
  )
}

const shortId = (fingerprint: string | null) => `#${(fingerprint ?? '').slice(-6)}`

/** Split off by a text, and not taken back since. */
function isStillSplit(event: IssueEvent, events: readonly IssueEvent[]): boolean {
  if (event.kind !== 'split' || event.text === null || event.from === event.to) return false
  return !events.some(
    one => one.kind === 'split' && one.text === event.text && one.from === one.to && one.at > event.at,
  )
}

/** The other issue of a split. */
function Counterpart({
  cluster,
  fingerprint,
  event,
}: {
  cluster: string
  fingerprint: string
  event: IssueEvent
}) {
  const t = useTranslations('dead-letters.story')
  const other = event.from === fingerprint ? event.to : event.from
  if (event.kind !== 'split' || other === null || other === fingerprint) return null
  return (
    <Link className="text-accent underline underline-offset-2" href={routes.deadLetterIssue(cluster, other)}>
      {t('other')}
    </Link>
  )
}

function ReplayLink({ cluster, event }: { cluster: string; event: IssueEvent }) {
  const t = useTranslations('replays')
  if (!event.replay) return null
  return (
    <Link className="text-accent underline underline-offset-2" href={routes.replay(cluster, event.replay.id)}>
      {t(`state.${event.replay.state}`)}
    </Link>
  )
}

function Deed({ event }: { event: IssueEvent }) {
  const t = useTranslations('dead-letters')
  const statusWord = (slug: string | null) => {
    switch (slug) {
      case 'new':
      case 'acknowledged':
      case 'replaying':
      case 'replayed':
      case 'refailed':
      case 'resolved':
      case 'archived':
        return t(`status.${slug}`)
      default:
        return slug ?? ''
    }
  }
  if (event.replay) {
    const { letters: n, replayed, whole } = event.replay
    return t('story.replay', { n, replayed, more: whole ? 'no' : 'yes' })
  }
  if (event.kind === 'refailed')
    return <span className="text-warn">{t('story.refailed', { n: Number(event.to) })}</span>
  if (event.kind === 'dropped') return t('story.dropped', { n: Number(event.to) })
  if (event.kind === 'restored') return t('story.restored', { n: Number(event.from) })
  if (event.kind === 'split' && event.from === event.to) return t('story.splitBack')
  if (event.kind === 'merged' || event.kind === 'split')
    return t(`story.${event.kind}`, { from: shortId(event.from), to: shortId(event.to) })
  if (event.kind === 'comment') return <span className="text-text-3">{t('story.commented')}</span>
  if (event.kind === 'reopened') return <span className="text-warn">{t('story.reopened')}</span>
  if (event.kind === 'assign')
    return event.to === null ? t('story.unassigned') : t('story.assigned', { to: event.to })
  return t('story.moved', { from: statusWord(event.from), to: statusWord(event.to) })
}

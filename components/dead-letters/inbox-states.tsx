'use client'

import { ArchiveX, Hourglass, TrendingUp } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { Notice } from '@/components/ui/notice'
import { Status } from '@/components/ui/status'
import { TimeAgo } from '@/components/ui/time'
import type { deadLetters } from '@/lib/contracts/dead-letters'
import type { OutputOf } from '@/lib/contracts/endpoint'
import { routes } from '@/lib/routes'
import type { DeadLettersParams } from './dead-letters-query'

type Answer = OutputOf<typeof deadLetters.groups>

/** The answer above the controls: is something dying now, and is it getting worse. */
export function InboxNow({
  cluster,
  params,
  first,
}: {
  cluster: string
  params: DeadLettersParams
  first: Answer
}) {
  const t = useTranslations('dead-letters.trend')
  const { recent = 0, growing = 0 } = first
  const { q, topic } = params
  return (
    <>
      {growing > 0 ? (
        <Link
          className="inline-flex items-center gap-1 font-medium text-warn underline underline-offset-2"
          title={t('help')}
          href={routes.deadLetters(cluster, { q, topic, sort: 'recent' })}
        >
          <TrendingUp aria-hidden size={14} />
          {t('growingIssues', { n: growing })}
        </Link>
      ) : (
        <Status kind="ok">{t('noneGrowing')}</Status>
      )}
      <span>{t('recent', { n: recent })}</span>
      {q || topic ? <span className="text-text-3">{t('filtered')}</span> : null}
    </>
  )
}

export function InboxNotices({
  params,
  first,
  onShowExpiring,
}: {
  params: DeadLettersParams
  first: Answer | undefined
  onShowExpiring: () => void
}) {
  const t = useTranslations('dead-letters')
  const soon = first?.expiringSoon ?? 0
  return (
    <>
      {soon > 0 ? (
        <Notice
          tone="warn"
          icon={<Hourglass aria-hidden />}
          action={
            params.sort === 'expires' ? null : (
              <button
                type="button"
                className="font-medium underline underline-offset-2"
                onClick={onShowExpiring}
              >
                {t('showExpiring')}
              </button>
            )
          }
        >
          {t('expiringSoon', { n: soon })}
        </Notice>
      ) : null}
      {first?.leftOut ? (
        <Notice tone="warn">{t('leftOut', { n: first.leftOut.letters, limit: first.leftOut.limit })}</Notice>
      ) : first?.sampledAt !== undefined && !first.complete ? (
        <Notice tone="info">{t('incomplete')}</Notice>
      ) : null}
    </>
  )
}

/** None exist, none are left to do, none match: three different things. */
export function NoIssues({
  first,
  filtered,
  onClear,
  onShowAll,
}: {
  first: Answer | undefined
  filtered: boolean
  onClear: () => void
  onShowAll: () => void
}) {
  const t = useTranslations('dead-letters')
  const total = first?.total ?? 0
  // Nobody has looked yet, or not everywhere: that is not the same as nothing.
  const looked = first?.sampledAt !== undefined && first.complete && (first.problems ?? []).length === 0
  if (total === 0 && !looked)
    return <EmptyState icon={<ArchiveX />} title={t('notLooked.title')} body={t('notLooked.body')} />
  if (total > 0 && filtered)
    return (
      <EmptyState
        title={t('noMatch.title')}
        body={t('noMatch.body', { n: total })}
        action={<Button onClick={onClear}>{t('noMatch.clear')}</Button>}
      />
    )
  if (total > 0)
    return (
      <EmptyState
        icon={<ArchiveX />}
        title={t('allDone.title')}
        body={t('allDone.body', { n: total })}
        action={<Button onClick={onShowAll}>{t('allDone.show', { n: total })}</Button>}
      />
    )
  return (
    <EmptyState
      icon={<ArchiveX />}
      title={t('empty.title')}
      body={
        <>
          {t('empty.body', { n: first?.topics ?? 0 })}
          {first?.sampledAt ? (
            <>
              {' '}
              {t('empty.checked')} <TimeAgo at={first.sampledAt} />
            </>
          ) : null}
        </>
      }
    />
  )
}

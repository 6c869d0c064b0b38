'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { Status } from '@/components/ui/status'
import { Num } from '@/components/ui/value'
import { VisibleText } from '@/components/ui/visible-text'
import type { GoingLetters } from '@/lib/contracts/topic-changes'
import { routes } from '@/lib/routes'

/** Which dead letters a truncation takes, and how many of them nobody has looked at. */
export function GoingLettersList({ cluster, letters }: { cluster: string; letters: GoingLetters }) {
  const t = useTranslations('topics.change.letters')
  const { count, open, unseen, issues, issueCount, complete } = letters
  const others = issueCount - issues.length
  return (
    <section className="flex flex-col gap-1" aria-label={t('title')}>
      <p>
        <Status kind={open > 0 ? 'warn' : 'ok'}>{t('sum', { count, open })}</Status>
      </p>
      {unseen > 0 ? (
        <p>
          <Status kind="stop">{t('unseen', { n: unseen })}</Status>
        </p>
      ) : null}
      {complete ? null : <p className="text-meta text-warn">{t('incomplete')}</p>}
      <ul className="max-h-48 overflow-auto text-meta">
        {issues.map(issue => (
          <li key={issue.fingerprint} className="flex items-center gap-2 border-t border-line-soft py-1">
            <Link
              href={routes.deadLetterIssue(cluster, issue.fingerprint)}
              className="mono-sm min-w-0 flex-1 truncate underline-offset-4 hover:underline"
            >
              <VisibleText text={issue.exceptionClass ?? issue.message ?? t('unknown')} />
            </Link>
            {issue.unseen && issue.open > 0 ? <Status kind="stop">{t('new')}</Status> : null}
            <span className="shrink-0 text-text-2">
              <Num value={issue.open} /> / <Num value={issue.count} />
            </span>
          </li>
        ))}
      </ul>
      {others > 0 ? <p className="text-meta text-text-3">{t('others', { n: others })}</p> : null}
    </section>
  )
}

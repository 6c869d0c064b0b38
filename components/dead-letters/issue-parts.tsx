'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { usePermission } from '@/components/api/me'
import { useApi, useApiMutation } from '@/components/api/use-api'
import { ActionButton } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { MonoId } from '@/components/ui/mono-id'
import { TimeAgo } from '@/components/ui/time'
import { VisibleText } from '@/components/ui/visible-text'
import { deadLetterDrops } from '@/lib/contracts/dead-letter-drops'
import { deadLetterTriage } from '@/lib/contracts/dead-letter-triage'
import type { DeadLetterIssue } from '@/lib/contracts/dead-letters'
import { ISSUE_QUERIES } from './dead-letters-query'
import { FailedLine } from './reason-dialog'

/**
 * What an issue is made of: fingerprints that were merged into it, letters to be split off, and what was
 * dropped of it.
 */
export function IssueParts({ cluster, issue }: { cluster: string; issue: DeadLetterIssue }) {
  const t = useTranslations('dead-letters')
  const [text, setText] = useState('')
  const { reason } = usePermission('deadletter.triage', { cluster, topic: issue.topic })
  const split = useApiMutation(deadLetterTriage.split, {
    invalidates: ISSUE_QUERIES,
    onSuccess: () => setText(''),
  })
  const { fingerprint } = issue
  const trimmed = text.trim()
  return (
    <section className="mt-3 flex flex-col gap-2">
      {issue.merged && issue.merged.length > 0 ? (
        <ul aria-label={t('split.merged')}>
          {issue.merged.map(member => (
            <li key={member} className="flex items-center gap-2 text-meta">
              <span className="text-text-3">{t('split.merged')}</span>
              <MonoId small id={member} max={20} />
              <ActionButton
                size="xs"
                reason={reason}
                busy={split.isPending}
                onClick={() => split.mutate({ cluster, fingerprint: member })}
              >
                {t('split.out')}
              </ActionButton>
            </li>
          ))}
        </ul>
      ) : null}
      <form
        className="flex flex-wrap items-center gap-2"
        onSubmit={event => {
          event.preventDefault()
          if (trimmed !== '') split.mutate({ cluster, fingerprint, contains: trimmed })
        }}
      >
        <Input
          aria-label={t('split.label')}
          placeholder={t('split.label')}
          maxLength={200}
          value={text}
          onChange={event => setText(event.currentTarget.value)}
          className="min-w-40 flex-1"
        />
        <ActionButton
          type="submit"
          size="sm"
          reason={reason}
          busy={split.isPending}
          disabled={trimmed === ''}
          title={t('split.help')}
        >
          {t('split.button')}
        </ActionButton>
      </form>
      {split.error ? <FailedLine code={split.error.code} /> : null}
      <Drops cluster={cluster} issue={issue} reason={reason} />
    </section>
  )
}

function Drops({
  cluster,
  issue,
  reason,
}: {
  cluster: string
  issue: DeadLetterIssue
  reason: string | null
}) {
  const t = useTranslations('dead-letters.drop')
  const { data } = useApi(
    deadLetterDrops.list,
    { cluster, fingerprint: issue.fingerprint },
    { live: 'dead-letters' },
  )
  const restore = useApiMutation(deadLetterDrops.restore, {
    invalidates: [...ISSUE_QUERIES, deadLetterDrops.list],
  })
  if (!data || data.items.length === 0) return null
  return (
    <ul aria-label={t('list')}>
      {data.items.slice(0, 10).map(drop => (
        <li key={drop.id} className="flex items-center gap-2 text-meta">
          <span className="min-w-0 flex-1 truncate">
            {t('dropped', { n: drop.count, by: drop.by })} · <VisibleText text={drop.reason} />
          </span>
          <TimeAgo at={drop.at} className="shrink-0 text-text-3" />
          <ActionButton
            size="xs"
            reason={reason}
            busy={restore.isPending}
            onClick={() => restore.mutate({ cluster, drop: drop.id })}
          >
            {t('restore')}
          </ActionButton>
        </li>
      ))}
    </ul>
  )
}

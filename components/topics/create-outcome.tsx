'use client'

import { useTranslations } from 'next-intl'
import type { ApiError } from '@/components/api/api-error'
import { QueryError } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { useViolationWords } from '@/components/api/use-violation-words'
import { Button, LinkButton } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { topics } from '@/lib/contracts/topics'
import { routes } from '@/lib/routes'
import { fieldOf } from './create-topic-form'

/** What became of a creation that did not end well. A lost answer is a state of its own: it may have been created. */
export function CreateOutcome({
  cluster,
  name,
  error,
}: {
  cluster: string
  name: string
  error: ApiError | null
}) {
  const t = useTranslations('topics.new')
  const words = useViolationWords()
  if (!error) return null
  if (error.code === 'OUTCOME_UNKNOWN') return <UnknownOutcome cluster={cluster} name={name} />
  const strays = error.fields.filter(field => fieldOf(field.path) === null)
  return (
    <div className="border-t border-line py-1">
      <QueryError
        compact
        error={error}
        action={
          error.code === 'TOPIC_EXISTS' ? (
            <LinkButton size="sm" href={routes.topic(cluster, name, 'partitions')}>
              {t('openExisting')}
            </LinkButton>
          ) : null
        }
      />
      {strays.length > 0 ? (
        <ul className="px-10 pb-2 text-meta text-error">
          {strays.map(field => (
            <li key={`${field.path}-${field.code}`}>
              <span className="mono-sm">{field.path}</span>{' '}
              {words({ ...field, field: field.path, params: field.params ?? {}, suggestion: null })}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}

/** Never tried again by itself: first somebody looks whether it is there. */
function UnknownOutcome({ cluster, name }: { cluster: string; name: string }) {
  const t = useTranslations('topics.new')
  const { data, error, isFetching, refetch } = useApi(
    topics.get,
    { cluster, topic: name },
    { enabled: false, keepPrevious: false },
  )
  const there = data !== undefined
  const absent = error?.code === 'TOPIC_UNKNOWN'
  return (
    <Notice
      tone="warn"
      className="border-t border-line py-2"
      action={
        there ? (
          <LinkButton size="sm" href={routes.topic(cluster, name, 'partitions')}>
            {t('openExisting')}
          </LinkButton>
        ) : (
          <Button size="sm" busy={isFetching} onClick={() => void refetch()}>
            {t('lookNow')}
          </Button>
        )
      }
    >
      {t(there ? 'unknownThere' : absent ? 'unknownAbsent' : 'unknownOutcome')}
      <span className="mono-sm ml-2">OUTCOME_UNKNOWN</span>
    </Notice>
  )
}

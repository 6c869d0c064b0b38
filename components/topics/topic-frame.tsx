'use client'

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { ApiError } from '@/components/api/api-error'
import { useFreshness } from '@/components/api/freshness'
import { ProblemsNotice, QueryError, StaleNotice } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { useErrorWords } from '@/components/api/use-error-words'
import { LinkButton } from '@/components/ui/button'
import { MonoId } from '@/components/ui/mono-id'
import { topics } from '@/lib/contracts/topics'
import { routes } from '@/lib/routes'
import { TOPIC_POLL_MS, TopicHeader, TopicTabs } from './topic-header'

/** With these there is nothing below the title that could work; with others the tabs still may. */
const WHOLE = new Set([
  'TOPIC_UNKNOWN',
  'CLUSTER_UNKNOWN',
  'CLUSTER_UNREACHABLE',
  'CLUSTER_DENIED',
  'DENIED',
  'NOT_KAFKA',
  'AUTHENTICATION_FAILED',
  'TLS_REQUIRED',
  'TLS_UNTRUSTED',
])

/** Name, facts and tabs of one topic around its views; the same query feeds the partitions tab. */
export function TopicFrame({
  cluster,
  topic,
  children,
}: {
  cluster: string
  topic: string
  children: ReactNode
}) {
  const { data, error, isFetching, refetch } = useApi(
    topics.get,
    { cluster, topic },
    { pollMs: TOPIC_POLL_MS },
  )
  useFreshness({
    label: topic,
    at: data?.sampledAt ?? null,
    everyMs: TOPIC_POLL_MS,
    error,
    fetching: isFetching,
  })
  const retry = () => void refetch()
  const words = useErrorWords()
  const nothing = error !== null && !data && WHOLE.has(error.code)
  // Who may not read a topic may still write to it.
  const unwritable = nothing && error.code !== 'DENIED' ? words(error.code, error.params).title : null
  return (
    <>
      <TopicHeader
        cluster={cluster}
        topic={topic}
        data={data}
        failed={error !== null && !data}
        unwritable={unwritable}
      />
      {nothing ? (
        <NoTopic cluster={cluster} topic={topic} error={error} onRetry={retry} retrying={isFetching} />
      ) : (
        <>
          <TopicTabs cluster={cluster} topic={topic} data={data} />
          <StaleNotice error={error} onRetry={retry} />
          <ProblemsNotice problems={data?.problems} />
          {children}
        </>
      )}
    </>
  )
}

function NoTopic({
  cluster,
  topic,
  error,
  onRetry,
  retrying,
}: {
  cluster: string
  topic: string
  error: ApiError
  onRetry: () => void
  retrying: boolean
}) {
  const t = useTranslations('topics')
  return (
    <div className="min-h-0 flex-1 overflow-auto border-t border-line">
      <QueryError
        error={error}
        onRetry={onRetry}
        retrying={retrying}
        action={
          <LinkButton size="sm" href={routes.topics(cluster)}>
            {t('toList')}
          </LinkButton>
        }
      />
      {error.code === 'TOPIC_UNKNOWN' ? <NearTopics cluster={cluster} topic={topic} /> : null}
    </div>
  )
}

/** Topics that share the longest part of the name that is not there. */
function NearTopics({ cluster, topic }: { cluster: string; topic: string }) {
  const t = useTranslations('topics')
  const longest = topic.split(/[._]/).sort((a, b) => b.length - a.length)[0] ?? topic
  const { data } = useApi(topics.list, { cluster, query: longest.slice(0, 249), limit: 6 })
  if (!data || data.items.length === 0) return null
  return (
    <section className="mx-auto max-w-140 px-6 pb-12">
      <h2 className="mb-1 text-meta font-medium text-text-3">{t('near')}</h2>
      <ul className="flex flex-col gap-1">
        {data.items.map(row => (
          <li key={row.name}>
            <Link href={routes.topic(cluster, row.name, 'messages')}>
              <MonoId id={row.name} />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

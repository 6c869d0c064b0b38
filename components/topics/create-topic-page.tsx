'use client'

import { useTranslations } from 'next-intl'
import { parseAsString, useQueryStates } from 'nuqs'
import { QueryError } from '@/components/api/query-error'
import { useApi } from '@/components/api/use-api'
import { PageHeader } from '@/components/ui/page-header'
import { SkeletonLines } from '@/components/ui/skeleton'
import { requests } from '@/lib/contracts/requests'
import { topics } from '@/lib/contracts/topics'
import { CreateTopicView } from './create-topic-view'
import { EMPTY_START, startLike, startOfRequest } from './topic-start'

/**
 * The form for a new topic: empty, with the settings of another topic (`like`), or with what a request asks
 * for (`request`).
 */
export function CreateTopicPage({ cluster }: { cluster: string }) {
  const t = useTranslations('topics.new')
  const [{ request, like }] = useQueryStates({ request: parseAsString, like: parseAsString })
  const asked = useApi(requests.get, { cluster, id: request ?? '' }, { enabled: request !== null })
  const other = { cluster, topic: like ?? '' }
  const size = useApi(topics.get, other, { enabled: like !== null && request === null })
  const configs = useApi(topics.configs, other, { enabled: like !== null && request === null })
  const failed = [asked, size, configs].find(query => query.error && !query.data)
  if (failed?.error)
    return (
      <>
        <PageHeader title={t('title')} />
        <QueryError error={failed.error} onRetry={() => void failed.refetch()} retrying={failed.isFetching} />
      </>
    )
  if (request !== null && asked.data) {
    const { id, version } = asked.data
    return (
      <CreateTopicView
        key={`${id} ${version}`}
        cluster={cluster}
        start={startOfRequest(asked.data, t('editing', { request: id }))}
      />
    )
  }
  if (request === null && like !== null && size.data && configs.data)
    return (
      <CreateTopicView
        key={like}
        cluster={cluster}
        start={startLike(
          { partitions: size.data.partitions, replicationFactor: size.data.replicationFactor },
          configs.data.items,
          t('like', { topic: like }),
        )}
      />
    )
  if (request === null && like === null) return <CreateTopicView cluster={cluster} start={EMPTY_START} />
  return (
    <>
      <PageHeader title={t('title')} />
      <div className="px-4">
        <SkeletonLines lines={8} />
      </div>
    </>
  )
}

import type { SearchParams } from 'nuqs/server'
import { Prefetch, prefetchedPages } from '@/components/api/prefetch'
import { loadTopicsParams, topicsInput } from '@/components/topics/topics-query'
import { TopicsView } from '@/components/topics/topics-view'
import { topics } from '@/lib/contracts/topics'
import { decodeId } from '@/lib/routes'
import { pageContext } from '@/server/http/page-context'
import { listTopics } from '@/server/topics/list-topics'

type Props = { params: Promise<{ cluster: string }>; searchParams: Promise<SearchParams> }

export default async function TopicsPage({ params, searchParams }: Props) {
  const cluster = decodeId((await params).cluster) ?? ''
  const input = topicsInput(cluster, await loadTopicsParams(searchParams))
  const ctx = await pageContext()
  return (
    <Prefetch
      queries={[prefetchedPages(topics.list, input, () => listTopics(ctx, topics.list.input.parse(input)))]}
    >
      <TopicsView cluster={cluster} />
    </Prefetch>
  )
}

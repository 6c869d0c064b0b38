import type { SearchParams } from 'nuqs/server'
import { Prefetch, prefetchedPages } from '@/components/api/prefetch'
import { issuesInput, loadDeadLettersParams } from '@/components/dead-letters/dead-letters-query'
import { InboxView } from '@/components/dead-letters/inbox-view'
import { deadLetters } from '@/lib/contracts/dead-letters'
import { decodeId } from '@/lib/routes'
import { listIssues } from '@/server/dead-letters/list-issues'
import { pageContext } from '@/server/http/page-context'

type Props = { params: Promise<{ cluster: string }>; searchParams: Promise<SearchParams> }

export default async function DeadLettersPage({ params, searchParams }: Props) {
  const cluster = decodeId((await params).cluster) ?? ''
  const input = issuesInput(cluster, await loadDeadLettersParams(searchParams))
  const ctx = await pageContext()
  return (
    <Prefetch
      queries={[
        prefetchedPages(deadLetters.groups, input, () =>
          listIssues(ctx, deadLetters.groups.input.parse(input)),
        ),
      ]}
    >
      <InboxView cluster={cluster} />
    </Prefetch>
  )
}

import { Prefetch, prefetched, prefetchedPages } from '@/components/api/prefetch'
import { issueInput, recordsInput } from '@/components/dead-letters/dead-letters-query'
import { IssuePage } from '@/components/dead-letters/issue-page'
import { deadLetters } from '@/lib/contracts/dead-letters'
import { decodeId } from '@/lib/routes'
import { listIssues } from '@/server/dead-letters/list-issues'
import { listRecords } from '@/server/dead-letters/list-records'
import { pageContext } from '@/server/http/page-context'

type Props = { params: Promise<{ cluster: string; fingerprint: string }> }

export default async function DeadLetterIssuePage({ params }: Props) {
  const raw = await params
  const [cluster, fingerprint] = [decodeId(raw.cluster) ?? '', decodeId(raw.fingerprint) ?? '']
  const ctx = await pageContext()
  return (
    <Prefetch
      queries={[
        prefetched(deadLetters.groups, issueInput(cluster, fingerprint), input => listIssues(ctx, input)),
        prefetchedPages(deadLetters.records, recordsInput(cluster, fingerprint, null), input =>
          listRecords(ctx, input),
        ),
      ]}
    >
      <IssuePage cluster={cluster} fingerprint={fingerprint} />
    </Prefetch>
  )
}

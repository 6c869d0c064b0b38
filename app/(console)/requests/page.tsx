import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import type { SearchParams } from 'nuqs/server'
import { Prefetch, prefetchedPages } from '@/components/api/prefetch'
import { loadRequestParams, requestInput } from '@/components/requests/requests-query'
import { RequestsView } from '@/components/requests/requests-view'
import { requests } from '@/lib/contracts/requests'
import { pageContext } from '@/server/http/page-context'
import { listAllRequests } from '@/server/requests/list-requests'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('requests')
  return { title: t('title') }
}

export default async function Page({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const [ctx, params] = await Promise.all([pageContext(), loadRequestParams(searchParams)])
  const input = requestInput(params)
  return (
    <Prefetch queries={[prefetchedPages(requests.listAll, input, parsed => listAllRequests(ctx, parsed))]}>
      <RequestsView />
    </Prefetch>
  )
}

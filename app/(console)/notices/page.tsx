import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import type { SearchParams } from 'nuqs/server'
import { Prefetch, prefetched, prefetchedPages } from '@/components/api/prefetch'
import { loadNoticesParams, noticesInput } from '@/components/notices/notices-query'
import { NoticesView } from '@/components/notices/notices-view'
import { notices } from '@/lib/contracts/notices'
import { pageContext } from '@/server/http/page-context'
import { getNoticeSummary } from '@/server/outbox/get-notice-summary'
import { listNotices } from '@/server/outbox/list-notices'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('notices')
  return { title: t('title') }
}

export default async function Page({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const [ctx, { state }] = await Promise.all([pageContext(), loadNoticesParams(searchParams)])
  return (
    // The frame reads the summary, too: without it here the page would begin otherwise in the browser than it was
    // rendered. Both are answers of the store alone, so waiting for them holds no page back for a cluster's sake.
    <Prefetch
      waitMs={10_000}
      queries={[
        prefetched(notices.summary, {}, input => getNoticeSummary(ctx, input)),
        prefetchedPages(notices.list, noticesInput(state), input => listNotices(ctx, input)),
      ]}
    >
      <NoticesView />
    </Prefetch>
  )
}

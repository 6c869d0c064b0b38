import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import type { SearchParams } from 'nuqs/server'
import { Prefetch, prefetchedPages } from '@/components/api/prefetch'
import { loadNoticesParams, noticesInput } from '@/components/notices/notices-query'
import { NoticesView } from '@/components/notices/notices-view'
import { notices } from '@/lib/contracts/notices'
import { pageContext } from '@/server/http/page-context'
import { listNotices } from '@/server/outbox/list-notices'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('notices')
  return { title: t('title') }
}

export default async function Page({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const [ctx, { state }] = await Promise.all([pageContext(), loadNoticesParams(searchParams)])
  return (
    // The summary stands in the layout's prefetch, for the frame reads it, too.
    <Prefetch
      queries={[prefetchedPages(notices.list, noticesInput(state), input => listNotices(ctx, input))]}
    >
      <NoticesView />
    </Prefetch>
  )
}

import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import type { SearchParams } from 'nuqs/server'
import { Prefetch, prefetched, prefetchedPages } from '@/components/api/prefetch'
import { driftChoice, loadDriftParams, TREND_DAYS } from '@/components/drift/drift-query'
import { DriftView } from '@/components/drift/drift-view'
import { drift } from '@/lib/contracts/drift'
import { decodeId } from '@/lib/routes'
import { getDrift, getDriftTrend } from '@/server/drift/get-drift'
import { pageContext } from '@/server/http/page-context'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('drift')
  return { title: t('title') }
}

export default async function Page({
  params,
  searchParams,
}: {
  params: Promise<{ cluster: string }>
  searchParams: Promise<SearchParams>
}) {
  const cluster = decodeId((await params).cluster)
  if (cluster === null) notFound()
  const ctx = await pageContext()
  const input = { ...driftChoice(cluster, await loadDriftParams(searchParams)), limit: 200 }
  return (
    <Prefetch
      queries={[
        prefetchedPages(drift.report, input, asked => getDrift(ctx, asked)),
        prefetched(drift.trend, { cluster, days: TREND_DAYS }, asked => getDriftTrend(ctx, asked)),
      ]}
    >
      <DriftView cluster={cluster} />
    </Prefetch>
  )
}

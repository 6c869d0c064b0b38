import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { Prefetch, prefetched } from '@/components/api/prefetch'
import { OverviewView } from '@/components/overview/overview-view'
import { clusters } from '@/lib/contracts/clusters'
import { decodeId } from '@/lib/routes'
import { getOverview } from '@/server/clusters/get-overview'
import { pageContext } from '@/server/http/page-context'

type Props = { params: Promise<{ cluster: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const [t, { cluster }] = await Promise.all([getTranslations('overview'), params])
  return { title: `${decodeId(cluster) ?? cluster} ${t('title')}` }
}

export default async function Page({ params }: Props) {
  const cluster = decodeId((await params).cluster)
  if (cluster === null) notFound()
  const ctx = await pageContext()
  return (
    <Prefetch queries={[prefetched(clusters.overview, { cluster }, input => getOverview(ctx, input))]}>
      <OverviewView cluster={cluster} />
    </Prefetch>
  )
}

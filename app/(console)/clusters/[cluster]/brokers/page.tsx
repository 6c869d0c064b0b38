import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { Prefetch, prefetched } from '@/components/api/prefetch'
import { BrokersView } from '@/components/brokers/brokers-view'
import { clusters } from '@/lib/contracts/clusters'
import { decodeId } from '@/lib/routes'
import { listBrokers } from '@/server/clusters/list-brokers'
import { pageContext } from '@/server/http/page-context'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('brokers')
  return { title: t('title') }
}

export default async function Page({ params }: { params: Promise<{ cluster: string }> }) {
  const cluster = decodeId((await params).cluster)
  if (cluster === null) notFound()
  const ctx = await pageContext()
  return (
    <Prefetch queries={[prefetched(clusters.brokers, { cluster }, input => listBrokers(ctx, input))]}>
      <BrokersView cluster={cluster} />
    </Prefetch>
  )
}

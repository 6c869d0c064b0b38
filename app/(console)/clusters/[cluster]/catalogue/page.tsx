import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { Prefetch, prefetched } from '@/components/api/prefetch'
import { CatalogueView } from '@/components/catalogue/catalogue-view'
import { catalogue } from '@/lib/contracts/catalogue'
import { decodeId } from '@/lib/routes'
import { listCatalogue } from '@/server/catalogue/list-catalogue'
import { pageContext } from '@/server/http/page-context'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('catalogue')
  return { title: t('title') }
}

export default async function Page({ params }: { params: Promise<{ cluster: string }> }) {
  const cluster = decodeId((await params).cluster)
  if (cluster === null) notFound()
  const ctx = await pageContext()
  return (
    <Prefetch queries={[prefetched(catalogue.list, { cluster }, input => listCatalogue(ctx, input))]}>
      <CatalogueView cluster={cluster} />
    </Prefetch>
  )
}

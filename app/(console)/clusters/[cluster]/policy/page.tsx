import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { Prefetch, prefetched } from '@/components/api/prefetch'
import { PolicyView } from '@/components/policies/policy-view'
import { policies } from '@/lib/contracts/policies'
import { decodeId } from '@/lib/routes'
import { pageContext } from '@/server/http/page-context'
import { getPolicy } from '@/server/policies/get-policy'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('policies')
  return { title: t('title') }
}

export default async function Page({ params }: { params: Promise<{ cluster: string }> }) {
  const cluster = decodeId((await params).cluster)
  if (cluster === null) notFound()
  const ctx = await pageContext()
  return (
    <Prefetch queries={[prefetched(policies.get, { cluster }, input => getPolicy(ctx, input))]}>
      <PolicyView cluster={cluster} />
    </Prefetch>
  )
}

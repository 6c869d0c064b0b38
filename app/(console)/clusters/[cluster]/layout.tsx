import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { decodeId } from '@/lib/routes'
import { listClusters } from '@/server/clusters/list-clusters'
import { pageContext } from '@/server/http/page-context'

/**
 * A cluster that is not configured, or that this reader may not see, is a page that is not found: one answer
 * for both.
 */
export default async function ClusterLayout({
  params,
  children,
}: {
  params: Promise<{ cluster: string }>
  children: ReactNode
}) {
  const cluster = decodeId((await params).cluster)
  const { items } = await listClusters(await pageContext(), {})
  if (!items.some(item => item.id === cluster)) notFound()
  return children
}

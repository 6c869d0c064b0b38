import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { routes } from '@/lib/routes'
import { listClusters } from '@/server/clusters/list-clusters'
import { pageContext } from '@/server/http/page-context'

/** The front door leads to the cluster that was looked at last, or the first one. */
export default async function Page() {
  const [ctx, jar] = await Promise.all([pageContext(), cookies()])
  const { items } = await listClusters(ctx, {})
  const last = jar.get('milena-cluster')?.value
  const cluster = items.find(item => item.id === last) ?? items[0]
  redirect(cluster ? routes.overview(cluster.id) : routes.clusters())
}

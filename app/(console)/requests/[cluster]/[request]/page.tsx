import type { Metadata } from 'next'
import { Prefetch, prefetched } from '@/components/api/prefetch'
import { RequestPage } from '@/components/requests/request-page'
import { requests } from '@/lib/contracts/requests'
import { decodeId } from '@/lib/routes'
import { pageContext } from '@/server/http/page-context'
import { getRequest } from '@/server/requests/get-request'

type Params = { params: Promise<{ cluster: string; request: string }> }

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  const { request } = await params
  return { title: `#${decodeId(request) ?? request}` }
}

export default async function Page({ params }: Params) {
  const [ctx, given] = await Promise.all([pageContext(), params])
  const cluster = decodeId(given.cluster) ?? given.cluster
  const request = decodeId(given.request) ?? given.request
  return (
    <Prefetch queries={[prefetched(requests.get, { cluster, id: request }, input => getRequest(ctx, input))]}>
      <RequestPage cluster={cluster} request={request} />
    </Prefetch>
  )
}

import { Prefetch, prefetched } from '@/components/api/prefetch'
import { CreateTopicPage } from '@/components/topics/create-topic-page'
import { policies } from '@/lib/contracts/policies'
import { decodeId } from '@/lib/routes'
import { pageContext } from '@/server/http/page-context'
import { getPolicy } from '@/server/policies/get-policy'

type Props = { params: Promise<{ cluster: string }> }

export default async function NewTopicPage({ params }: Props) {
  const [ctx, { cluster }] = await Promise.all([pageContext(), params])
  const id = decodeId(cluster) ?? ''
  return (
    // The limits that the form tells are the cluster's from the first look.
    <Prefetch queries={[prefetched(policies.get, { cluster: id }, input => getPolicy(ctx, input))]}>
      <CreateTopicPage cluster={id} />
    </Prefetch>
  )
}

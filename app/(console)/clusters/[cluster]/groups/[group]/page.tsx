import { Prefetch, prefetched } from '@/components/api/prefetch'
import { GroupView } from '@/components/groups/group-view'
import { groups } from '@/lib/contracts/groups'
import { decodeId } from '@/lib/routes'
import { getGroup } from '@/server/groups/get-group'
import { pageContext } from '@/server/http/page-context'

type Props = { params: Promise<{ cluster: string; group: string }> }

export default async function GroupPage({ params }: Props) {
  const raw = await params
  const input = { cluster: decodeId(raw.cluster) ?? '', group: decodeId(raw.group) ?? '' }
  const ctx = await pageContext()
  return (
    <Prefetch queries={[prefetched(groups.get, input, () => getGroup(ctx, input))]}>
      <GroupView {...input} />
    </Prefetch>
  )
}

import type { SearchParams } from 'nuqs/server'
import { Prefetch, prefetchedPages } from '@/components/api/prefetch'
import { groupsInput, loadGroupsParams } from '@/components/groups/groups-query'
import { GroupsView } from '@/components/groups/groups-view'
import { groups } from '@/lib/contracts/groups'
import { decodeId } from '@/lib/routes'
import { listGroups } from '@/server/groups/list-groups'
import { pageContext } from '@/server/http/page-context'

type Props = { params: Promise<{ cluster: string }>; searchParams: Promise<SearchParams> }

export default async function GroupsPage({ params, searchParams }: Props) {
  const cluster = decodeId((await params).cluster) ?? ''
  const input = groupsInput(cluster, await loadGroupsParams(searchParams))
  const ctx = await pageContext()
  return (
    <Prefetch
      queries={[prefetchedPages(groups.list, input, () => listGroups(ctx, groups.list.input.parse(input)))]}
    >
      <GroupsView cluster={cluster} />
    </Prefetch>
  )
}

import { Prefetch, prefetchedPages } from '@/components/api/prefetch'
import { ReplaysView } from '@/components/replays/replays-view'
import { replays } from '@/lib/contracts/replays'
import { decodeId } from '@/lib/routes'
import { pageContext } from '@/server/http/page-context'
import { listReplays } from '@/server/replays/list-replays'

type Props = { params: Promise<{ cluster: string }> }

export default async function ReplaysPage({ params }: Props) {
  const input = { cluster: decodeId((await params).cluster) ?? '', limit: 100 }
  const ctx = await pageContext()
  return (
    <Prefetch
      queries={[
        prefetchedPages(replays.list, input, () => listReplays(ctx, replays.list.input.parse(input))),
      ]}
    >
      <ReplaysView cluster={input.cluster} />
    </Prefetch>
  )
}

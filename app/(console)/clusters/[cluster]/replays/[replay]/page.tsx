import { Prefetch, prefetched } from '@/components/api/prefetch'
import { ReplayView } from '@/components/replays/replay-view'
import { replays } from '@/lib/contracts/replays'
import { decodeId } from '@/lib/routes'
import { pageContext } from '@/server/http/page-context'
import { getReplay } from '@/server/replays/get-replay'

type Props = { params: Promise<{ cluster: string; replay: string }> }

export default async function ReplayPage({ params }: Props) {
  const raw = await params
  const input = { cluster: decodeId(raw.cluster) ?? '', replay: decodeId(raw.replay) ?? '' }
  const ctx = await pageContext()
  return (
    <Prefetch queries={[prefetched(replays.get, input, () => getReplay(ctx, input))]}>
      <ReplayView {...input} />
    </Prefetch>
  )
}

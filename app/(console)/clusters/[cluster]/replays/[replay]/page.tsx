import { Prefetch, prefetched, prefetchedPages } from '@/components/api/prefetch'
import { ReplayView } from '@/components/replays/replay-view'
import { recordsInput } from '@/components/replays/selection'
import { replays } from '@/lib/contracts/replays'
import { decodeId } from '@/lib/routes'
import { pageContext } from '@/server/http/page-context'
import { getReplay } from '@/server/replays/get-replay'
import { listReplayRecords } from '@/server/replays/list-replay-records'

type Props = { params: Promise<{ cluster: string; replay: string }> }

export default async function ReplayPage({ params }: Props) {
  const raw = await params
  const input = { cluster: decodeId(raw.cluster) ?? '', replay: decodeId(raw.replay) ?? '' }
  const ctx = await pageContext()
  return (
    <Prefetch
      queries={[
        prefetched(replays.get, input, () => getReplay(ctx, input)),
        prefetchedPages(replays.records, recordsInput(input, null), parsed => listReplayRecords(ctx, parsed)),
      ]}
    >
      <ReplayView {...input} />
    </Prefetch>
  )
}

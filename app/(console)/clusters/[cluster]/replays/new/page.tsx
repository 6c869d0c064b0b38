import { NewReplayView } from '@/components/replays/new-replay-view'
import { decodeId } from '@/lib/routes'

type Props = { params: Promise<{ cluster: string }> }

export default async function NewReplayPage({ params }: Props) {
  return <NewReplayView cluster={decodeId((await params).cluster) ?? ''} />
}

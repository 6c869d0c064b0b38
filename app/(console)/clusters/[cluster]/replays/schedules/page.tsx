import { SchedulesView } from '@/components/replays/schedules-view'
import { decodeId } from '@/lib/routes'

type Props = { params: Promise<{ cluster: string }> }

export default async function ReplaySchedulesPage({ params }: Props) {
  return <SchedulesView cluster={decodeId((await params).cluster) ?? ''} />
}

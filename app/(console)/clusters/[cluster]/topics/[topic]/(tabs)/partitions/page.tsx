import { PartitionsView } from '@/components/topics/partitions-view'
import { decodeId } from '@/lib/routes'

type Props = { params: Promise<{ cluster: string; topic: string }> }

export default async function PartitionsPage({ params }: Props) {
  const { cluster, topic } = await params
  return <PartitionsView cluster={decodeId(cluster) ?? ''} topic={decodeId(topic) ?? ''} />
}

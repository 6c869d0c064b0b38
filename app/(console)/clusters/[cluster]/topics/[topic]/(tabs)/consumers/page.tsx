import { ConsumersView } from '@/components/topics/consumers-view'
import { decodeId } from '@/lib/routes'

type Props = { params: Promise<{ cluster: string; topic: string }> }

export default async function ConsumersPage({ params }: Props) {
  const { cluster, topic } = await params
  return <ConsumersView cluster={decodeId(cluster) ?? ''} topic={decodeId(topic) ?? ''} />
}

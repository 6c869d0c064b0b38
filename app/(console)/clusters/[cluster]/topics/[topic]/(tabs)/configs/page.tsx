import { ConfigsView } from '@/components/topics/configs-view'
import { decodeId } from '@/lib/routes'

type Props = { params: Promise<{ cluster: string; topic: string }> }

export default async function ConfigsPage({ params }: Props) {
  const { cluster, topic } = await params
  return <ConfigsView cluster={decodeId(cluster) ?? ''} topic={decodeId(topic) ?? ''} />
}

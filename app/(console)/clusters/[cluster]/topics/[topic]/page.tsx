import { redirect } from 'next/navigation'
import { decodeId, routes } from '@/lib/routes'

type Props = { params: Promise<{ cluster: string; topic: string }> }

export default async function TopicPage({ params }: Props) {
  const { cluster, topic } = await params
  redirect(routes.topic(decodeId(cluster) ?? '', decodeId(topic) ?? '', 'messages'))
}

import { CreateTopicView } from '@/components/topics/create-topic-view'
import { decodeId } from '@/lib/routes'

type Props = { params: Promise<{ cluster: string }> }

export default async function NewTopicPage({ params }: Props) {
  return <CreateTopicView cluster={decodeId((await params).cluster) ?? ''} />
}

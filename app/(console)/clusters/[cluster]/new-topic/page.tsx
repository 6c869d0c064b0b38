import { CreateTopicPage } from '@/components/topics/create-topic-page'
import { decodeId } from '@/lib/routes'

type Props = { params: Promise<{ cluster: string }> }

export default async function NewTopicPage({ params }: Props) {
  return <CreateTopicPage cluster={decodeId((await params).cluster) ?? ''} />
}

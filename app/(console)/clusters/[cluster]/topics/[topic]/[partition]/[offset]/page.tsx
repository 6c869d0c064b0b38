import { notFound } from 'next/navigation'
import { Prefetch, prefetched } from '@/components/api/prefetch'
import { RECORD_PREVIEW_BYTES } from '@/components/messages/messages-query'
import { RecordPage } from '@/components/messages/record-page'
import { messages } from '@/lib/contracts/messages'
import { decodeId } from '@/lib/routes'
import { pageContext } from '@/server/http/page-context'
import { getMessage } from '@/server/messages/get-message'

type Props = { params: Promise<{ cluster: string; topic: string; partition: string; offset: string }> }

export default async function RecordPermalink({ params }: Props) {
  const raw = await params
  const [cluster, topic] = [decodeId(raw.cluster) ?? '', decodeId(raw.topic) ?? '']
  const input = messages.get.input.safeParse({
    cluster,
    topic,
    partition: raw.partition,
    offset: raw.offset,
    preview: RECORD_PREVIEW_BYTES,
  })
  if (!input.success) notFound()
  const ctx = await pageContext()
  return (
    <Prefetch queries={[prefetched(messages.get, input.data, () => getMessage(ctx, input.data))]}>
      <RecordPage address={{ cluster, topic, partition: input.data.partition, offset: input.data.offset }} />
    </Prefetch>
  )
}

import { notFound } from 'next/navigation'
import { Prefetch, prefetched } from '@/components/api/prefetch'
import { DeadLetterPage } from '@/components/dead-letters/dead-letter-page'
import { deadLetters } from '@/lib/contracts/dead-letters'
import { decodeId } from '@/lib/routes'
import { getRecord } from '@/server/dead-letters/get-record'
import { pageContext } from '@/server/http/page-context'

type Props = { params: Promise<{ cluster: string; topic: string; partition: string; offset: string }> }

export default async function DeadLetterRecordPage({ params }: Props) {
  const raw = await params
  const [cluster, topic] = [decodeId(raw.cluster) ?? '', decodeId(raw.topic) ?? '']
  const input = deadLetters.record.input.safeParse({
    cluster,
    topic,
    partition: raw.partition,
    offset: raw.offset,
  })
  if (!input.success) notFound()
  const ctx = await pageContext()
  return (
    <Prefetch queries={[prefetched(deadLetters.record, input.data, () => getRecord(ctx, input.data))]}>
      <DeadLetterPage address={input.data} />
    </Prefetch>
  )
}

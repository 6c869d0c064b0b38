import type { ReactNode } from 'react'
import { Prefetch, prefetched } from '@/components/api/prefetch'
import { TopicFrame } from '@/components/topics/topic-frame'
import { topics } from '@/lib/contracts/topics'
import { decodeId } from '@/lib/routes'
import { pageContext } from '@/server/http/page-context'
import { getTopic } from '@/server/topics/get-topic'

type Props = { params: Promise<{ cluster: string; topic: string }>; children: ReactNode }

export default async function TopicLayout({ params, children }: Props) {
  const raw = await params
  const input = { cluster: decodeId(raw.cluster) ?? '', topic: decodeId(raw.topic) ?? '' }
  const ctx = await pageContext()
  return (
    <Prefetch queries={[prefetched(topics.get, input, () => getTopic(ctx, input))]}>
      <TopicFrame {...input}>{children}</TopicFrame>
    </Prefetch>
  )
}

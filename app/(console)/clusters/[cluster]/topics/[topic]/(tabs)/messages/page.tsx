import type { SearchParams } from 'nuqs/server'
import { Prefetch, prefetched } from '@/components/api/prefetch'
import { isSearch, loadMessagesParams, messagesInput } from '@/components/messages/messages-query'
import { MessagesView } from '@/components/messages/messages-view'
import { messages } from '@/lib/contracts/messages'
import { decodeId } from '@/lib/routes'
import { pageContext } from '@/server/http/page-context'
import { listMessages } from '@/server/messages/list-messages'

type Props = { params: Promise<{ cluster: string; topic: string }>; searchParams: Promise<SearchParams> }

export default async function MessagesPage({ params, searchParams }: Props) {
  const raw = await params
  const [cluster, topic] = [decodeId(raw.cluster) ?? '', decodeId(raw.topic) ?? '']
  const asked = await loadMessagesParams(searchParams)
  // A search and a live tail are streams: the browser reads them itself.
  if (asked.live || isSearch(asked)) return <MessagesView cluster={cluster} topic={topic} />
  const input = messagesInput(cluster, topic, asked)
  const ctx = await pageContext()
  return (
    <Prefetch
      queries={[prefetched(messages.list, input, () => listMessages(ctx, messages.list.input.parse(input)))]}
    >
      <MessagesView cluster={cluster} topic={topic} />
    </Prefetch>
  )
}

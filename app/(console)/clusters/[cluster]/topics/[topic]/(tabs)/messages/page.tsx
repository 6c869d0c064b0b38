import type { SearchParams } from 'nuqs/server'
import { Prefetch, prefetched } from '@/components/api/prefetch'
import { isSearch, loadMessagesParams, messagesInput } from '@/components/messages/messages-query'
import { MessagesView } from '@/components/messages/messages-view'
import { messages } from '@/lib/contracts/messages'
import { decodeId } from '@/lib/routes'
import { pageContext } from '@/server/http/page-context'
import { getTable } from '@/server/messages/get-table'
import { listMessages } from '@/server/messages/list-messages'

type Props = { params: Promise<{ cluster: string; topic: string }>; searchParams: Promise<SearchParams> }

export default async function MessagesPage({ params, searchParams }: Props) {
  const raw = await params
  const [cluster, topic] = [decodeId(raw.cluster) ?? '', decodeId(raw.topic) ?? '']
  const asked = await loadMessagesParams(searchParams)
  const ctx = await pageContext()
  const input = messagesInput(cluster, topic, asked)
  const table = prefetched(messages.table, { cluster, topic }, place => getTable(ctx, place))
  const list = prefetched(messages.list, input, parsed => listMessages(ctx, parsed))
  // A search and a live tail are streams: the browser reads them itself.
  const isStream = asked.live || isSearch(asked)
  return (
    <Prefetch queries={isStream ? [table] : [table, list]}>
      <MessagesView cluster={cluster} topic={topic} />
    </Prefetch>
  )
}

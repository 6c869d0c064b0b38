'use client'

import { useQueryClient } from '@tanstack/react-query'
import { queryKey } from '@/components/api/query-key'
import { useApi } from '@/components/api/use-api'
import { useStream } from '@/components/api/use-stream'
import { type GroupDetail, groups } from '@/lib/contracts/groups'

/** One group, live: the first answer from the API, then a sample a second from the stream into the same cache. Polls when the stream is away. */
export function useGroup(cluster: string, group: string) {
  const queries = useQueryClient()
  const input = { cluster, group }
  const query = useApi(groups.get, input, { pollMs: 10_000 })
  const stream = useStream(groups.lagStream, input, {
    onEvents: events => {
      const last = events.at(-1)
      if (last)
        queries.setQueryData<GroupDetail>(queryKey(groups.get, input), old =>
          old ? { ...old, ...last.data } : old,
        )
    },
  })
  return { ...query, live: stream.state === 'open' }
}

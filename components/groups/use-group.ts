'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useLive } from '@/components/api/live'
import { queryKey } from '@/components/api/query-key'
import { useApi } from '@/components/api/use-api'
import { useStream } from '@/components/api/use-stream'
import { type GroupPage, groups } from '@/lib/contracts/groups'
import { takeLag } from '@/lib/lag/take-lag'

/** Members, assignor and epoch are not in the stream's samples. */
const BESIDE_STREAM_MS = 15_000
export const POLL_MS = 5_000

export type LiveWord = 'live' | 'connecting' | 'lost' | 'polled' | 'paused'

/**
 * One group, live: the first answer from the API, then a sample a second from the stream into the same cache.
 * Polls when the stream is away.
 */
export function useGroup(cluster: string, group: string) {
  const queries = useQueryClient()
  const { paused } = useLive()
  const input = { cluster, group }
  const key = queryKey(groups.get, input)
  const stream = useStream(groups.lagStream, input, {
    onEvents: events => {
      queries.setQueryData<GroupPage>(key, old =>
        old ? events.reduce((page, { data }) => takeLag(page, data), old) : old,
      )
    },
  })
  const query = useApi(groups.get, input, { pollMs: POLL_MS })
  // Each sample that goes into the cache begins the query's own interval anew: members need a clock of their own.
  const open = stream.state === 'open'
  const { refetch } = query
  useEffect(() => {
    if (!open) return
    const timer = setInterval(() => void refetch(), BESIDE_STREAM_MS)
    return () => clearInterval(timer)
  }, [open, refetch])
  return { ...query, live: liveWord(stream.state, paused), retries: stream.retries }
}

function liveWord(state: ReturnType<typeof useStream>['state'], paused: boolean): LiveWord {
  if (paused) return 'paused'
  if (state === 'open') return 'live'
  if (state === 'lost') return 'lost'
  return state === 'connecting' ? 'connecting' : 'polled'
}

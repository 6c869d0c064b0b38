'use client'

import { useMe } from '@/components/api/me'
import { useApi } from '@/components/api/use-api'
import { deadLetters } from '@/lib/contracts/dead-letters'
import { notices } from '@/lib/contracts/notices'
import { type Replay, replays } from '@/lib/contracts/replays'
import { requests } from '@/lib/contracts/requests'
import { isAllowed } from '@/lib/permissions'

/** Unresolved issues and running replays of a cluster, for the sidebar and the work bar. */
export function useShellCounts(cluster: string | null): {
  deadLetters: number
  running: readonly Replay[]
  /** Requests that wait for the reader; messages that could not be sent. */
  requests: number
  notices: number
} {
  const me = useMe()
  const mayDecide = me !== null && isAllowed(me.grants, 'request.file', {})
  const waiting = useApi(
    requests.listAll,
    { tab: 'waiting', limit: 1 },
    { enabled: mayDecide, pollMs: 15_000 },
  )
  const seesNotices = me !== null && isAllowed(me.grants, 'outbox.read', {})
  const outbox = useApi(notices.summary, {}, { enabled: seesNotices, pollMs: 30_000 })
  const enabled = cluster !== null
  const issues = useApi(
    deadLetters.groups,
    { cluster: cluster ?? '', limit: 1 },
    { enabled, live: 'dead-letters', pollMs: 15_000 },
  )
  const running = useApi(
    replays.list,
    { cluster: cluster ?? '', state: 'running', limit: 20 },
    { enabled, pollMs: 5_000 },
  )
  const by = issues.data?.byStatus
  return {
    deadLetters: (by?.new ?? 0) + (by?.acknowledged ?? 0) + (by?.refailed ?? 0),
    running: running.data?.items ?? [],
    requests: waiting.data?.matched ?? 0,
    notices: outbox.data?.dead ?? 0,
  }
}

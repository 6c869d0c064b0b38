'use client'

import { useApi } from '@/components/api/use-api'
import { deadLetters } from '@/lib/contracts/dead-letters'
import { type Replay, replays } from '@/lib/contracts/replays'

/** Unresolved issues and running replays of a cluster, for the sidebar and the work bar. */
export function useShellCounts(cluster: string | null): { deadLetters: number; running: readonly Replay[] } {
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
  }
}

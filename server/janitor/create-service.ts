import { randomUUID } from 'node:crypto'
import { pruneAudit } from '@/server/audit/prune-audit'
import { type Loop, startLoop } from '@/server/loop'
import type { Service, ServiceDeps } from '@/server/services'
import { takeLease } from '@/server/store/lease'
import { refreshStatistics } from './refresh-statistics'
import { sweep } from './sweep'

const ROUND_MS = 3_600_000
/** Kept until the next round: of several replicas one works an hour. */
const LEASE_MS = ROUND_MS - 60_000
const DAY_MS = 86_400_000
/** Rows of the audit log at a time; in steady state a day's. */
const MOST_AUDIT_ROWS = 20_000

/**
 * Lets go, once an hour and in one of all replicas, what the configuration says is kept no longer
 * (`retention`), and what has no use any more; then counts what the planner goes by. Bounded in each round: a
 * backlog goes piece by piece.
 */
export function createJanitor(deps: Omit<ServiceDeps, 'clusters'>): Service {
  let loop: Loop | null = null
  const owner = randomUUID()
  return {
    name: 'janitor',
    start() {
      loop ??= startLoop(() => runRound(deps, owner), {
        intervalMs: ROUND_MS,
        onError: error => deps.log.warn({ err: error }, 'old rows could not be deleted'),
      })
    },
    async stop() {
      await loop?.stop()
    },
  }
}

/** One round, if no other replica had one within the hour. Throws STORE_*. */
export async function runRound(
  { config, store, clock, log }: Omit<ServiceDeps, 'clusters'>,
  owner: string,
): Promise<void> {
  const nowMs = clock.now()
  if (!(await takeLease(store, 'janitor', owner, LEASE_MS, nowMs))) return
  const { auditDays, replayDays } = config.retention
  const replaysBeforeMs = replayDays === null ? null : nowMs - replayDays * DAY_MS
  const swept = await sweep(store, { nowMs, replaysBeforeMs })
  if (Object.values(swept).some(rows => rows > 0)) log.info(swept, 'old rows were deleted')
  await refreshStatistics(store)
  if (auditDays === null) return
  // Whole days, so that the log is not pruned, and told so, every hour.
  const beforeMs = Math.floor((nowMs - auditDays * DAY_MS) / DAY_MS) * DAY_MS
  const pruned = await pruneAudit(store, { beforeMs, nowMs, most: MOST_AUDIT_ROWS, instance: owner })
  if ('brokenAt' in pruned)
    log.error({ seq: pruned.brokenAt }, 'the audit log is broken: nothing of it was pruned')
  else if (pruned.rows > 0) log.info({ rows: pruned.rows, beforeMs }, 'old rows of the audit log were pruned')
}

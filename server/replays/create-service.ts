import { randomUUID } from 'node:crypto'
import type { DeadLetterIndexes } from '@/server/dead-letters/service'
import type { Schemas } from '@/server/schemas/service'
import type { ServiceDeps } from '@/server/services'
import { ClusterReplayRunner } from './replay-runner'
import type { ReplayRunner, ReplayRunners } from './service'

/** After a crash another process takes a replay up when this is over. */
const LEASE_MS = 10_000

/**
 * One runner a cluster, made when first asked for; boot starts and stops them. `deadLetters` hears at once of
 * what was replayed.
 */
export function createReplayRunners(
  {
    clusters,
    store,
    clock,
    log,
    schemas,
  }: Omit<ServiceDeps, 'config'> & { schemas: Pick<Schemas, 'registry'> },
  deadLetters: DeadLetterIndexes | null = null,
  options: { leaseMs?: number; triesMax?: number; batchRecords?: number } = {},
): ReplayRunners {
  const instance = randomUUID()
  const runners = new Map<string, ReplayRunner>()
  return {
    of(id) {
      const known = runners.get(id)
      if (known) return known
      const { leaseMs = LEASE_MS } = options
      const made = new ClusterReplayRunner({
        cluster: clusters.get(id),
        clusters,
        schemas,
        store,
        clock,
        log,
        instance,
        ...options,
        leaseMs,
        deadLetters,
      })
      runners.set(id, made)
      return made
    },
  }
}

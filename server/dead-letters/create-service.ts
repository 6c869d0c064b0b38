import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { ServiceDeps, Services } from '@/server/services'
import { ClusterDeadLetterIndex } from './cluster-index'
import { IndexThread } from './index-thread'
import { IssueWatch } from './issue-watch'
import type { DeadLetterIndex, DeadLetterIndexes } from './service'

/** One index a cluster, made when first asked for; boot starts and stops them. */
export function createDeadLetterIndexes(
  { config, clusters, store, clock, log }: ServiceDeps,
  thread: IndexThread = new IndexThread(),
): DeadLetterIndexes {
  const indexes = new Map<string, DeadLetterIndex>()
  return {
    of(id) {
      const known = indexes.get(id)
      if (known) return known
      const made = new ClusterDeadLetterIndex({
        cluster: clusters.get(id),
        store,
        clock,
        log,
        checkpoint: { path: join(config.dataDir, 'dead-letters', `${id}.index`), version: config.version },
        openLetters: (cluster, readingOf) =>
          thread.broken ? null : thread.openFetcher(cluster.config, readingOf),
      })
      indexes.set(id, made)
      return made
    },
  }
}

/** One watch a cluster: it reopens issues that came back and tells whoever has a rule. */
export function createIssueWatches(
  { config, store, clock, log }: ServiceDeps,
  { deadLetters, outbox }: Pick<Services, 'deadLetters' | 'outbox'>,
): Services['deadLetterWatches'] {
  const instance = randomUUID()
  const watches = new Map<string, IssueWatch>()
  return {
    of(cluster) {
      const known = watches.get(cluster)
      if (known) return known
      const made = new IssueWatch({
        cluster,
        index: deadLetters.of(cluster),
        store,
        config,
        clock,
        log,
        instance,
        wake: () => outbox.wake(),
      })
      watches.set(cluster, made)
      return made
    },
  }
}

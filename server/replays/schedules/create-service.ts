import { randomUUID } from 'node:crypto'
import type { Service, ServiceDeps, Services } from '@/server/services'
import { ReplayScheduler } from './replay-scheduler'

/** One scheduler a cluster, made when first asked for; boot starts and stops them. */
export function createReplaySchedulers(
  deps: ServiceDeps,
  services: () => Services,
  options: { intervalMs?: number } = {},
): { of(cluster: string): Service } {
  const instance = randomUUID()
  const schedulers = new Map<string, Service>()
  return {
    of(cluster) {
      const known = schedulers.get(cluster)
      if (known) return known
      const made = new ReplayScheduler({
        cluster,
        instance,
        ...options,
        contextOf: (actor, requestId) => ({
          ...deps,
          actor,
          requestId,
          signal: new AbortController().signal,
          get services() {
            return services()
          },
        }),
      })
      schedulers.set(cluster, made)
      return made
    },
  }
}

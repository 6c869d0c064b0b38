/** What the verbs of topics need around them in tests. Never imported by the product. */
import { ClusterLagSampler } from '@/server/groups/lag-sampler'
import { testContext } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import { testConfig } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import type { Services } from '@/server/services'
import { ClusterTopicSampler } from './topic-sampler'

type Over = Parameters<typeof testContext>[0]

/** A cluster `c` with its real samplers (not started), and contexts on it. Close it. */
export function topicsWorld(bootstrap: string, over: Parameters<typeof testConfig>[1] = {}) {
  const clock = { now: () => Date.now() }
  const clusters = createKafkaClusters([testConfig(bootstrap, { id: 'c', ...over })], { clock })
  const cluster = clusters.get('c')
  const deps = { cluster, clock, log: silentLogger, intervalMs: 1000 }
  const lag = new ClusterLagSampler(deps)
  const topics = new ClusterTopicSampler(deps)
  const deadLetters = { isDeadLetterTopic: () => false, originOf: () => null }
  const services: Partial<Services> = {
    lag: { of: () => lag },
    topics: { of: () => topics },
    // Only what a topic's page asks of it.
    deadLetters: { of: () => deadLetters } as unknown as Services['deadLetters'],
  }
  return {
    clusters,
    cluster,
    lag,
    topics,
    context: (more: Over = {}) => testContext({ clusters, services, ...more }),
    async close() {
      await Promise.all([lag.stop(), topics.stop()])
      await clusters.close()
    },
  }
}

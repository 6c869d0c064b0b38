import type { ServiceDeps } from '@/server/services'
import type { TopicSampler, TopicSamplers } from './service'
import { ClusterTopicSampler } from './topic-sampler'

/** One topic sampler a cluster, made when first asked for; boot starts and stops them. */
export function createTopicSamplers({ clusters, clock, log }: ServiceDeps): TopicSamplers {
  const samplers = new Map<string, TopicSampler>()
  return {
    of(id) {
      const known = samplers.get(id)
      if (known) return known
      const made = new ClusterTopicSampler({ cluster: clusters.get(id), clock, log })
      samplers.set(id, made)
      return made
    },
  }
}

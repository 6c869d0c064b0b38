import { protocolAPIsById } from '@platformatic/kafka'

/** How often each cluster's brokers were asked, by Kafka's own name of the API; also what failed. */
export class RequestCounts {
  readonly #counts = new Map<string, Map<string, number>>()

  /** A counter for one cluster's questions. */
  of(cluster: string): (apiKey: number) => void {
    const counts = this.#counts.get(cluster) ?? new Map<string, number>()
    this.#counts.set(cluster, counts)
    return apiKey => {
      const api = protocolAPIsById[apiKey] ?? String(apiKey)
      counts.set(api, (counts.get(api) ?? 0) + 1)
    }
  }

  /** What was counted: bounded by the clusters of the configuration and the APIs that we speak. */
  *entries(): Generator<{ cluster: string; api: string; count: number }> {
    for (const [cluster, counts] of this.#counts) {
      for (const [api, count] of counts) yield { cluster, api, count }
    }
  }
}

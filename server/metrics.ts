import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { InFlight } from './http/in-flight'
import type { RequestCounts } from './kafka'
import type { KafkaClusters } from './kafka/port'
import type { OutboxCounts } from './outbox/service'
import type { Services } from './services'

export type Metrics = {
  observeRequest(route: string, method: string, status: number, seconds: number): void
  /** Prometheus text of now, and its content type. */
  text(): Promise<{ body: string; contentType: string }>
}

type Deps = {
  clusters: KafkaClusters
  services: Services
  inFlight: InFlight
  kafkaRequests: RequestCounts
  version: string
  now: () => number
}

/** Process, HTTP and a few numbers a cluster: labels are bounded by the configuration, never by topics or groups. */
export function createMetrics({ clusters, services, inFlight, kafkaRequests, version, now }: Deps): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  new Gauge({ name: 'milena_info', help: 'Version of Milena', labelNames: ['version'], registers }).set(
    { version },
    1,
  )
  const duration = new Histogram({
    name: 'milena_http_request_duration_seconds',
    help: 'Time to answer an API request',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  })
  const failures = new Counter({
    name: 'milena_http_request_failures_total',
    help: 'API requests that the server failed to answer (5xx)',
    labelNames: ['route'],
    registers,
  })
  new Gauge({
    name: 'milena_http_streams',
    help: 'Event streams that are open',
    registers,
    collect() {
      this.set(inFlight.streams)
    },
  })
  new Counter({
    name: 'milena_http_streams_cut_off_total',
    help: 'Event streams whose client did not read and was cut off',
    registers,
    collect() {
      this.reset()
      this.inc(inFlight.streamsCutOff)
    },
  })
  new Counter({
    name: 'milena_kafka_requests_total',
    help: 'Requests to brokers, by API; those of the producer of single records are its own',
    labelNames: ['cluster', 'api'],
    registers,
    collect() {
      this.reset()
      for (const { cluster, api, count } of kafkaRequests.entries()) this.inc({ cluster, api }, count)
    },
  })
  const cluster = (name: string, help: string, read: (id: string) => number | null) =>
    new Gauge({
      name,
      help,
      labelNames: ['cluster'],
      registers,
      collect() {
        this.reset()
        for (const { id } of clusters.list()) {
          const value = read(id)
          if (value !== null) this.set({ cluster: id }, value)
        }
      },
    })
  const lag = (id: string) => services.lag.of(id).snapshot()
  const age = (atMs: number | null | undefined) =>
    atMs === null || atMs === undefined ? null : (now() - atMs) / 1000
  cluster('milena_cluster_lag_sample_age_seconds', 'Age of the last lag snapshot', id =>
    age(lag(id)?.sampledAtMs),
  )
  cluster('milena_cluster_topic_sample_age_seconds', 'Age of the last topic sample', id =>
    age(services.topics.of(id).sampledAtMs()),
  )
  cluster('milena_cluster_groups', 'Consumer groups', id => lag(id)?.rows.length ?? null)
  cluster('milena_cluster_lag_records', 'Lag of all groups with a commit, records', id => {
    const rows = lag(id)?.rows
    return rows ? rows.reduce((sum, row) => sum + Number(row.lag ?? 0), 0) : null
  })
  cluster('milena_cluster_groups_behind', 'Groups whose status is neither ok nor unknown', id => {
    const rows = lag(id)?.rows
    return rows ? rows.filter(row => row.status !== 'ok' && row.status !== 'unknown').length : null
  })
  cluster('milena_cluster_dead_letter_records', 'Records on dead-letter topics', id =>
    services.deadLetters
      .of(id)
      .topics()
      .reduce((sum, topic) => sum + Number(topic.records ?? 0), 0),
  )
  const outbox = (name: string, help: string, read: (counts: OutboxCounts) => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const counts = services.outbox.counts()
        if (counts) this.set(read(counts))
      },
    })
  outbox('milena_outbox_pending', 'Messages that wait to be sent', counts => counts.pending)
  outbox('milena_outbox_dead', 'Messages that were given up after a day', counts => counts.dead)
  outbox('milena_outbox_oldest_pending_seconds', 'Age of the oldest message that waits', counts =>
    counts.oldestPendingAtMs === null ? 0 : (now() - counts.oldestPendingAtMs) / 1000,
  )
  return {
    observeRequest(route, method, status, seconds) {
      duration.observe({ route, method, status: `${Math.floor(status / 100)}xx` }, seconds)
      if (status >= 500) failures.inc({ route })
    },
    async text() {
      return { body: await registry.metrics(), contentType: registry.contentType }
    },
  }
}

import { and, eq, lt } from 'drizzle-orm'
import { toAppError } from '@/lib/errors'
import type { KafkaCluster, TopicPartition } from '@/server/kafka/port'
import { type Loop, startLoop } from '@/server/loop'
import { policyFor } from '@/server/policies/policy-for'
import type { ServiceDeps, Services } from '@/server/services'
import { driftPoint } from '@/server/store/schema/index'
import { buildReport } from './build-report'
import { summaryOf } from './report-rows'
import type { DriftWatch } from './service'
import { readTopicFacts } from './topic-facts'

const INTERVAL_MS = 15 * 60_000
/** Samplers need a moment for groups and sizes. */
const FIRST_MS = 30_000
const HOUR_MS = 3_600_000
const KEPT_MS = 400 * 24 * HOUR_MS
/** Partitions a request for newest timestamps; the broker reads an index for each. */
const AT_ONCE = 500

type Deps = ServiceDeps & { cluster: KafkaCluster; samplers: Pick<Services, 'lag' | 'topics'> }

/** One cluster's watch: asks for the newest record of topics that no group reads, and keeps the trend. */
export class ClusterDriftWatch implements DriftWatch {
  readonly name: string
  readonly #deps: Deps
  readonly #abort = new AbortController()
  readonly #last = new Map<string, { topicId: string; lastMs: number | null; emptySinceMs: number | null }>()
  #lookedAtMs: number | null = null
  #loop: Loop | null = null
  #timer: NodeJS.Timeout | undefined

  constructor(deps: Deps) {
    this.#deps = deps
    this.name = `drift:${deps.cluster.id}`
  }

  start(): void {
    if (this.#timer || this.#abort.signal.aborted) return
    this.#timer = setTimeout(() => {
      if (this.#abort.signal.aborted) return
      this.#loop = startLoop(() => this.look(), {
        intervalMs: INTERVAL_MS,
        onError: error => {
          if (!this.#abort.signal.aborted)
            this.#deps.log.debug(
              { cluster: this.#deps.cluster.id, code: toAppError(error).code },
              'drift look failed',
            )
        },
      })
    }, FIRST_MS)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    clearTimeout(this.#timer)
    await this.#loop?.stop()
  }

  lastRecordMs(topic: string): number | null | undefined {
    return this.#last.get(topic)?.lastMs
  }

  emptySinceMs(topic: string): number | null {
    return this.#last.get(topic)?.emptySinceMs ?? null
  }

  lookedAtMs(): number | null {
    return this.#lookedAtMs
  }

  /** One look: newest records, then a point of the trend. Throws what the cluster or the store throws. */
  async look(): Promise<void> {
    await this.#readNewest()
    await this.#keepPoint()
  }

  async #readNewest(): Promise<void> {
    const { cluster, clock } = this.#deps
    const { signal } = this.#abort
    const metadata = await cluster.metadata({ signal, maxAgeMs: 5000 })
    const asked: TopicPartition[] = []
    const found = new Map<string, { topicId: string; lastMs: number | null; failed: boolean }>()
    for (const [topic, answer] of metadata.topics) {
      if (!answer.ok || answer.value.internal) continue
      found.set(topic, { topicId: answer.value.topicId, lastMs: null, failed: false })
      for (const { partition, leader } of answer.value.partitions)
        if (leader !== null) asked.push({ topic, partition })
    }
    for (let i = 0; i < asked.length; i += AT_ONCE) {
      const answers = await cluster.listOffsets(asked.slice(i, i + AT_ONCE), 'max-timestamp', { signal })
      for (const { topic, answer } of answers) {
        const one = found.get(topic)
        if (!one) continue
        if (!answer.ok) one.failed = true
        else if (answer.value.timestampMs >= 0)
          one.lastMs = Math.max(one.lastMs ?? 0, answer.value.timestampMs)
      }
    }
    const nowMs = clock.now()
    for (const topic of this.#last.keys()) if (!found.has(topic)) this.#last.delete(topic)
    for (const [topic, { topicId, lastMs, failed }] of found) {
      if (failed) continue
      const before = this.#last.get(topic)
      const emptySinceMs =
        lastMs !== null ? null : before?.topicId === topicId ? (before.emptySinceMs ?? nowMs) : nowMs
      this.#last.set(topic, { topicId, lastMs, emptySinceMs })
    }
    this.#lookedAtMs = nowMs
  }

  async #keepPoint(): Promise<void> {
    const { cluster, store, clock, config, samplers, log } = this.#deps
    const { signal } = this.#abort
    const { policy, version } = await policyFor({ store, config }, cluster.id, { fresh: true })
    const snapshot = await readTopicFacts({ store, signal, clock, log }, cluster)
    const report = await buildReport({
      store,
      cluster: cluster.id,
      policy,
      facts: snapshot.facts.values(),
      samplers,
      watch: this,
      nowMs: clock.now(),
    })
    const summary = summaryOf(report)
    const hourMs = Math.floor(clock.now() / HOUR_MS) * HOUR_MS
    const point = {
      topics: summary.topics,
      drifting: summary.drifting,
      waived: summary.waived,
      byRule: JSON.stringify(summary.byRule),
      policyVersion: version,
    }
    // Replicas look at the same cluster: the last one of an hour stands.
    await store.db
      .insert(driftPoint)
      .values({ cluster: cluster.id, hourMs, ...point })
      .onConflictDoUpdate({ target: [driftPoint.cluster, driftPoint.hourMs], set: point })
    await store.db
      .delete(driftPoint)
      .where(and(eq(driftPoint.cluster, cluster.id), lt(driftPoint.hourMs, hourMs - KEPT_MS)))
  }
}

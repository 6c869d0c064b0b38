/**
 * For tests with real frameworks: an index over the run's broker, replays, and a person. Never imported by
 * the product.
 */
import { expect } from 'vitest'
import type { DeadLetterRow } from '@/lib/contracts/dead-letters'
import type { Replay } from '@/lib/contracts/replays'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import type { Context } from '@/server/context'
import { testCluster, testContext, testStore } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import type { KafkaCluster } from '@/server/kafka/port'
import { makeTopic } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import { createReplayRunners } from '@/server/replays/create-service'
import { CLUSTER, type CreateInput, plan, run, untilState } from '@/server/replays/testing'
import { noSchemas } from '@/server/schemas/create-service'
import { ClusterDeadLetterIndex } from './cluster-index'
import { recordsOf } from './testing'

export type FrameworkBed = {
  cluster: KafkaCluster
  ctx: Context
  lettersOf(topic: string): readonly DeadLetterRow[]
  /** Plans, expects that nothing is refused, and runs to the end. */
  replayAll(input: CreateInput): Promise<Replay>
  close(): Promise<void>
}

/** Makes the topics; they go with the bed. */
export async function openFrameworkBed(
  topics: readonly { name: string; partitions: number }[],
): Promise<FrameworkBed> {
  const clock = { now: () => Date.now() }
  const clusters = createKafkaClusters([testCluster(kafkaBootstrap(), { id: CLUSTER })], { clock })
  const cluster = clusters.get(CLUSTER)
  const store = await testStore()
  for (const one of topics) await makeTopic(cluster, one)
  const index = new ClusterDeadLetterIndex({ cluster, store, clock, log: silentLogger })
  index.start()
  const deadLetters = { of: () => index }
  const runners = createReplayRunners(
    { clusters, store, clock, schemas: noSchemas, log: silentLogger },
    deadLetters,
  )
  runners.of(CLUSTER).start()
  const ctx = testContext({ clusters, store, clock, services: { deadLetters, replays: runners } })
  return {
    cluster,
    ctx,
    lettersOf: topic => recordsOf(index, { topic, may: () => true }),
    async replayAll(input) {
      const planned = await plan(ctx, input)
      expect(planned.refusals).toEqual([])
      const { id } = await run(ctx, { planId: planned.planId })
      const done = await untilState(ctx, id, ['completed', 'partial', 'failed', 'stopped'])
      expect(done).toMatchObject({ state: 'completed', replayed: planned.selected, unknown: 0 })
      return done
    },
    async close() {
      await runners.of(CLUSTER).stop()
      await index.stop()
      await Promise.all(topics.map(({ name }) => cluster.deleteTopic(name).catch(() => undefined)))
      await clusters.close()
      await store.close()
    },
  }
}

import { expect, it } from 'vitest'
import type { AppError } from '@/lib/errors'
import type { ClusterMetadata, KafkaCluster } from '@/server/kafka/port'
import type { ReplayOptions, ReplayRow } from './replay-store'
import { acceptTargets, lookAtTargets, type PlannedTarget } from './target-watch'

const PLANNED: PlannedTarget[] = [
  ['a', 'id-a', 1],
  ['b', 'id-b', 2],
]

/** A cluster whose topics have that id and that many partitions. */
function clusterOf(topics: Record<string, [id: string, partitions: number]>): KafkaCluster {
  const answers = Object.entries(topics).map(([topic, [topicId, count]]) => [
    topic,
    { ok: true, value: { topicId, partitions: Array.from({ length: count }, () => ({})) } },
  ])
  const metadata = { topics: new Map(answers as never) } as unknown as ClusterMetadata
  return { metadata: async () => metadata } as unknown as KafkaCluster
}

const { signal } = new AbortController()

/** What a look at both targets throws. */
const stopOf = (cluster: KafkaCluster, planned = PLANNED): Promise<AppError | null> =>
  lookAtTargets(cluster, planned, ['a', 'b'], signal).then(
    () => null,
    (error: AppError) => error,
  )

/** The targets after a resume of what stopped so; null: as they were. */
async function resumed(cluster: KafkaCluster, stop: Pick<AppError, 'code' | 'params'> | null) {
  const request = {
    ...{ topic: 'letters', fingerprint: null, partitioning: 'origin', timestamp: 'now' },
    ...{ guarantee: 'exactly-once', ratePerSecond: null, again: false, reason: null },
  }
  const ledger = { ledgerPartitions: 1, ledgerFrom: [], ledgerRetentionMs: 0 }
  const frozen = { ...ledger, sourceTopicId: 'id-l', targets: PLANNED }
  const row = {
    cluster: 'one',
    stateReason: stop?.code ?? null,
    stateParams: stop?.params ? JSON.stringify(stop.params) : null,
    options: JSON.stringify({ request, frozen, recordedBy: null }),
  } as ReplayRow
  const ctx = { clusters: { get: () => cluster, list: () => [], close: async () => {} }, signal }
  const { options } = await acceptTargets(ctx, row)
  return (options satisfies ReplayOptions | undefined)?.frozen.targets ?? null
}

it('takes the target that was told as it was told, and stops once more for the other one', async () => {
  const cluster = clusterOf({ a: ['id-a', 3], b: ['id-new', 2] })
  const first = await stopOf(cluster)
  expect(first).toMatchObject({ code: 'TARGET_CHANGED', params: { topic: 'a', now: 3, topicId: 'id-a' } })
  const accepted = await resumed(cluster, first)
  expect(accepted).toEqual([
    ['a', 'id-a', 3],
    ['b', 'id-b', 2],
  ])
  const second = await stopOf(cluster, accepted ?? [])
  expect(second?.params).toMatchObject({ topic: 'b', change: 'recreated', topicId: 'id-new' })
})

it('takes nothing that nobody was told of: changed again since the stop, missing, or gone', async () => {
  const told = await stopOf(clusterOf({ a: ['id-a', 3], b: ['id-b', 2] }))
  expect(await resumed(clusterOf({ a: ['id-a', 4] }), told)).toBeNull()
  expect(await resumed(clusterOf({ a: ['id-other', 3] }), told)).toBeNull()
  expect(await resumed(clusterOf({}), told)).toBeNull()
  const now = clusterOf({ a: ['id-new', 3], b: ['id-new', 1] })
  expect(await resumed(now, { code: 'TOPIC_UNKNOWN', params: { topic: 'a' } })).toBeNull()
  expect(await resumed(now, { code: 'PARTITION_UNKNOWN', params: { topic: 'b', partition: 1 } })).toBeNull()
  expect(await resumed(now, null)).toBeNull()
})

import { describe, expect, it } from 'vitest'
import { AppError } from '@/lib/errors'
import { testContext } from '@/server/http/testing'
import type {
  Answer,
  ClusterMetadata,
  KafkaCluster,
  PartitionMetadata,
  Quorum,
  TopicMetadata,
} from '@/server/kafka/port'
import { testConfig } from '@/server/kafka/testing'
import type { Services } from '@/server/services'
import { getOverview } from './get-overview'
import { releaseOf } from './kafka-version'
import { listBrokers } from './list-brokers'
import { toQuorum } from './overview-parts'

const node = (id: number) => ({ id, host: `kafka-${id}`, port: 9092, rack: null })
const partition = (leader: number | null, replicas: number[], isr: number[]): PartitionMetadata => ({
  partition: 0,
  leader,
  leaderEpoch: 1,
  replicas,
  isr,
  offlineReplicas: [],
})
const topic = (name: string, ...partitions: PartitionMetadata[]): [string, Answer<TopicMetadata>] => [
  name,
  { ok: true, value: { name, topicId: 'x', internal: false, partitions } },
]

type Port = Partial<KafkaCluster> & { down?: boolean }

/** Three brokers of which the third dies: Kafka's metadata then forgets it, its partitions do not. */
function fake(over: Port = {}) {
  let dead = false
  const config = testConfig('127.0.0.1:9092', { id: 'c' })
  const metadata = async (): Promise<ClusterMetadata> => ({
    clusterId: 'uuid',
    brokers: dead ? [node(1), node(2)] : [node(1), node(2), node(3)],
    topics: new Map([
      topic('order.created', partition(1, [1, 2, 3], dead ? [1, 2] : [1, 2, 3])),
      topic('lonely', partition(dead ? null : 3, [3], [3])),
      topic('tight', partition(2, [2, 3], dead ? [2] : [2, 3])),
      ['gone', { ok: false, problem: { scope: 'topic:gone', code: 'TOPIC_UNKNOWN' } }],
    ]),
    sampledAtMs: 1_700_000_000_000,
  })
  const ids = () => (dead ? [1, 2] : [1, 2, 3])
  const cluster = {
    id: 'c',
    config,
    metadata,
    probeBrokers: async () => ids().map(id => ({ id, answer: { ok: true, value: { latencyMs: 1 } } })),
    describeQuorum: async () => null,
    features: async () => new Map(),
    describeLogDirs: async () =>
      ids().map(broker => ({
        broker,
        answer:
          broker === 2
            ? { ok: false, problem: { scope: 'broker:2', code: 'CLUSTER_DENIED' } }
            : {
                ok: true,
                value: { dirs: [{ path: '/d', totalBytes: 10n, usableBytes: null }], replicas: [] },
              },
      })),
    describeConfigs: async (resources: { name: string }[]) =>
      resources.map(resource => ({ resource, answer: { ok: true, value: [{ value: '2' }] } })),
    ...over,
    // A stand-in for what these verbs ask of the port.
  } as unknown as KafkaCluster
  const clusters = { get: () => cluster, list: () => [config], close: async () => undefined }
  const nothing = {
    problems: () => [],
    snapshot: () => null,
    topics: () => [],
    issues: () => [],
    sampledAtMs: () => null,
  }
  const services = {
    lag: { of: () => nothing },
    deadLetters: { of: () => nothing },
  } as unknown as Partial<Services>
  return {
    ctx: testContext({ clusters, services }),
    kill: () => {
      dead = true
    },
  }
}

describe('one broker of three is dead', () => {
  it('stays as a row with the address it had, and the cluster is in error for the partition that went with it', async () => {
    const { ctx, kill } = fake()
    expect((await getOverview(ctx, { cluster: 'c' })).cluster).toMatchObject({ brokers: { up: 3, total: 3 } })
    kill()
    const answer = await getOverview(ctx, { cluster: 'c' })
    expect(answer.cluster).toMatchObject({ status: 'error', brokers: { up: 2, total: 3 }, problem: null })
    expect(answer.partitions).toMatchObject({ total: 3, offline: 1, underReplicated: 2 })
    expect(answer.brokers[2]).toMatchObject({
      id: 3,
      host: 'kafka-3',
      up: false,
      leaders: 0,
      replicas: 3,
      underReplicated: 2,
      bytes: '0', // last known, some seconds old
      problem: { scope: 'broker:3', code: 'BROKER_UNREACHABLE' },
    })
    expect(answer.problems.map(one => one.scope).sort()).toEqual(['broker:3', 'disk:2'])
  })

  it('a partition below its topic’s min.insync.replicas counts, also when it never had enough', async () => {
    const { ctx, kill } = fake()
    expect((await getOverview(ctx, { cluster: 'c' })).partitions.underMinIsr).toBe(1)
    kill()
    expect((await getOverview(ctx, { cluster: 'c' })).partitions.underMinIsr).toBe(2)
  })

  it('a right that is missing leaves its numbers unknown, not zero', async () => {
    const { ctx } = fake()
    const { items, problems } = await listBrokers(ctx, { cluster: 'c' })
    expect(items[1]).toMatchObject({ up: true, bytes: null, problem: { code: 'CLUSTER_DENIED' } })
    expect(items[0]).toMatchObject({ bytes: '0', totalBytes: '10', usableBytes: null, problem: null })
    expect(problems).toHaveLength(1)
  })
})

describe('every other part fails for itself', () => {
  const refuse = async () => {
    throw new AppError('CLUSTER_DENIED')
  }
  it('quorum, features, disks and configs', async () => {
    const { ctx } = fake({
      describeQuorum: refuse,
      features: refuse,
      describeLogDirs: refuse,
      describeConfigs: refuse,
    })
    const answer = await getOverview(ctx, { cluster: 'c' })
    expect(answer.problems.map(one => one.scope).sort()).toEqual(['configs', 'disk', 'features', 'quorum'])
    expect(answer).toMatchObject({
      kafkaVersion: null,
      controller: null,
      quorum: null,
      partitions: { underMinIsr: null, total: 3 },
    })
    expect(answer.brokers.every(one => one.bytes === null)).toBe(true)
  })
})

describe('what is told of the quorum and the release', () => {
  const voter = (id: number, logEndOffset: bigint, lastCaughtUpMs: number | null) => ({
    id,
    logEndOffset,
    lastCaughtUpMs,
  })
  const quorum = (voters: Quorum['voters']): Quorum => ({
    leaderId: 1,
    leaderEpoch: 4,
    highWatermark: 90n,
    voters,
    observers: [],
  })

  it('who keeps up is judged by the leader’s clock', () => {
    const atMs = 5_000_000
    const answer = toQuorum(
      quorum([voter(1, 100n, atMs), voter(2, 99n, atMs - 400), voter(3, 40n, atMs - 60_000)]),
      0,
    )
    expect(answer).toEqual({ voters: 3, up: 2, maxLag: '60' })
    expect(toQuorum(quorum([voter(1, 100n, null), voter(2, -1n, null)]), 0)).toEqual({
      voters: 2,
      up: 1,
      maxLag: '100',
    })
  })

  it('the release is that of the finalized metadata version', () => {
    const of = (level: number) => releaseOf(new Map([['metadata.version', level]]))
    expect([7, 14, 22, 25, 29, 30].map(of)).toEqual(['3.3', '3.6', '4.0', '4.0', '4.2', '4.3'])
    expect(of(99)).toBe('4.4+')
    expect(of(1)).toBeNull()
    expect(releaseOf(new Map())).toBeNull()
  })
})

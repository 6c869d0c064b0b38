import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clusters as contracts } from '@/lib/contracts/clusters'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { testContext } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import { testConfig, withTopic } from '@/server/kafka/testing'
import type { Services } from '@/server/services'
import { getOverview } from './get-overview'
import { listBrokers } from './list-brokers'
import { listClusters } from './list-clusters'

const silent = createServer()
const clock = { now: () => Date.now() }
let port: ReturnType<typeof createKafkaClusters>

beforeAll(async () => {
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
  const address = silent.address()
  const hung = typeof address === 'object' && address ? address.port : 0
  port = createKafkaClusters(
    [
      testConfig(kafkaBootstrap(), { id: 'live', name: 'Live', environment: 'prod' }),
      testConfig('127.0.0.1:1', { id: 'dead', name: 'Dead' }),
      testConfig(`127.0.0.1:${hung}`, { id: 'hung', name: 'Hung', readOnly: true }),
    ],
    { clock },
  )
})
afterAll(async () => {
  await port.close()
  silent.close()
})

const broken = {
  of: () => {
    throw new Error('this service is dead')
  },
}
/** Services that have nothing yet, or that are dead. */
function services(kind: 'empty' | 'dead'): Partial<Services> {
  if (kind === 'dead') return { lag: broken, deadLetters: broken }
  const lag = { problems: () => [], snapshot: () => null }
  const deadLetters = { problems: () => [], topics: () => [], issues: () => [], sampledAtMs: () => null }
  // Only what the overview asks of them.
  return {
    lag: { of: () => lag } as unknown as Services['lag'],
    deadLetters: { of: () => deadLetters } as unknown as Services['deadLetters'],
  }
}

describe('the list of clusters', () => {
  it('tells each one’s state without waiting for those that do not answer', async () => {
    const startedMs = performance.now()
    const { items } = await listClusters(testContext({ clusters: port }), {})
    expect(performance.now() - startedMs).toBeLessThan(30_000)
    expect(contracts.list.output.parse({ items })).toEqual({ items })
    const [live, dead, hung] = items
    expect(live).toMatchObject({
      id: 'live',
      environment: 'prod',
      brokers: { up: 1, total: 1 },
      problem: null,
      sampledAt: expect.any(String),
    })
    expect(dead).toMatchObject({
      status: 'error',
      brokers: null,
      sampledAt: null,
      problem: { scope: 'cluster:dead', code: 'CLUSTER_UNREACHABLE' },
    })
    expect(hung).toMatchObject({ status: 'unknown', readOnly: true, problem: { code: 'TIMED_OUT' } })
    // Once something is known, nobody waits; when the look is over, the list says what came of it.
    await expect
      .poll(
        async () => {
          const againMs = performance.now()
          const again = await listClusters(testContext({ clusters: port }), {})
          return { code: again.items[2]?.problem?.code, quick: performance.now() - againMs < 1_900 }
        },
        { timeout: 10_000 },
      )
      .toEqual({ code: 'CLUSTER_UNREACHABLE', quick: true })
  })

  it('leaves out what the actor may not see', async () => {
    const grants = [{ role: 'viewer' as const, clusters: ['de*'] }]
    const { items } = await listClusters(testContext({ clusters: port, grants }), {})
    expect(items.map(item => item.id)).toEqual(['dead'])
  })
})

describe('brokers', () => {
  it('come with leadership and disk', async () => {
    const cluster = port.get('live')
    await withTopic(cluster, { name: uniqueName('brokers'), partitions: 4 }, async () => {
      await cluster.metadata({ maxAgeMs: 0 })
      const answer = await listBrokers(testContext({ clusters: port }), { cluster: 'live' })
      expect(contracts.brokers.output.parse(answer)).toEqual(answer)
      expect(answer.problems).toEqual([])
      expect(answer.items).toHaveLength(1)
      const [broker] = answer.items
      expect(broker).toMatchObject({ up: true, isController: true, underReplicated: 0, problem: null })
      expect(broker?.leaders).toBeGreaterThanOrEqual(4)
      expect(Number(broker?.totalBytes)).toBeGreaterThan(0)
    })
  })

  it('of a dead cluster are its error', async () => {
    const call = listBrokers(testContext({ clusters: port }), { cluster: 'dead' })
    await expect(call).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' })
    const unknown = listBrokers(testContext({ clusters: port }), { cluster: 'none' })
    await expect(unknown).rejects.toMatchObject({ code: 'CLUSTER_UNKNOWN' })
  })
})

describe('the overview', () => {
  it('holds Kafka’s facts before any service has sampled', async () => {
    const ctx = testContext({ clusters: port, services: services('empty') })
    const answer = await getOverview(ctx, { cluster: 'live' })
    expect(contracts.overview.output.parse(answer)).toEqual(answer)
    expect(answer).toMatchObject({
      kafkaVersion: '4.3',
      controller: answer.brokers[0]?.id,
      quorum: { voters: 1, up: 1, maxLag: '0' },
      partitions: { offline: 0, underMinIsr: 0 },
      groups: { sampledAt: null, totalLag: null },
      deadLetters: { last24h: null, total: null },
      problems: [],
    })
    expect(answer.clusterUuid).toBeTypeOf('string')
    expect(answer.internalTopics).toBeGreaterThanOrEqual(0)
  })

  it('stands when services are dead: each is a problem', async () => {
    const ctx = testContext({ clusters: port, services: services('dead') })
    const answer = await getOverview(ctx, { cluster: 'live' })
    expect(answer.problems.map(problem => problem.scope)).toEqual(['groups', 'dead-letters'])
    expect(answer.cluster.status).not.toBe('unknown')
    expect(answer.brokers).toHaveLength(1)
  })

  it('is refused to whom the cluster is not open', async () => {
    const grants = [{ role: 'admin' as const, clusters: ['other'] }]
    const ctx = testContext({ clusters: port, grants, services: services('empty') })
    await expect(getOverview(ctx, { cluster: 'live' })).rejects.toMatchObject({ code: 'DENIED' })
  })
})

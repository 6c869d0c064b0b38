import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { groups as groupContracts } from '@/lib/contracts/groups'
import { topics as contracts } from '@/lib/contracts/topics'
import { type KafkaCluster, startKafkaCluster } from '@/scripts/services/kafka'
import { connectCommitter, testKafka } from '@/scripts/services/test-groups'
import { getGroup } from '@/server/groups/get-group'
import { listGroups } from '@/server/groups/list-groups'
import { makeTopic } from '@/server/kafka/testing'
import { getTopic } from './get-topic'
import { listTopics } from './list-topics'
import { topicsWorld } from './testing'

/** Three nodes, of which one is killed. Spread so that each has a leader of what is not replicated. */
const lonely = 'order.lonely.created'
const safe = 'order.safe.created'
const GROUPS = Array.from({ length: 8 }, (_, i) => `group-${i}`)
let kafka: KafkaCluster
let world: ReturnType<typeof topicsWorld>
/** Partitions of the unreplicated topic that went with the broker. */
let dead: number[] = []

const topic = (name: string) => getTopic(world.context(), { cluster: 'c', topic: name })
const topicRows = async () =>
  (await listTopics(world.context(), contracts.list.input.parse({ cluster: 'c' }))).items
const groupList = () => listGroups(world.context(), groupContracts.list.input.parse({ cluster: 'c' }))
const group = (name: string) => getGroup(world.context(), { cluster: 'c', group: name })

beforeAll(async () => {
  kafka = await startKafkaCluster(3)
  world = topicsWorld(kafka.bootstrap)
  await makeTopic(world.cluster, { name: lonely, partitions: 6, replicationFactor: 1 })
  await makeTopic(world.cluster, { name: safe, partitions: 3, replicationFactor: 3 })
  const producer = testKafka(kafka.nodes[0]?.bootstrap).producer()
  const committer = await connectCommitter(kafka.bootstrap)
  await producer.connect()
  const records = (partitions: number) =>
    Array.from({ length: 60 }, (_, i) => ({ partition: i % partitions, value: 'x' }))
  await producer.sendBatch({
    topicMessages: [
      { topic: lonely, messages: records(6) },
      { topic: safe, messages: records(3) },
    ],
  })
  const four = (name: string, count: number) =>
    Array.from({ length: count }, (_, partition): [string, number, number] => [name, partition, 4])
  await Promise.all(GROUPS.map(name => committer.commit(name, [...four(lonely, 6), ...four(safe, 3)])))
  await Promise.all([producer.disconnect(), committer.close()])
  world.lag.start()
  world.topics.start()
  await vi.waitFor(
    async () => {
      expect(world.topics.sampledAtMs()).not.toBeNull()
      const { items } = await groupList()
      expect(items.map(row => [row.group, row.lag])).toEqual(
        expect.arrayContaining(GROUPS.map(name => [name, '84'])),
      )
    },
    { timeout: 30_000, interval: 300 },
  )
}, 120_000)
afterAll(async () => {
  await world.close()
  await Promise.all(kafka.nodes.map(node => node.kill9()))
  await kafka.stop()
})

describe('one of three brokers is killed', () => {
  it('topics: its partitions degrade as rows, the pages stay and are quick', async () => {
    const before = await topic(lonely)
    expect(before).toMatchObject({ offline: 0, messages: '60', problems: [] })
    const victim = before.partitionRows[0]?.leader
    dead = before.partitionRows.filter(row => row.leader === victim).map(row => row.partition)
    await kafka.nodes.find(node => node.nodeId === victim)?.kill9()
    await vi.waitFor(async () => expect((await topic(lonely)).offline).toBe(dead.length), {
      timeout: 20_000,
      interval: 300,
    })
    const startedMs = performance.now()
    const after = await topic(lonely)
    expect(performance.now() - startedMs).toBeLessThan(20_000)
    expect(contracts.get.output.parse(after)).toEqual(after)
    for (const row of after.partitionRows) {
      if (dead.includes(row.partition))
        expect(row).toMatchObject({
          leader: null,
          lastOffset: null,
          messages: null,
          problem: { code: 'LEADER_UNAVAILABLE' },
        })
      else expect(row).toMatchObject({ lastOffset: '10', messages: '10', problem: null })
    }
    expect(after.messages).toBeNull()
    const replicated = await vi.waitFor(
      async () => {
        const answer = await topic(safe)
        expect(answer.underReplicated).toBe(3)
        return answer
      },
      { timeout: 10_000, interval: 200 },
    )
    expect(replicated).toMatchObject({ offline: 0, messages: '60' })
    expect(replicated.partitionRows.every(row => row.lastOffset === '20')).toBe(true)
    await vi.waitFor(
      async () => {
        const rows = await topicRows()
        expect(rows.find(row => row.name === lonely)).toMatchObject({ offline: dead.length })
        expect(rows.find(row => row.name === safe)).toMatchObject({ inSync: { have: 6, want: 9 } })
      },
      { timeout: 10_000, interval: 200 },
    )
    const { items } = await listTopics(
      world.context(),
      contracts.list.input.parse({ cluster: 'c', health: 'problem', sort: 'health' }),
    )
    expect(items[0]?.name).toBe(lonely)
  })

  it('groups: none is lost while coordinators move, those who found a new one go on with what can be read', async () => {
    const seen = new Set((await groupList()).items.map(row => row.group))
    for (const name of GROUPS) expect(seen).toContain(name)
    await vi.waitFor(
      async () => {
        const rows = (await groupList()).items.filter(row => GROUPS.includes(row.group))
        expect(rows).toHaveLength(GROUPS.length)
        // 16 a partition of the replicated topic, 6 a partition of the other that still has a leader.
        const lag = String(3 * 16 + (6 - dead.length) * 6)
        for (const row of rows)
          expect(row).toMatchObject({ lag, status: 'unknown', problem: { code: 'LEADER_UNAVAILABLE' } })
      },
      { timeout: 30_000, interval: 500 },
    )
    const detail = await group('group-0')
    expect(groupContracts.get.output.parse(detail)).toEqual(detail)
    const leaderless = detail.partitions.filter(row => row.notes.includes('leaderless'))
    expect(leaderless.map(row => row.partition)).toEqual(dead)
    expect(leaderless.every(row => row.lag === null && row.committed === '4')).toBe(true)
    expect(detail.partitions.filter(row => row.topic === safe).every(row => row.lag === '16')).toBe(true)
  })

  it('and when it comes back all is as before', async () => {
    await Promise.all(kafka.nodes.map(node => (node.nodeId === undefined ? undefined : reviveIfDead(node))))
    await vi.waitFor(
      async () => {
        expect(await topic(lonely)).toMatchObject({ offline: 0, messages: '60' })
        expect(await group('group-0')).toMatchObject({ lag: '84', problem: null })
      },
      { timeout: 30_000, interval: 500 },
    )
  })
})

async function reviveIfDead(node: KafkaCluster['nodes'][number]): Promise<void> {
  try {
    process.kill(node.pid, 0)
  } catch {
    await node.restart()
  }
}

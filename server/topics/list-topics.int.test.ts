import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { topics as contracts, type TopicRow, topicSort } from '@/lib/contracts/topics'
import type { RoleGrant } from '@/lib/permissions'
import { type Kafka, startKafka } from '@/scripts/services/kafka'
import { testKafka } from '@/scripts/services/test-groups'
import { testStore } from '@/server/http/testing'
import type { Store } from '@/server/store/types'
import { listTopics } from './list-topics'
import { topicsWorld } from './testing'

/** Its own broker: 2,000 topics would slow down everybody else's. */
const COUNT = 2000
let broker: Kafka
let world: ReturnType<typeof topicsWorld>
const admin = () => testKafka(broker.bootstrap).admin()
const nameOf = (i: number) =>
  `order.service-${String(i % 40).padStart(2, '0')}.event-${String(i).padStart(4, '0')}`

const list = async (input: Record<string, unknown> = {}, grants?: RoleGrant[]) => {
  const answer = await listTopics(
    world.context({ store, ...(grants ? { grants } : {}) }),
    contracts.list.input.parse({ cluster: 'c', ...input }),
  )
  expect(contracts.list.output.parse(answer)).toEqual(answer)
  return answer
}
const names = (page: { items: TopicRow[] }) => page.items.map(row => row.name)

let store: Store
beforeAll(async () => {
  store = await testStore()
  // Small indexes: 2,000 logs are there in half the time.
  broker = await startKafka({ properties: { 'log.index.size.max.bytes': 4096 } })
  world = topicsWorld(broker.bootstrap)
  const client = admin()
  await client.connect()
  const special = [
    { topic: 'order.big.created', numPartitions: 6 },
    { topic: 'order.big.created-dlt', numPartitions: 2 },
    { topic: 'Whatever_Name', numPartitions: 1 },
    {
      topic: 'app-store-changelog',
      numPartitions: 1,
      configEntries: [{ name: 'cleanup.policy', value: 'compact' }],
    },
  ]
  const many = Array.from({ length: COUNT - special.length }, (_, i) => ({
    topic: nameOf(i),
    numPartitions: 1,
  }))
  for (let at = 0; at < many.length; at += 500)
    await client.createTopics({ topics: many.slice(at, at + 500), waitForLeaders: false, timeout: 30_000 })
  await client.createTopics({ topics: special, waitForLeaders: false, timeout: 30_000 })
  await client.disconnect()
  await vi.waitFor(
    async () => {
      const metadata = await world.cluster.metadata({ maxAgeMs: 0 })
      const ready = [...metadata.topics.values()].filter(
        one => one.ok && one.value.partitions.every(p => p.leader !== null),
      )
      expect(ready.length).toBeGreaterThanOrEqual(COUNT)
    },
    { timeout: 60_000, interval: 300 },
  )
  const producer = testKafka(broker.bootstrap).producer()
  await producer.connect()
  for (const [topic, count] of [
    ['order.big.created', 90],
    ['order.big.created-dlt', 3],
    [nameOf(7), 40],
  ] as const) {
    await producer.send({
      topic,
      messages: Array.from({ length: count }, () => ({ value: 'x'.repeat(100) })),
    })
  }
  await producer.disconnect()
  world.topics.start()
  await vi.waitFor(() => expect(world.topics.sampledAtMs()).not.toBeNull(), { timeout: 30_000 })
  await world.cluster.metadata({ maxAgeMs: 0 })
}, 120_000)
afterAll(async () => {
  await store.close()
  await world.close()
  // In good order it would take 20 s to close 2,000 logs.
  await broker.kill9()
  await broker.stop()
})

describe('2,000 topics', () => {
  it('a page of 100 is quick, sorted whatever way', async () => {
    const took: number[] = []
    for (const sort of [...topicSort.options, ...topicSort.options]) {
      const startedMs = performance.now()
      const page = await list({ sort })
      took.push(performance.now() - startedMs)
      expect(page.items).toHaveLength(100)
      expect(page.problems).toEqual([])
    }
    took.sort((a, b) => a - b)
    const median = took[took.length >> 1] ?? 0
    process.stdout.write(
      `list of ${COUNT} topics: p50 ${median.toFixed(1)} ms, worst ${took.at(-1)?.toFixed(1)} ms\n`,
    )
    expect(median).toBeLessThan(5_000)
  })

  it('is counted: all, matched, and the internal ones that are hidden', async () => {
    const page = await list({ limit: 1 })
    expect(page.total).toBe(COUNT - 1)
    expect(page.matched).toBe(COUNT - 1)
    // The one that Streams would have made; brokers' own only where something made them.
    expect(page.internalHidden).toBeGreaterThanOrEqual(1)
    const all = await list({ internal: true, query: 'changelog' })
    expect(all.items).toMatchObject([
      { name: 'app-store-changelog', kind: 'internal', policy: 'exempt', internal: true },
    ])
    expect(names(await list({ kind: 'internal' }))).toContain('app-store-changelog')
    expect(names(await list({ query: 'changelog' }))).toEqual([])
  })

  it('every sort is by its own value, both ways, unknown ones last', async () => {
    const value: Record<string, (row: TopicRow) => number | string | null> = {
      name: row => row.name,
      partitions: row => row.partitions,
      messages: row => (row.messages === null ? null : Number(row.messages)),
      bytes: row => (row.bytes === null ? null : Number(row.bytes)),
      rate: row => row.ratePerSecond,
    }
    for (const sort of topicSort.options) {
      const of = value[sort.replace('-', '')]
      if (!of) continue
      const values = (await list({ sort, limit: 1000 })).items.map(of)
      const known = values.filter(v => v !== null)
      const sorted = [...known].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
      expect(known, sort).toEqual(sort.startsWith('-') ? sorted.reverse() : sorted)
      expect(values.slice(known.length).every(v => v === null)).toBe(true)
    }
    const [first, second] = (await list({ sort: '-messages' })).items
    expect(first).toMatchObject({
      name: 'order.big.created',
      messages: '90',
      partitions: 6,
      cleanupPolicy: 'delete',
    })
    expect(second).toMatchObject({ name: nameOf(7), messages: '40' })
    expect(Number(first?.bytes)).toBeGreaterThan(0)
    expect(names(await list({ sort: '-partitions', limit: 2 }))).toEqual([
      'order.big.created',
      'order.big.created-dlt',
    ])
  })

  it('is searched by part of the name in any case, and filtered by kind and verdict', async () => {
    expect(names(await list({ query: 'BIG.Created' }))).toEqual([
      'order.big.created',
      'order.big.created-dlt',
    ])
    expect(names(await list({ kind: 'dead-letter' }))).toEqual(['order.big.created-dlt'])
    expect(names(await list({ policy: 'violation' }))).toEqual(['Whatever_Name'])
    expect(await list({ query: '%' })).toMatchObject({ items: [], matched: 0, next: null })
    expect((await list({ health: 'problem' })).items).toEqual([])
    expect((await list({ query: 'service-07', limit: 1000 })).matched).toBe(50)
  })

  it('pages on while topics are made and deleted in between: none twice, none of the others missing', async () => {
    const client = admin()
    await client.connect()
    const seen: string[] = []
    let cursor: string | null = null
    let pages = 0
    do {
      const page: Awaited<ReturnType<typeof list>> = await list({ limit: 300, ...(cursor && { cursor }) })
      seen.push(...names(page))
      cursor = page.next
      if (++pages === 2) {
        // The last one seen, one seen before, one to come; and two new ones before and behind.
        const doomed = [seen.at(-1) ?? '', seen[3] ?? '', nameOf(1999 - 40)]
        await client.deleteTopics({ topics: doomed })
        await client.createTopics({ topics: [{ topic: 'order.a.early' }, { topic: 'order.zz.late' }] })
        await world.cluster.metadata({ maxAgeMs: 0 })
      }
    } while (cursor)
    await client.disconnect()
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).not.toContain(nameOf(1999 - 40))
    expect(seen).not.toContain('order.a.early')
    expect(seen).toContain('order.zz.late')
    expect(seen).toHaveLength(COUNT - 1 - 1 + 1)
    expect(seen).toEqual([...seen].sort())
  })

  it('hides topics that the caller may not see, from the counts too', async () => {
    const grants: RoleGrant[] = [{ role: 'viewer', topics: ['order.service-03.*'] }]
    const page = await list({ limit: 1000, internal: true }, grants)
    expect(page.total).toBe(50)
    expect(names(page).every(name => name.startsWith('order.service-03.'))).toBe(true)
    const nowhere: RoleGrant[] = [{ role: 'admin', clusters: ['other'] }]
    await expect(list({}, nowhere)).rejects.toMatchObject({ code: 'DENIED' })
  })

  it('refuses a cursor of another order', async () => {
    const { next } = await list({ sort: 'bytes' })
    await expect(list({ sort: 'name', cursor: next })).rejects.toMatchObject({ code: 'CURSOR_INVALID' })
  })

  it('a topic made anew by the same name starts from nothing, at once', async () => {
    const client = admin()
    await client.connect()
    await client.deleteTopics({ topics: ['order.big.created'] })
    // kafkajs's own wait for leaders fails while the broker still forgets the old one: the poll below waits instead.
    await client.createTopics({
      topics: [{ topic: 'order.big.created', numPartitions: 2 }],
      waitForLeaders: false,
    })
    await client.disconnect()
    await expect
      .poll(() => list({ query: 'order.big.created', limit: 1 }).then(page => page.items[0]), {
        timeout: 15_000,
      })
      .toMatchObject({
        name: 'order.big.created',
        partitions: 2,
        messages: '0',
        bytes: '0',
        ratePerSecond: 0,
      })
  })
})

describe('a cluster that is away', () => {
  it('is said so promptly, whether it refuses or hangs', async () => {
    const dead = topicsWorld('127.0.0.1:1')
    const startedMs = performance.now()
    const call = listTopics(dead.context(), contracts.list.input.parse({ cluster: 'c' }))
    await expect(call).rejects.toMatchObject({ code: 'CLUSTER_UNREACHABLE' })
    expect(performance.now() - startedMs).toBeLessThan(15_000)
    await dead.close()
  })
})

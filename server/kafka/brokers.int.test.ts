import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { messages } from '@/lib/contracts/messages'
import { uniqueName } from '@/scripts/services/in-test'
import { type KafkaCluster as Brokers, startKafkaCluster } from '@/scripts/services/kafka'
import { API, openProxy } from '@/scripts/services/kafka-proxy'
import { streamMessages } from '@/server/messages/stream-messages'
import { openReading } from '@/server/messages/testing'
import type { Cluster } from './cluster'
import { makeTopic, testCluster, withProducer } from './testing'

// Three brokers of its own: one of them is killed.
let brokers: Brokers
let cluster: Cluster
const single = uniqueName('single')
const safe = uniqueName('safe')

beforeAll(async () => {
  brokers = await startKafkaCluster(3, { heapMiB: 128 })
  cluster = testCluster(brokers.bootstrap)
  await makeTopic(cluster, { name: safe, partitions: 6, replicationFactor: 3 })
  // Twelve partitions without a copy: some are on every broker.
  await makeTopic(cluster, {
    name: single,
    partitions: 12,
    replicationFactor: 1,
    configs: { 'min.insync.replicas': '1' },
  })
}, 120_000)

afterAll(async () => {
  await cluster?.close()
  await brokers?.stop()
}, 60_000)

/** An idle thread would close them too, some seconds later. */
const GONE_MS = 8_000

const all = (topic: string, count: number) =>
  Array.from({ length: count }, (_, partition) => ({ topic, partition }))

describe('three brokers, then two', () => {
  it('with all of them: one request a leader, the quorum’s own leader', async () => {
    // Each broker hears of a topic made a moment ago in its own time.
    await vi.waitFor(
      async () => {
        const ends = await cluster.listOffsets(all(single, 12), 'latest')
        expect(ends.every(one => one.answer.ok)).toBe(true)
      },
      { timeout: 15_000, interval: 200 },
    )
    const quorum = await cluster.describeQuorum()
    expect(quorum?.voters.map(one => one.id).sort()).toEqual([1, 2, 3])
    expect([1, 2, 3]).toContain(quorum?.leaderId)
    const disks = await cluster.describeLogDirs({ topics: [safe] })
    expect(disks).toHaveLength(3)
    expect(disks.every(one => one.answer.ok && one.answer.value.replicas.length === 6)).toBe(true)
    expect(cluster.link.openConnections).toBeLessThanOrEqual(6)
  })

  it('a search reads from all of them at once over one connection each, in the order of time; left, it closes them', async () => {
    const proxy = await openProxy(brokers.bootstrap)
    const reading = openReading(proxy.bootstrap)
    onTestFinished(async () => {
      await reading.close()
      await proxy.close()
    })
    // Two of its partitions on each broker.
    const topic = await reading.topicOf({
      partitions: 6,
      replicationFactor: 1,
      configs: { 'min.insync.replicas': '1' },
    })
    const startMs = Date.now() - 1_000
    const rows = Array.from({ length: 1_200 }, (_, n) => ({
      partition: n % 6,
      key: `row ${n}`,
      value: `${n % 35 === 0 ? 'needle' : 'straw'} `.padEnd(20_000, 'x'),
      timestampMs: startMs + n,
    }))
    await withProducer(reading.cluster, async send => {
      for (let from = 0; from < rows.length; from += 120) await send(topic, rows.slice(from, from + 120))
    })
    const search = (asked: object, signal = new AbortController().signal) =>
      streamMessages(
        { ...reading.ctx, signal },
        messages.stream.input.parse({ cluster: 'test', topic, ...asked }),
      )
    // In every partition.
    const needles = Array.from({ length: 35 }, (_, i) => `row ${i * 35}`)
    for (const [from, inOrder] of [
      ['newest', needles.toReversed()],
      ['oldest', needles],
    ] as const) {
      const before = proxy.opened(API.fetch)
      const found: string[] = []
      for await (const event of search({ from, contains: 'needle' })) {
        if (event.event === 'record') found.push(event.data.key?.text ?? '')
        if (event.event === 'done') expect(event.data).toMatchObject({ reason: 'end', scanned: rows.length })
      }
      expect(found).toEqual(inOrder)
      expect(proxy.opened(API.fetch).map((count, i) => count - (before[i] ?? 0))).toEqual([1, 1, 1])
      await expect.poll(() => proxy.open(API.fetch), { timeout: GONE_MS }).toEqual([0, 0, 0])
    }

    // Everything is a hit and nobody takes them: it stays where it is, in the middle of all three.
    const leaving = new AbortController()
    for await (const event of search({ from: 'oldest', contains: ' ' }, leaving.signal)) {
      if (event.event !== 'record') continue
      await expect.poll(() => proxy.open(API.fetch), { timeout: GONE_MS }).toEqual([1, 1, 1])
      expect(reading.search.stats()).toMatchObject({ running: 1 })
      leaving.abort()
      break
    }
    await expect.poll(() => proxy.open(API.fetch), { timeout: GONE_MS }).toEqual([0, 0, 0])
    await expect.poll(() => reading.search.stats().running, { timeout: GONE_MS }).toBe(0)
  })

  it('one dies: its rows say so, all others answer, and nothing hangs', async () => {
    const quorum = await cluster.describeQuorum()
    const victim = [1, 2, 3].find(id => id !== quorum?.leaderId) ?? 1
    const before = (await cluster.metadata({ topics: [single], maxAgeMs: 0 })).topics.get(single)
    const lost = before?.ok ? before.value.partitions.filter(one => one.leader === victim).length : -1
    expect(lost).toBeGreaterThan(0)
    // At once, while metadata still knows it: the broker's own problem.
    await brokers.nodes[victim - 1]?.kill9()
    const startedMs = performance.now()
    const [ends, groups, probes] = await Promise.all([
      cluster.listOffsets([...all(single, 12), ...all(safe, 6)], 'latest'),
      cluster.listGroups(),
      cluster.probeBrokers(),
    ])
    expect(performance.now() - startedMs).toBeLessThan(9_000)
    expect(groups.groups).toEqual([])
    expect(probes.filter(one => one.answer.ok).length).toBeGreaterThanOrEqual(2)
    expect(ends.filter(one => one.answer.ok).length).toBeGreaterThanOrEqual(6)

    // When its session is over, its partitions without a copy have no leader; the others got a new one.
    await expect
      .poll(
        async () => {
          const metadata = await cluster.metadata({ topics: [single], maxAgeMs: 0 })
          const topic = metadata.topics.get(single)
          return topic?.ok ? topic.value.partitions.filter(one => one.leader === null).length : -1
        },
        { timeout: 20_000 },
      )
      .toBe(lost)
    const later = await cluster.listOffsets([...all(single, 12), ...all(safe, 6)], 'latest')
    const failed = later.filter(one => !one.answer.ok)
    expect(failed).toHaveLength(lost)
    for (const one of failed)
      expect(one).toMatchObject({ topic: single, answer: { problem: { code: 'LEADER_UNAVAILABLE' } } })
    const metadata = await cluster.metadata({ topics: [safe], maxAgeMs: 0 })
    const topic = metadata.topics.get(safe)
    expect(topic?.ok && topic.value.partitions.every(one => one.isr.length === 2)).toBe(true)
    expect((await cluster.link.findCoordinator('group', ['a', 'b', 'c'])).size).toBe(3)
    await brokers.nodes[victim - 1]?.restart()
    await expect
      .poll(async () => (await cluster.probeBrokers()).filter(one => one.answer.ok).length, {
        timeout: 30_000,
      })
      .toBe(3)
    const healed = async () =>
      (await cluster.listOffsets(all(single, 12), 'latest')).every(one => one.answer.ok)
    await expect.poll(healed, { timeout: 30_000 }).toBe(true)
  }, 120_000)
})

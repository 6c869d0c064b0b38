import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { deadLetterIssue, deadLetterRow, deadLetterTopic } from '@/lib/contracts/dead-letters'
import {
  FakeCluster,
  genericHeaders,
  IndexBench,
  NOW,
  nextRound,
  recordsOf,
  springHeaders,
  until,
} from './testing'

const all = { may: () => true }
const bench = new IndexBench()
// Machines that test are busy: what counts is the order of things, not how long they take.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })
beforeAll(async () => void (await bench.store))
afterEach(() => bench.stop())
afterAll(() => bench.close())

describe('an index', () => {
  it('reads what is there, decodes it, groups it, and follows what comes', async () => {
    const cluster = new FakeCluster({ id: 'reads' })
    cluster.topic('order.order-service.created', 3)
    cluster.topic('order.order-service.created-retry-1000')
    cluster.topic('order.order-service.created-dlt', 3)
    for (let i = 0; i < 30; i++)
      cluster.append('order.order-service.created-dlt', i % 3, {
        key: `o-${i}`,
        value: `{"order": ${i}}`,
        headers: springHeaders({ offset: i, message: `card ${i} declined` }),
        timestampMs: NOW - i * 60_000,
      })
    const index = await bench.run(cluster)
    await until('complete', () => index.complete())

    const [issue, ...others] = index.issues(all)
    expect(others).toEqual([])
    expect(issue).toMatchObject({
      status: 'new',
      exceptionClass: 'com.acme.pay.CardDeclinedException',
      message: 'card <n> declined',
      sampleMessage: 'card 0 declined',
      frames: ['com.acme.pay.Payments.charge', 'com.acme.pay.Payments.onOrder'],
      family: 'spring',
      topic: 'order.order-service.created-dlt',
      originTopic: 'order.order-service.created',
      consumerGroup: 'payment-service',
      count: 30,
      open: 30,
      firstSeen: new Date(NOW - 29 * 60_000).toISOString(),
      lastSeen: new Date(NOW).toISOString(),
      expiresAt: new Date(NOW - 29 * 60_000 + 604_800_000).toISOString(),
      sample: { topic: 'order.order-service.created-dlt', partition: 0, offset: '0' },
    })
    expect(issue?.spark.reduce((a, b) => a + b)).toBe(30)
    expect(deadLetterIssue.safeParse(issue).error).toBeUndefined()

    const [topic] = index.topics()
    expect(topic).toMatchObject({
      topic: 'order.order-service.created-dlt',
      by: 'name',
      families: ['spring'],
      originTopic: 'order.order-service.created',
      retryTopics: ['order.order-service.created-retry-1000'],
      records: '30',
      last24h: 30,
      complete: true,
      problem: null,
    })
    expect(deadLetterTopic.safeParse(topic).error).toBeUndefined()

    const rows = recordsOf(index, all)
    expect(rows).toHaveLength(30)
    expect(rows[0]).toMatchObject({
      message: { partition: 0, offset: '0' },
      key: 'o-0',
      preview: '{"order": 0}',
      origin: {
        topic: 'order.order-service.created',
        partition: 0,
        offset: '0',
        timestamp: new Date(NOW).toISOString(),
      },
      exception: { message: 'card 0 declined' },
      status: 'new',
    })
    for (const row of rows) expect(deadLetterRow.safeParse(row).error).toBeUndefined()

    let changes = 0
    index.onChange(() => changes++)
    cluster.append('order.order-service.created-dlt', 1, {
      headers: springHeaders({ message: 'card 9 declined' }),
      timestampMs: NOW + 1,
    })
    await until('the new letter', () => recordsOf(index, all).length === 31)
    expect(changes).toBeGreaterThan(0)
    expect(index.issues(all)[0]).toMatchObject({ count: 31, sampleMessage: 'card 9 declined' })
  })

  it('asks for nothing while nothing moves', async () => {
    const cluster = new FakeCluster({ id: 'quiet' })
    cluster.topic('a-dlt')
    cluster.append('a-dlt', 0, { headers: genericHeaders() })
    const index = await bench.run(cluster)
    await until('complete', () => index.complete())
    const before = cluster.fetches.length
    await nextRound(index)
    expect(cluster.fetches.length).toBe(before)
  })

  it('keeps the parts of a topic that may not be read out of issues, counts and records', async () => {
    const cluster = new FakeCluster({ id: 'rights' })
    for (const name of ['a-dlt', 'b-dlt']) {
      cluster.topic(name)
      cluster.append(name, 0, { headers: springHeaders({}) })
    }
    cluster.append('b-dlt', 0, { headers: springHeaders({}) })
    const index = await bench.run(cluster)
    await until('complete', () => index.complete())
    expect(index.issues(all)).toMatchObject([{ count: 3, topics: ['a-dlt', 'b-dlt'] }])
    const onlyA = { may: (topic: string) => topic === 'a-dlt' }
    expect(index.issues(onlyA)).toMatchObject([{ count: 1, topics: ['a-dlt'], sample: { topic: 'a-dlt' } }])
    expect(recordsOf(index, onlyA).map(row => row.topic)).toEqual(['a-dlt'])
    expect(index.issues({ may: () => false })).toEqual([])
  })

  it('answers within its contract whatever a header calls its topic', async () => {
    const cluster = new FakeCluster({ id: 'illegal' })
    cluster.topic('a-dlt')
    for (const topic of ['x'.repeat(30_000), '\u0000../etc', 'orders'])
      cluster.append('a-dlt', 0, { headers: springHeaders({ topic }), timestampMs: NOW })
    const index = await bench.run(cluster)
    await until('complete', () => index.complete())
    const issues = index.issues(all)
    expect(issues.map(issue => issue.originTopic).sort()).toEqual([null, null, 'orders'])
    for (const issue of issues) expect(deadLetterIssue.safeParse(issue).error).toBeUndefined()
    for (const topic of index.topics()) expect(deadLetterTopic.safeParse(topic).error).toBeUndefined()
  })

  it('trims what retention takes', async () => {
    const cluster = new FakeCluster({ id: 'trims' })
    cluster.topic('a-dlt')
    for (let i = 0; i < 10; i++)
      cluster.append('a-dlt', 0, { headers: springHeaders({}), timestampMs: NOW - 10_000 + i })
    const index = await bench.run(cluster)
    await until('complete', () => index.complete())
    cluster.deleteBelow('a-dlt', 0, 4)
    cluster.append('a-dlt', 0, { headers: springHeaders({}), timestampMs: NOW })
    await until('trimmed', () => recordsOf(index, all).length === 7)
    const [issue] = index.issues(all)
    expect(issue).toMatchObject({
      count: 7,
      // Seen is seen; what expires next is the oldest that is left.
      firstSeen: new Date(NOW - 10_000).toISOString(),
      expiresAt: new Date(NOW - 10_000 + 4 + 604_800_000).toISOString(),
    })
    cluster.deleteBelow('a-dlt', 0, 11)
    cluster.append('a-dlt', 0, { headers: genericHeaders(), timestampMs: NOW })
    await until('all but the last gone', () => recordsOf(index, all).length === 1)
    expect(index.issues(all)).toMatchObject([{ family: 'generic' }])
  })

  it('goes on when the log moved away under it', async () => {
    const cluster = new FakeCluster({ id: 'moved' })
    cluster.topic('a-dlt')
    for (let i = 0; i < 3; i++) cluster.append('a-dlt', 0, { headers: springHeaders({}) })
    const index = await bench.run(cluster)
    await until('complete', () => index.complete())
    for (let i = 0; i < 5; i++) cluster.append('a-dlt', 0, { headers: springHeaders({}) })
    cluster.deleteBelow('a-dlt', 0, 6)
    await until('read again', () => recordsOf(index, all).length === 2)
    await until('complete', () => index.complete())
  })

  it('forgets a topic that is deleted, and knows one made anew', async () => {
    const cluster = new FakeCluster({ id: 'deleted' })
    cluster.topic('a-dlt')
    for (let i = 0; i < 5; i++) cluster.append('a-dlt', 0, { headers: springHeaders({}) })
    const index = await bench.run(cluster)
    await until('complete', () => index.complete())
    cluster.topics.delete('a-dlt')
    await until('gone', () => recordsOf(index, all).length === 0)
    expect(index.topics()).toEqual([])
    expect(index.isDeadLetterTopic('a-dlt')).toBe(false)

    cluster.topic('a-dlt')
    cluster.append('a-dlt', 0, { headers: springHeaders({}) })
    await until('there again', () => recordsOf(index, all).length === 1)
    // Made anew between two rounds: another id under the same name.
    cluster.topic('a-dlt')
    cluster.append('a-dlt', 0, { headers: genericHeaders() })
    await until('the new one', () => recordsOf(index, all)[0]?.family === 'generic')
    expect(recordsOf(index, all)).toHaveLength(1)
  })

  it('one topic fails, the others stay fresh', async () => {
    const cluster = new FakeCluster({ id: 'fails' })
    cluster.topic('bad-dlt').failing = 'LEADER_UNAVAILABLE'
    cluster.topic('good-dlt')
    cluster.append('bad-dlt', 0, { headers: springHeaders({}) })
    cluster.append('good-dlt', 0, { headers: springHeaders({}) })
    const index = await bench.run(cluster)
    await until('the good one', () => recordsOf(index, all).length === 1)
    await nextRound(index)
    expect(index.topics()).toMatchObject([
      { topic: 'bad-dlt', complete: false, problem: { code: 'LEADER_UNAVAILABLE' } },
      { topic: 'good-dlt', complete: true, problem: null },
    ])
    expect(index.complete()).toBe(false)
    // Not asked at every round.
    expect(cluster.fetches.filter(topic => topic === 'bad-dlt').length).toBe(1)
  })

  it('one partition fails, the others of its topic stay fresh; it is taken up again', async () => {
    const cluster = new FakeCluster({ id: 'partition' })
    const topic = cluster.topic('a-dlt', 2)
    topic.failingPartition = 1
    for (const partition of [0, 1]) cluster.append('a-dlt', partition, { headers: springHeaders({}) })
    const index = await bench.run(cluster)
    await until('the good one', () => recordsOf(index, all).length === 1)
    cluster.append('a-dlt', 0, { headers: springHeaders({}) })
    await until('followed', () => recordsOf(index, all).length === 2)
    expect(index.topics()).toMatchObject([{ complete: false, problem: { code: 'LEADER_UNAVAILABLE' } }])
    topic.failingPartition = null
    await until('back', () => recordsOf(index, all).length === 3)
    await until('complete', () => index.complete())
    expect(index.topics()).toMatchObject([{ problem: null }])
  })

  it('a cluster that is down is a problem, not an end', async () => {
    const cluster = new FakeCluster({ id: 'down' })
    cluster.topic('a-dlt')
    cluster.append('a-dlt', 0, { headers: springHeaders({}) })
    cluster.down = 'CLUSTER_UNREACHABLE'
    const index = await bench.run(cluster)
    await until('the problem', () => index.problems()[0]?.code === 'CLUSTER_UNREACHABLE')
    expect(index.complete()).toBe(false)
    cluster.down = null
    await until('up again', () => recordsOf(index, all).length === 1, 10_000)
    expect(index.problems()).toEqual([])
  })

  it('keeps the newest when there is more than it may keep, and says so', async () => {
    const deadLetters = { topics: [], exclude: [], maxLetters: 100 }
    const cluster = new FakeCluster({ id: 'bounded', deadLetters })
    cluster.topic('big-dlt', 2)
    cluster.topic('small-dlt')
    for (let i = 0; i < 1000; i++)
      cluster.append('big-dlt', i % 2, { headers: springHeaders({ offset: i }), timestampMs: NOW - 1000 + i })
    for (let i = 0; i < 10; i++)
      cluster.append('small-dlt', 0, { headers: genericHeaders(), timestampMs: NOW - 5000 })
    const index = await bench.run(cluster)
    await until('read', () => index.topics()[0]?.scannedAt)
    await nextRound(index)
    const rows = recordsOf(index, all)
    expect(rows).toHaveLength(100)
    expect(rows.filter(row => row.topic === 'small-dlt')).toHaveLength(10)
    expect(rows[0]?.origin.offset).toBe('999')
    expect(index.complete()).toBe(false)
    expect(index.topics()).toMatchObject([
      { records: '1000', complete: false, leftOut: 910 },
      { records: '10', complete: true },
    ])
    // It never read what it would not keep.
    cluster.append('big-dlt', 0, { headers: springHeaders({ offset: 1000 }), timestampMs: NOW })
    await until('the newest', () => recordsOf(index, all)[0]?.origin.offset === '1000')
    expect(recordsOf(index, all).length).toBeLessThanOrEqual(100)
    // Retention takes what was left out, and the rest is whole.
    for (const partition of [0, 1]) cluster.deleteBelow('big-dlt', partition, 480)
    cluster.append('big-dlt', 0, { headers: springHeaders({ offset: 1001 }), timestampMs: NOW })
    cluster.append('big-dlt', 1, { headers: springHeaders({ offset: 1002 }), timestampMs: NOW })
    await until('whole again', () => index.topics()[0]?.complete)
    expect(index.topics()[0]).not.toHaveProperty('leftOut')
  })
})

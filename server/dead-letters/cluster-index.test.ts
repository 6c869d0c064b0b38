import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { deadLetterIssue, deadLetterRow, deadLetterTopic } from '@/lib/contracts/dead-letters'
import { testStore } from '@/server/http/testing'
import { silentLogger } from '@/server/log'
import { deadLetterStatus } from '@/server/store/schema'
import type { Store } from '@/server/store/types'
import { ClusterDeadLetterIndex, type ClusterIndexDeps } from './cluster-index'
import { FakeCluster, genericHeaders, springHeaders, until } from './testing'

const NOW = 1_793_800_000_000
const all = { may: () => true }

let store: Store
beforeAll(async () => {
  store = await testStore()
})
afterAll(() => store.close())

const running: ClusterDeadLetterIndex[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map(index => index.stop()))
})

function run(cluster: FakeCluster, over: Partial<ClusterIndexDeps> = {}) {
  // Time passes as it does, but from a fixed day on.
  const skew = NOW - Date.now()
  const clock = { now: () => Date.now() + skew }
  const index = new ClusterDeadLetterIndex({
    cluster: cluster.asPort(),
    store,
    clock,
    log: silentLogger,
    intervalMs: 50,
    ...over,
  })
  running.push(index)
  index.start()
  return index
}

const rounds = async (index: ClusterDeadLetterIndex) => {
  const before = index.sampledAtMs() ?? 0
  await until('a round', () => (index.sampledAtMs() ?? 0) > before)
}

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
    const index = run(cluster)
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

    const rows = index.records(all)
    expect(rows).toHaveLength(30)
    expect(rows[0]).toMatchObject({
      offset: '0',
      partition: 0,
      key: 'o-0',
      preview: '{"order": 0}',
      origin: {
        topic: 'order.order-service.created',
        partition: 0,
        offset: '0',
        timestamp: new Date(NOW).toISOString(),
      },
      message: 'card 0 declined',
      status: 'new',
    })
    for (const row of rows) expect(deadLetterRow.safeParse(row).error).toBeUndefined()

    let changes = 0
    index.onChange(() => changes++)
    cluster.append('order.order-service.created-dlt', 1, {
      headers: springHeaders({ message: 'card 9 declined' }),
      timestampMs: NOW + 1,
    })
    await until('the new letter', () => index.records(all).length === 31)
    expect(changes).toBeGreaterThan(0)
    expect(index.issues(all)[0]).toMatchObject({ count: 31, sampleMessage: 'card 9 declined' })
  })

  it('asks for nothing while nothing moves', async () => {
    const cluster = new FakeCluster({ id: 'quiet' })
    cluster.topic('a-dlt')
    cluster.append('a-dlt', 0, { headers: genericHeaders() })
    const index = run(cluster)
    await until('complete', () => index.complete())
    const before = cluster.fetches.length
    await rounds(index)
    expect(cluster.fetches.length).toBe(before)
  })

  it('keeps the parts of a topic that may not be read out of issues, counts and records', async () => {
    const cluster = new FakeCluster({ id: 'rights' })
    for (const name of ['a-dlt', 'b-dlt']) {
      cluster.topic(name)
      cluster.append(name, 0, { headers: springHeaders({}) })
    }
    cluster.append('b-dlt', 0, { headers: springHeaders({}) })
    const index = run(cluster)
    await until('complete', () => index.complete())
    expect(index.issues(all)).toMatchObject([{ count: 3, topics: ['a-dlt', 'b-dlt'] }])
    const onlyA = { may: (topic: string) => topic === 'a-dlt' }
    expect(index.issues(onlyA)).toMatchObject([{ count: 1, topics: ['a-dlt'], sample: { topic: 'a-dlt' } }])
    expect(index.records(onlyA).map(row => row.topic)).toEqual(['a-dlt'])
    expect(index.issues({ may: () => false })).toEqual([])
  })

  it('trims what retention takes', async () => {
    const cluster = new FakeCluster({ id: 'trims' })
    cluster.topic('a-dlt')
    for (let i = 0; i < 10; i++)
      cluster.append('a-dlt', 0, { headers: springHeaders({}), timestampMs: NOW - 10_000 + i })
    const index = run(cluster)
    await until('complete', () => index.complete())
    cluster.deleteBelow('a-dlt', 0, 4)
    cluster.append('a-dlt', 0, { headers: springHeaders({}), timestampMs: NOW })
    await until('trimmed', () => index.records(all).length === 7)
    const [issue] = index.issues(all)
    expect(issue).toMatchObject({
      count: 7,
      // Seen is seen; what expires next is the oldest that is left.
      firstSeen: new Date(NOW - 10_000).toISOString(),
      expiresAt: new Date(NOW - 10_000 + 4 + 604_800_000).toISOString(),
    })
    cluster.deleteBelow('a-dlt', 0, 11)
    cluster.append('a-dlt', 0, { headers: genericHeaders(), timestampMs: NOW })
    await until('all but the last gone', () => index.records(all).length === 1)
    expect(index.issues(all)).toMatchObject([{ family: 'generic' }])
  })

  it('goes on when the log moved away under it', async () => {
    const cluster = new FakeCluster({ id: 'moved' })
    cluster.topic('a-dlt')
    for (let i = 0; i < 3; i++) cluster.append('a-dlt', 0, { headers: springHeaders({}) })
    const index = run(cluster)
    await until('complete', () => index.complete())
    for (let i = 0; i < 5; i++) cluster.append('a-dlt', 0, { headers: springHeaders({}) })
    cluster.deleteBelow('a-dlt', 0, 6)
    await until('read again', () => index.records(all).length === 2)
    await until('complete', () => index.complete())
  })

  it('forgets a topic that is deleted, and knows one made anew', async () => {
    const cluster = new FakeCluster({ id: 'deleted' })
    cluster.topic('a-dlt')
    for (let i = 0; i < 5; i++) cluster.append('a-dlt', 0, { headers: springHeaders({}) })
    const index = run(cluster)
    await until('complete', () => index.complete())
    cluster.topics.delete('a-dlt')
    await until('gone', () => index.records(all).length === 0)
    expect(index.topics()).toEqual([])
    expect(index.isDeadLetterTopic('a-dlt')).toBe(false)

    cluster.topic('a-dlt')
    cluster.append('a-dlt', 0, { headers: springHeaders({}) })
    await until('there again', () => index.records(all).length === 1)
    // Made anew between two rounds: another id under the same name.
    cluster.topic('a-dlt')
    cluster.append('a-dlt', 0, { headers: genericHeaders() })
    await until('the new one', () => index.records(all)[0]?.family === 'generic')
    expect(index.records(all)).toHaveLength(1)
  })

  it('one topic fails, the others stay fresh', async () => {
    const cluster = new FakeCluster({ id: 'fails' })
    cluster.topic('bad-dlt').failing = 'LEADER_UNAVAILABLE'
    cluster.topic('good-dlt')
    cluster.append('bad-dlt', 0, { headers: springHeaders({}) })
    cluster.append('good-dlt', 0, { headers: springHeaders({}) })
    const index = run(cluster)
    await until('the good one', () => index.records(all).length === 1)
    await rounds(index)
    expect(index.topics()).toMatchObject([
      { topic: 'bad-dlt', complete: false, problem: { code: 'LEADER_UNAVAILABLE' } },
      { topic: 'good-dlt', complete: true, problem: null },
    ])
    expect(index.complete()).toBe(false)
    // Not asked at every round.
    expect(cluster.fetches.filter(topic => topic === 'bad-dlt').length).toBe(1)
  })

  it('a cluster that is down is a problem, not an end', async () => {
    const cluster = new FakeCluster({ id: 'down' })
    cluster.topic('a-dlt')
    cluster.append('a-dlt', 0, { headers: springHeaders({}) })
    cluster.down = 'CLUSTER_UNREACHABLE'
    const index = run(cluster)
    await until('the problem', () => index.problems()[0]?.code === 'CLUSTER_UNREACHABLE')
    expect(index.complete()).toBe(false)
    cluster.down = null
    await until('up again', () => index.records(all).length === 1, 10_000)
    expect(index.problems()).toEqual([])
  })

  it('keeps the newest when there is more than it may keep, and says so', async () => {
    const cluster = new FakeCluster({ id: 'bounded' })
    cluster.topic('big-dlt', 2)
    cluster.topic('small-dlt')
    for (let i = 0; i < 1000; i++)
      cluster.append('big-dlt', i % 2, { headers: springHeaders({ offset: i }), timestampMs: NOW - 1000 + i })
    for (let i = 0; i < 10; i++)
      cluster.append('small-dlt', 0, { headers: genericHeaders(), timestampMs: NOW - 5000 })
    const index = run(cluster, { limits: { rows: 100 } })
    await until('read', () => index.topics()[0]?.scannedAt)
    await rounds(index)
    const rows = index.records(all)
    expect(rows).toHaveLength(100)
    expect(rows.filter(row => row.topic === 'small-dlt')).toHaveLength(10)
    expect(rows[0]?.origin.offset).toBe('999')
    expect(index.complete()).toBe(false)
    expect(index.topics()).toMatchObject([
      { records: '1000', complete: false },
      { records: '10', complete: true },
    ])
    // It never read what it would not keep.
    cluster.append('big-dlt', 0, { headers: springHeaders({ offset: 1000 }), timestampMs: NOW })
    await until('the newest', () => index.records(all)[0]?.origin.offset === '1000')
    expect(index.records(all).length).toBeLessThanOrEqual(100)
  })
})

describe('replays', () => {
  const ledger = (
    cluster: FakeCluster,
    topic: string,
    partition: number,
    offset: number,
    target: object,
    replay = 'r1',
  ) =>
    cluster.append('__milena_replays', 0, {
      key: JSON.stringify({
        v: 1,
        topicId: cluster.topics.get(topic)?.id,
        partition,
        offset: String(offset),
      }),
      value: JSON.stringify({ v: 1, replay, at: '2026-11-17T00:00:00.000Z', target, count: 1 }),
    })
  const target = { topicId: 'x', topic: 'order.order-service.created', partition: 1, offset: '77' }

  it('the ledger marks letters as replayed, before and after they are indexed', async () => {
    const cluster = new FakeCluster({ id: 'ledger' })
    cluster.topic('a-dlt')
    cluster.topic('__milena_replays', 2)
    for (let i = 0; i < 3; i++)
      cluster.append('a-dlt', 0, { headers: springHeaders({ offset: i }), timestampMs: NOW - 10 + i })
    ledger(cluster, 'a-dlt', 0, 0, target)
    cluster.append('__milena_replays', 1, { key: 'not json', value: '{"v":1}' })
    cluster.append('__milena_replays', 1, { key: null, value: null })
    const index = run(cluster)
    await until('complete', () => index.complete())
    expect(index.records(all).map(row => row.status)).toEqual(['new', 'new', 'replayed'])
    expect(index.issues(all)).toMatchObject([{ count: 3, open: 2, status: 'new' }])
    expect(index.find('a-dlt', 0, 0n)).toEqual({
      status: 'replayed',
      replays: [
        {
          replay: 'r1',
          at: '2026-11-17T00:00:00.000Z',
          target: { topic: 'order.order-service.created', partition: 1, offset: '77' },
          count: 1,
        },
      ],
      expiresAt: expect.any(String),
    })
    ledger(cluster, 'a-dlt', 0, 1, target)
    await until('followed', () => index.issues(all)[0]?.open === 1)
    index.markReplayed([{ topic: 'a-dlt', partition: 0, offset: 2n, replay: 'r2' }])
    expect(index.issues(all)).toMatchObject([{ open: 0, status: 'replayed' }])
  })

  it('a letter that comes back is refailed: by its headers, or by where it came from', async () => {
    const cluster = new FakeCluster({ id: 'refailed' })
    cluster.topic('a-dlt')
    cluster.topic('__milena_replays')
    cluster.append('a-dlt', 0, { headers: springHeaders({ offset: 1 }) })
    ledger(cluster, 'a-dlt', 0, 0, target)
    const index = run(cluster)
    await until('complete', () => index.complete())
    cluster.append('a-dlt', 0, {
      headers: [
        ...springHeaders({ offset: 99 }),
        { name: Buffer.from('x-replay-count'), value: Buffer.from('1') },
      ],
      timestampMs: NOW + 1,
    })
    await until('by headers', () => index.records({ ...all, status: 'refailed' }).length === 1)
    expect(index.issues(all)).toMatchObject([{ count: 2, open: 1, status: 'refailed' }])
    // Its headers were lost on the way, but its origin is where a replay wrote.
    cluster.append('a-dlt', 0, {
      headers: springHeaders({ topic: target.topic, partition: 1, offset: 77 }),
      timestampMs: NOW + 2,
    })
    await until('by origin', () => index.records({ ...all, status: 'refailed' }).length === 2)
    // Replayed once more: it is replayed, not refailed.
    index.markReplayed([
      { topic: 'a-dlt', partition: 0, offset: 1n, replay: 'r2' },
      { topic: 'a-dlt', partition: 0, offset: 2n, replay: 'r2' },
    ])
    expect(index.issues(all)).toMatchObject([{ open: 0, status: 'replayed' }])
  })

  it("a topic made anew has none of the old one's replays", async () => {
    const cluster = new FakeCluster({ id: 'anew' })
    cluster.topic('a-dlt')
    cluster.topic('__milena_replays')
    cluster.append('a-dlt', 0, { headers: springHeaders({}) })
    ledger(cluster, 'a-dlt', 0, 0, target)
    cluster.topic('a-dlt')
    cluster.append('a-dlt', 0, { headers: springHeaders({}) })
    const index = run(cluster)
    await until('complete', () => index.complete())
    expect(index.records(all)).toMatchObject([{ status: 'new' }])
  })
})

describe('triage', () => {
  it('a decision holds; a resolved issue with newer letters is new again', async () => {
    const cluster = new FakeCluster({ id: 'triage' })
    cluster.topic('a-dlt')
    cluster.topic('b-dlt')
    cluster.append('a-dlt', 0, { headers: springHeaders({}), timestampMs: NOW - 1000 })
    cluster.append('b-dlt', 0, { headers: genericHeaders(), timestampMs: NOW - 1000 })
    const first = run(cluster)
    await until('complete', () => first.complete())
    const issues = first.issues(all)
    const decide = (family: string, status: 'resolved' | 'archived') =>
      store.db.insert(deadLetterStatus).values({
        cluster: 'triage',
        fingerprint: issues.find(issue => issue.family === family)?.fingerprint ?? '',
        status,
        by: 'kim',
        atMs: NOW - 500,
        firstSeenMs: NOW - 86_400_000,
      })
    await decide('spring', 'resolved')
    await decide('generic', 'archived')

    const index = run(cluster)
    await until('complete', () => index.complete())
    const status = (family: string) => index.issues(all).find(issue => issue.family === family)
    expect(status('spring')).toMatchObject({
      status: 'resolved',
      firstSeen: new Date(NOW - 86_400_000).toISOString(),
    })
    expect(status('generic')?.status).toBe('archived')
    cluster.append('a-dlt', 0, { headers: springHeaders({}), timestampMs: NOW })
    cluster.append('b-dlt', 0, { headers: genericHeaders(), timestampMs: NOW })
    await until('new letters', () => index.records(all).length === 4)
    expect(status('spring')?.status).toBe('new')
    expect(status('generic')?.status).toBe('archived')
    expect(index.records({ ...all, topic: 'a-dlt' }).map(row => row.status)).toEqual(['new', 'resolved'])
  })
})

describe('finding topics', () => {
  it('by the configuration, with its origin; what is excluded is none', async () => {
    const cluster = new FakeCluster({
      id: 'configured',
      deadLetters: { topics: [{ topic: 'rejects', origin: 'orders' }], exclude: ['audit*'] },
    })
    for (const name of ['rejects', 'orders', 'audit-dlt', 'orders-dlq']) cluster.topic(name)
    cluster.append('rejects', 0, { value: 'x' })
    const index = run(cluster)
    await until('complete', () => index.complete())
    expect(index.topics().map(({ topic, by, originTopic }) => [topic, by, originTopic])).toEqual([
      ['rejects', 'config', 'orders'],
      ['orders-dlq', 'name', 'orders'],
    ])
    expect(index.records(all)).toMatchObject([{ family: 'unknown', origin: { topic: null } }])
  })

  it('by the headers of its records, and by its own configuration', async () => {
    const cluster = new FakeCluster({ id: 'probed' })
    cluster.topic('rejected.orders')
    cluster.topic('orders')
    cluster.topic('copied-back')
    cluster.topic('my-retry')
    cluster.topic('share-rejects', 1, { 'errors.deadletterqueue.group.enable': 'true' })
    cluster.topic('empty')
    for (let i = 0; i < 8; i++) {
      cluster.append('rejected.orders', 0, { headers: springHeaders({ topic: 'orders' }) })
      cluster.append('orders', 0, { headers: i === 3 ? springHeaders({ topic: 'x' }) : [] })
      cluster.append('copied-back', 0, { headers: springHeaders({ topic: 'copied-back' }) })
      cluster.append('my-retry', 0, { headers: springHeaders({ topic: 'orders' }) })
    }
    const index = run(cluster, { probeIntervalMs: 100 })
    await until('found', () => index.topics().length === 2)
    await rounds(index)
    expect(index.topics().map(({ topic, by }) => [topic, by])).toEqual([
      ['rejected.orders', 'headers'],
      ['share-rejects', 'config'],
    ])
    await until('indexed', () => index.records({ ...all, topic: 'rejected.orders' }).length === 8)
    expect(index.originOf('rejected.orders')).toBe('orders')
  })
})

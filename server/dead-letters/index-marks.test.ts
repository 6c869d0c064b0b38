import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { IssueStatus } from '@/lib/contracts/dead-letters'
import { packItems, type ReplayItem } from '@/server/replays/replay-item'
import { deadLetterStatus, replay, replayRecord } from '@/server/store/schema'
import type { PlaceFilter } from './service'
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
    const index = await bench.run(cluster)
    await until('complete', () => index.complete())
    expect(recordsOf(index, all).map(row => row.status)).toEqual(['new', 'new', 'replayed'])
    expect(index.issues(all)).toMatchObject([{ count: 3, open: 2, status: 'new' }])
    expect(index.find('a-dlt', 0, 0n)).toEqual({
      status: 'replayed',
      fingerprint: index.issues(all)[0]?.fingerprint,
      expiresAt: expect.any(String),
    })
    ledger(cluster, 'a-dlt', 0, 1, target)
    await until('followed', () => index.issues(all)[0]?.open === 1)
    index.markReplayed('a-dlt', [{ partition: 0, offset: 2n }])
    expect(index.issues(all)).toMatchObject([{ open: 0, status: 'replayed' }])
  })

  it('a letter that comes back is refailed: by its headers, or by where it came from', async () => {
    const cluster = new FakeCluster({ id: 'refailed' })
    cluster.topic('a-dlt')
    cluster.topic('__milena_replays')
    cluster.append('a-dlt', 0, { headers: springHeaders({ offset: 1 }) })
    ledger(cluster, 'a-dlt', 0, 0, target)
    const index = await bench.run(cluster)
    await until('complete', () => index.complete())
    cluster.append('a-dlt', 0, {
      headers: [
        ...springHeaders({ offset: 99 }),
        { name: Buffer.from('x-replay-count'), value: Buffer.from('1') },
      ],
      timestampMs: NOW + 1,
    })
    await until('by headers', () => recordsOf(index, { ...all, status: 'refailed' }).length === 1)
    expect(index.issues(all)).toMatchObject([{ count: 2, open: 1, status: 'refailed' }])
    // Its headers were lost on the way, but its origin is where a replay wrote.
    cluster.append('a-dlt', 0, {
      headers: springHeaders({ topic: target.topic, partition: 1, offset: 77 }),
      timestampMs: NOW + 2,
    })
    await until('by origin', () => recordsOf(index, { ...all, status: 'refailed' }).length === 2)
    // Replayed once more: it is replayed, not refailed.
    index.markReplayed('a-dlt', [
      { partition: 0, offset: 1n },
      { partition: 0, offset: 2n },
    ])
    expect(index.issues(all)).toMatchObject([{ open: 0, status: 'replayed' }])
  })

  it('what replays without a ledger sent is read from their mirrors, by every process, and outlives a rebuild', async () => {
    const cluster = new FakeCluster({ id: 'mirrors' })
    cluster.topic('a-dlt')
    for (let i = 0; i < 4; i++)
      cluster.append('a-dlt', 0, { headers: springHeaders({ offset: i }), timestampMs: NOW + i })
    const store = await bench.store
    const item = (offset: number, outcome: 'replayed' | 'unknown' | 'remaining') => ({
      ...{ partition: 0, offset: BigInt(offset), target: { topic: 'orders', partition: 0 }, count: 1 },
      ...{ body: null, outcome, reason: null, targetOffset: null, atMs: NOW },
    })
    const make = async (id: string, over: Partial<typeof replay.$inferInsert>, items: ReplayItem[]) => {
      await store.db.insert(replay).values({
        ...{ id, cluster: 'mirrors', state: 'running', sourceTopic: 'a-dlt', targets: '[]', options: '{}' },
        sourceTopicId: cluster.topics.get('a-dlt')?.id,
        ...{ guarantee: 'at-least-once', again: false, by: 'kim', createdAtMs: NOW, selected: items.length },
        replayed: items.filter(one => one.outcome === 'replayed').length,
        ...over,
      })
      await store.db
        .insert(replayRecord)
        .values({ replay: id, chunk: 0, count: items.length, packed: packItems(items) })
    }
    await make('alo', {}, [item(0, 'replayed'), item(1, 'unknown'), item(2, 'remaining')])
    // The ledger's own word, and a copy: neither counts.
    await make('eos', { guarantee: 'exactly-once' }, [item(3, 'replayed')])
    await make('copy', { kind: 'copy' }, [item(3, 'replayed')])
    const index = await bench.run(cluster)
    const statuses = () => recordsOf(index, all).map(row => row.status)
    await until('complete', () => index.complete())
    await until('read', () => statuses().includes('replayed'))
    expect(statuses()).toEqual(['new', 'new', 'new', 'replayed'])
    const sent = [item(0, 'replayed'), item(1, 'unknown'), item(2, 'replayed')]
    await store.db
      .update(replayRecord)
      .set({ packed: packItems(sent) })
      .where(eq(replayRecord.replay, 'alo'))
    await store.db.update(replay).set({ replayed: 2 }).where(eq(replay.id, 'alo'))
    await index.triageChanged()
    expect(statuses()).toEqual(['new', 'replayed', 'new', 'replayed'])
    index.rebuild()
    await until('rebuilt', () => statuses().length === 4)
    expect(statuses()).toEqual(['new', 'replayed', 'new', 'replayed'])
  })

  it("a topic made anew has none of the old one's replays", async () => {
    const cluster = new FakeCluster({ id: 'anew' })
    cluster.topic('a-dlt')
    cluster.topic('__milena_replays')
    cluster.append('a-dlt', 0, { headers: springHeaders({}) })
    ledger(cluster, 'a-dlt', 0, 0, target)
    cluster.topic('a-dlt')
    cluster.append('a-dlt', 0, { headers: springHeaders({}) })
    const index = await bench.run(cluster)
    await until('complete', () => index.complete())
    expect(recordsOf(index, all)).toMatchObject([{ status: 'new' }])
  })
})

describe('triage', () => {
  it('a decision holds; a resolved issue with newer letters is new again', async () => {
    const cluster = new FakeCluster({ id: 'triage' })
    cluster.topic('a-dlt')
    cluster.topic('b-dlt')
    cluster.append('a-dlt', 0, { headers: springHeaders({}), timestampMs: NOW - 1000 })
    cluster.append('b-dlt', 0, { headers: genericHeaders(), timestampMs: NOW - 1000 })
    const first = await bench.run(cluster)
    await until('complete', () => first.complete())
    const issues = first.issues(all)
    const decide = async (family: string, status: 'resolved' | 'archived') =>
      (await bench.store).db.insert(deadLetterStatus).values({
        cluster: 'triage',
        fingerprint: issues.find(issue => issue.family === family)?.fingerprint ?? '',
        status,
        by: 'kim',
        atMs: NOW - 500,
        firstSeenMs: NOW - 86_400_000,
      })
    await decide('spring', 'resolved')
    await decide('generic', 'archived')

    const index = await bench.run(cluster)
    await until('complete', () => index.complete())
    const status = (family: string) => index.issues(all).find(issue => issue.family === family)
    expect(status('spring')).toMatchObject({
      status: 'resolved',
      firstSeen: new Date(NOW - 86_400_000).toISOString(),
    })
    expect(status('generic')?.status).toBe('archived')
    cluster.append('a-dlt', 0, { headers: springHeaders({}), timestampMs: NOW })
    cluster.append('b-dlt', 0, { headers: genericHeaders(), timestampMs: NOW })
    await until('new letters', () => recordsOf(index, all).length === 4)
    expect(status('spring')?.status).toBe('new')
    expect(status('generic')?.status).toBe('archived')
    expect(recordsOf(index, { ...all, topic: 'a-dlt' }).map(row => row.status)).toEqual(['new', 'resolved'])
    const matched = (status: IssueStatus) => index.page({ ...all, status }, 10, null, false).matched
    expect([matched('new'), matched('resolved'), matched('archived'), matched('replayed')]).toEqual([
      1, 1, 2, 0,
    ])
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
    const index = await bench.run(cluster)
    await until('complete', () => index.complete())
    expect(index.topics().map(({ topic, by, originTopic }) => [topic, by, originTopic])).toEqual([
      ['rejects', 'config', 'orders'],
      ['orders-dlq', 'name', 'orders'],
    ])
    expect(recordsOf(index, all)).toMatchObject([{ family: 'unknown', origin: { topic: null } }])
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
    const index = await bench.run(cluster, { probeIntervalMs: 100 })
    await until('found', () => index.topics().length === 2)
    await nextRound(index)
    expect(index.topics().map(({ topic, by }) => [topic, by])).toEqual([
      ['rejected.orders', 'headers'],
      ['share-rejects', 'config'],
    ])
    await until('indexed', () => recordsOf(index, { ...all, topic: 'rejected.orders' }).length === 8)
    expect(index.originOf('rejected.orders')).toBe('orders')
  })
})

describe('selections and what expires', () => {
  it('places of a topic: by issue, time, offset, partition and text; what is done only on request', async () => {
    const cluster = new FakeCluster({ id: 'places' })
    cluster.topic('a-dlt', 2)
    cluster.topic('b-dlt')
    for (let i = 0; i < 6; i++)
      cluster.append('a-dlt', i % 2, {
        key: `o-${i}`,
        headers: i < 4 ? springHeaders({ offset: i, message: `card ${i} declined` }) : genericHeaders(),
        timestampMs: NOW - 10_000 + i * 1000,
      })
    cluster.append('b-dlt', 0, { headers: genericHeaders() })
    const index = await bench.run(cluster)
    await until('complete', () => index.complete())
    index.markReplayed('a-dlt', [{ partition: 0, offset: 0n }])
    const places = (over: Partial<PlaceFilter>) =>
      index
        .places({ topic: 'a-dlt', done: false, from: null, until: null, ...over })
        .map(({ partition, offset }) => `${partition}/${offset}`)
    expect(places({})).toEqual(['0/1', '0/2', '1/0', '1/1', '1/2'])
    expect(places({ done: true })).toHaveLength(6)
    expect(places({ partitions: [1] })).toEqual(['1/0', '1/1', '1/2'])
    expect(places({ from: { kind: 'offset', offset: 2n } })).toEqual(['0/2', '1/2'])
    expect(places({ until: { kind: 'time', atMs: NOW - 8000 } })).toEqual(['1/0'])
    expect(places({ contains: 'card 3' })).toEqual(['1/1'])
    expect(places({ contains: 'o-4' })).toEqual(['0/2'])
    const generic = index.issues(all).find(issue => issue.family === 'generic')?.fingerprint
    expect(places({ fingerprint: generic })).toEqual(['0/2', '1/2'])
    expect(places({ fingerprint: 'v1:other' })).toEqual([])
  })

  it('letters that retention takes soon are counted until somebody has done something about them', async () => {
    const cluster = new FakeCluster({ id: 'expires' })
    const hour = 3_600_000
    cluster.topic('a-dlt', 1, { 'retention.ms': String(100 * hour) })
    cluster.topic('kept-dlt', 1, { 'retention.ms': '-1' })
    for (const hours of [99, 98, 80, 70]) {
      cluster.append('a-dlt', 0, { headers: genericHeaders(), timestampMs: NOW - hours * hour })
      cluster.append('kept-dlt', 0, { headers: genericHeaders(), timestampMs: NOW - hours * hour })
    }
    const index = await bench.run(cluster)
    await until('complete', () => index.complete())
    const within = (hours: number) => index.countExpiring('a-dlt', NOW + hours * hour)
    expect([within(1.5), within(24), within(48)]).toEqual([1, 3, 4])
    expect(index.countExpiring('kept-dlt', NOW + 1000 * hour)).toBe(0)
    index.markReplayed('a-dlt', [{ partition: 0, offset: 1n }])
    expect(within(24)).toBe(2)
  })
})

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { testContext } from '@/server/http/testing'
import type { KafkaClusters } from '@/server/kafka/port'
import { assignIssues } from './assign-issues'
import { commentIssue } from './comment-issue'
import { getIssue } from './get-issue'
import { listIssues } from './list-issues'
import { rebuildIndex } from './rebuild-index'
import { setOrigin } from './set-origin'
import { setIssueStatus } from './set-status'
import { FakeCluster, genericHeaders, IndexBench, NOW, nextRound, springHeaders, until } from './testing'

const bench = new IndexBench()
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })
beforeAll(async () => void (await bench.store))
afterEach(() => bench.stop())
afterAll(() => bench.close())

async function inbox(id: string, over: ConstructorParameters<typeof FakeCluster>[0] = {}) {
  const cluster = new FakeCluster({ id, ...over })
  cluster.topic('orders')
  cluster.topic('orders-dlt', 2)
  const add = (partition: number, timestampMs = NOW) =>
    cluster.append('orders-dlt', partition, {
      key: 'o-1',
      headers: springHeaders({ topic: 'orders' }),
      timestampMs,
    })
  add(0)
  add(1, NOW - 1000)
  const index = await bench.run(cluster)
  await until('complete', () => index.complete())
  const clusters = { get: () => cluster.asPort(), list: () => [cluster.config], close: async () => undefined }
  const ctx = testContext({
    store: await bench.store,
    clusters: clusters as unknown as KafkaClusters,
    services: { deadLetters: { of: () => index } },
    actor: { name: 'kim' },
    clock: { now: () => NOW + 60_000 },
  })
  const list = (sort: 'lastSeen' | 'recent' = 'lastSeen') =>
    listIssues(ctx, { cluster: id, sort, limit: 100 })
  const fingerprint = (await list()).items[0]?.fingerprint ?? ''
  const issue = () => getIssue(ctx, { cluster: id, fingerprint })
  return {
    cluster,
    index,
    ctx,
    add,
    list,
    issue,
    fingerprint,
    input: { cluster: id, fingerprints: [fingerprint] },
  }
}

describe('an issue', () => {
  it('is acknowledged, assigned, commented, resolved with a reason, and its history says by whom', async () => {
    const { ctx, input, issue, list, fingerprint } = await inbox('history')
    await setIssueStatus(ctx, { ...input, status: 'acknowledged' })
    expect((await issue()).issue.status).toBe('acknowledged')
    await assignIssues(ctx, { ...input, assignee: 'lee' })
    // The same again is no news.
    await assignIssues(ctx, { ...input, assignee: 'lee' })
    await commentIssue(ctx, { cluster: 'history', fingerprint, text: 'the bank is down' })
    await setIssueStatus(ctx, { ...input, status: 'resolved', reason: 'refunded by hand' })
    const { history, issue: now } = await issue()
    expect(now).toMatchObject({ status: 'resolved', assignee: 'lee', count: 2 })
    expect(history).toHaveLength(4)
    expect(history.map(({ kind, actor, from, to, text }) => ({ kind, actor, from, to, text }))).toEqual(
      expect.arrayContaining([
        { kind: 'status', actor: 'kim', from: 'acknowledged', to: 'resolved', text: 'refunded by hand' },
        { kind: 'comment', actor: 'kim', from: null, to: null, text: 'the bank is down' },
        { kind: 'assign', actor: 'kim', from: null, to: 'lee', text: null },
        { kind: 'status', actor: 'kim', from: 'new', to: 'acknowledged', text: null },
      ]),
    )
    expect((await list()).byStatus.resolved).toBe(1)
    const mine = await listIssues(ctx, { cluster: 'history', assignee: 'lee', sort: 'lastSeen', limit: 10 })
    expect(mine.matched).toBe(1)
  })

  it('grows with its third letter in two hours, and then stands before one that died later', async () => {
    const { add, cluster, list } = await inbox('growing')
    expect(await list()).toMatchObject({ recent: 2, growing: 0 })
    add(0)
    cluster.append('orders-dlt', 1, {
      key: 'o-2',
      headers: springHeaders({ topic: 'orders', message: 'no such customer' }),
      timestampMs: NOW + 1000,
    })
    await vi.waitFor(async () => expect(await list()).toMatchObject({ recent: 4, growing: 1 }), 20_000)
    expect((await list()).items.map(issue => issue.count)).toEqual([1, 3])
    expect((await list('recent')).items.map(issue => issue.count)).toEqual([3, 1])
  })

  it('that was resolved comes back with a letter behind the decision, however old its time is', async () => {
    const { add, index, input, ctx, issue } = await inbox('regress')
    await setIssueStatus(ctx, { ...input, status: 'resolved', reason: 'fixed in 1.2' })
    expect((await issue()).issue.status).toBe('resolved')
    expect(index.reopened()).toEqual([])
    // Connect keeps the source's time: this letter came after the decision and looks older than it.
    add(1, NOW - 86_400_000)
    await until('a regression', () => index.reopened().length > 0)
    expect((await issue()).issue.status).toBe('new')
  })

  it('that was archived stays so', async () => {
    const { add, index, input, ctx, issue } = await inbox('archive')
    await setIssueStatus(ctx, { ...input, status: 'archived', reason: 'a test' })
    add(0)
    await nextRound(index)
    await nextRound(index)
    expect((await issue()).issue).toMatchObject({ status: 'archived', count: 3 })
  })

  it('needs a reason to be resolved, and the right to triage every topic it spans', async () => {
    const { ctx, input, fingerprint } = await inbox('refuse')
    await expect(setIssueStatus(ctx, { ...input, status: 'resolved' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      fields: [{ path: 'reason' }],
    })
    const as = (grants: Parameters<typeof testContext>[0]) => ({
      ...ctx,
      actor: { ...ctx.actor, ...testContext(grants).actor },
    })
    await expect(
      setIssueStatus(as({ roles: ['viewer'] }), { ...input, status: 'acknowledged' }),
    ).rejects.toMatchObject({ code: 'DENIED' })
    await expect(
      assignIssues(as({ grants: [{ role: 'developer', topics: ['payments*'] }, { role: 'viewer' }] }), {
        ...input,
        assignee: 'x',
      }),
    ).rejects.toMatchObject({ code: 'DENIED' })
    await expect(
      commentIssue(ctx, { cluster: 'refuse', fingerprint: 'v1:none', text: 'x' }),
    ).rejects.toMatchObject({ code: 'ISSUE_UNKNOWN' })
    const many = await setIssueStatus(ctx, {
      cluster: 'refuse',
      fingerprints: [fingerprint, 'v1:none'],
      status: 'acknowledged',
    })
    expect(many).toEqual({ changed: [fingerprint], unknown: ['v1:none'] })
  })

  it('tells its keys, samples and links, and keys only to who may read records', async () => {
    const links = [
      { name: 'Grafana', url: 'https://grafana.example/d?topic={originTopic}&from={fromMs}' },
      { name: 'Trace', url: 'https://tempo.example/{traceId}' },
    ]
    const { ctx, issue, fingerprint } = await inbox('links', {
      deadLetters: { topics: [], exclude: [], links },
    })
    const found = await issue()
    expect(found.keys).toEqual([{ key: 'o-1', count: 2 }])
    expect(found.groups).toEqual(['payment-service'])
    expect(found.links).toEqual([
      { name: 'Grafana', url: `https://grafana.example/d?topic=orders&from=${NOW - 1000 - 3_600_000}` },
    ])
    const auditor = { ...ctx, actor: { ...ctx.actor, grants: [{ role: 'auditor' as const }] } }
    expect((await getIssue(auditor, { cluster: 'links', fingerprint })).keys).toBeNull()
  })
})

describe('a topic whose letters name no origin', () => {
  it('is told once where they came from; that is remembered and may be changed', async () => {
    const cluster = new FakeCluster({ id: 'origin' })
    cluster.topic('lost')
    cluster.topic('found')
    cluster.topic('other-dlq')
    cluster.append('other-dlq', 0, { headers: genericHeaders().slice(1) })
    const index = await bench.run(cluster)
    await until('complete', () => index.complete())
    const clusters = {
      get: () => cluster.asPort(),
      list: () => [cluster.config],
      close: async () => undefined,
    }
    const ctx = testContext({
      store: await bench.store,
      clusters: clusters as unknown as KafkaClusters,
      services: { deadLetters: { of: () => index } },
    })
    const at = { cluster: 'origin', topic: 'other-dlq' }
    expect(index.topics()[0]).toMatchObject({ needsOrigin: true, originTopic: null, originBy: null })
    await setOrigin(ctx, { ...at, origin: 'lost' })
    expect(index.topics()[0]).toMatchObject({ originTopic: 'lost', originBy: 'person' })
    await setOrigin(ctx, { ...at, origin: 'found' })
    // Another process, or this one after a restart.
    const later = await bench.run(cluster)
    await until('complete', () => later.complete())
    expect(later.originOf('other-dlq')).toBe('found')
    await expect(setOrigin(ctx, { ...at, origin: 'other-dlq' })).rejects.toMatchObject({
      code: 'TARGET_INVALID',
    })
    await expect(setOrigin(ctx, { ...at, origin: 'nowhere' })).rejects.toMatchObject({
      code: 'TOPIC_UNKNOWN',
    })
    await expect(setOrigin(ctx, { ...at, topic: 'lost', origin: 'found' })).rejects.toMatchObject({
      code: 'TOPIC_UNKNOWN',
    })
    expect(await setOrigin(ctx, { ...at, origin: null })).toEqual({ topic: 'other-dlq', originTopic: null })
  })
})

it('letters that name several topics, or none that can be, tell nothing about one that names none', async () => {
  const cluster = new FakeCluster({ id: 'mixed' })
  const named = (...topics: string[]) => {
    const name = `${topics.length}-dlq`
    cluster.topic(name)
    for (const topic of topics) cluster.append(name, 0, { headers: genericHeaders({ topic }) })
    cluster.append(name, 0, { headers: genericHeaders().slice(1) })
  }
  named('orders', 'orders', '../etc/passwd')
  named('orders', 'orders', 'orders', 'payments')
  const index = await bench.run(cluster)
  await until('complete', () => index.complete())
  expect(index.topics()).toMatchObject([
    { topic: '3-dlq', originTopic: 'orders', originBy: 'headers', needsOrigin: true },
    { topic: '4-dlq', originTopic: null, originBy: null, needsOrigin: true },
  ])
  expect(index.originOf('3-dlq')).toBe('orders')
  expect(index.originOf('4-dlq')).toBeNull()
})

it('is rebuilt from Kafka when asked, and what was decided stays', async () => {
  const { ctx, index, input, issue, cluster } = await inbox('rebuild')
  await setIssueStatus(ctx, { ...input, status: 'acknowledged' })
  const reads = cluster.fetches.length
  expect(await rebuildIndex(ctx, { cluster: 'rebuild' })).toEqual({ topics: ['orders-dlt'] })
  expect(index.complete()).toBe(false)
  await until('complete again', () => index.complete())
  expect(cluster.fetches.length).toBeGreaterThan(reads)
  expect((await issue()).issue).toMatchObject({ count: 2, status: 'acknowledged' })
  await expect(rebuildIndex(ctx, { cluster: 'rebuild', topic: 'orders' })).rejects.toMatchObject({
    code: 'TOPIC_UNKNOWN',
  })
})

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ReplayState } from '@/lib/contracts/replays'
import { testContext } from '@/server/http/testing'
import type { KafkaClusters } from '@/server/kafka/port'
import { packItems, type ReplayItem } from '@/server/replays/replay-item'
import { deadLetterAlias, replay, replayPlan, replayRecord } from '@/server/store/schema'
import { dropLetters } from './drop-letters'
import { DroppedPlaces, packPlaces, unpackPlaces } from './drop-places'
import { getIssue } from './get-issue'
import { splitFingerprint } from './issue-aliases'
import { listDrops } from './list-drops'
import { mergeIssues } from './merge-issues'
import { restoreDrop } from './restore-drop'
import { setIssueStatus } from './set-status'
import { splitIssue } from './split-issue'
import { FakeCluster, IndexBench, NOW, recordsOf, springHeaders, until } from './testing'

const all = { may: () => true }
const bench = new IndexBench()
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })
beforeAll(async () => void (await bench.store))
afterEach(() => bench.stop())
afterAll(() => bench.close())

/** Two failures in two topics: `Declined` four times over both, `Missing` twice. */
async function inbox(id: string) {
  const cluster = new FakeCluster({ id })
  cluster.topic('orders-dlt', 2)
  cluster.topic('returns-dlt')
  const add = (topic: string, partition: number, exception: string, message: string) =>
    cluster.append(topic, partition, {
      headers: springHeaders({ topic: 'orders', exception: `com.acme.${exception}`, message }),
      timestampMs: NOW,
    })
  for (let i = 0; i < 3; i++) add('orders-dlt', i % 2, 'Declined', `card ${i} declined`)
  add('returns-dlt', 0, 'Declined', 'card 3 declined')
  add('orders-dlt', 1, 'Missing', 'no order 1')
  add('orders-dlt', 1, 'Missing', 'no order 2')
  const index = await bench.run(cluster)
  await until('complete', () => index.complete())
  const clusters = { get: () => cluster.asPort(), list: () => [cluster.config], close: async () => undefined }
  const context = (roles: ('admin' | 'viewer' | 'developer')[] = ['developer']) =>
    testContext({
      store: bench.opened,
      clusters: clusters as unknown as KafkaClusters,
      services: { deadLetters: { of: () => index } },
      roles,
      actor: { name: 'kim' },
      clock: { now: () => NOW + 60_000 },
    })
  const issueOf = (exception: string) => {
    const found = index.issues(all).filter(one => one.exceptionClass === `com.acme.${exception}`)
    return found.map(({ fingerprint, count, open, status }) => ({ fingerprint, count, open, status }))
  }
  const fingerprint = (exception: string) => issueOf(exception)[0]?.fingerprint ?? ''
  return { cluster, index, add, context, issueOf, fingerprint }
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fine',
    (error: { code?: string }) => error.code,
  )

describe('drops', () => {
  it('an issue with a reason: resolved in all its topics, kept over a rebuild, open again when new ones come', async () => {
    const { index, add, context, issueOf, fingerprint } = await inbox('drop-issue')
    const ctx = context()
    const cluster = 'drop-issue'
    const declined = fingerprint('Declined')
    const answer = await dropLetters(ctx, { cluster, fingerprint: declined, reason: 'test cards' })
    expect(answer.dropped).toBe(issueOf('Declined').reduce((sum, one) => sum + one.count, 0))
    expect(issueOf('Declined')).toMatchObject([{ open: 0, status: 'resolved' }])
    expect(
      index.places({ topic: 'orders-dlt', fingerprint: declined, done: false, from: null, until: null }),
    ).toEqual([])
    expect(index.isDropped('orders-dlt', 0, 0n)).toBe(true)
    expect((await getIssue(ctx, { cluster, fingerprint: declined })).history[0]).toMatchObject({
      kind: 'dropped',
      actor: 'kim',
      text: 'test cards',
    })
    index.rebuild()
    await until('read again', () => issueOf('Declined')[0]?.count === answer.dropped)
    expect(issueOf('Declined')).toMatchObject([{ open: 0, status: 'resolved' }])
    add('orders-dlt', 0, 'Declined', 'card 9 declined')
    await until('a new one', () => issueOf('Declined')[0]?.open === 1)
    expect(issueOf('Declined')[0]?.status).toBe('new')
    expect(
      await codeOf(dropLetters(context(['viewer']), { cluster, fingerprint: declined, reason: 'x' })),
    ).toBe('DENIED')
  })

  it('single records, listed with their reason, and taken back', async () => {
    const { index, context, issueOf, fingerprint } = await inbox('drop-records')
    const ctx = context()
    const cluster = 'drop-records'
    const records = [{ partition: 1, offset: '1' }]
    const { drops } = await dropLetters(ctx, { cluster, topic: 'orders-dlt', records, reason: 'a duplicate' })
    expect(issueOf('Missing')).toMatchObject([{ count: 2, open: 1, status: 'new' }])
    expect(recordsOf(index, { ...all, status: 'resolved' })).toMatchObject([
      { message: { partition: 1, offset: '1' } },
    ])
    expect((await listDrops(ctx, { cluster, topic: 'orders-dlt' })).items).toMatchObject([
      { count: 1, reason: 'a duplicate', by: 'kim', topic: 'orders-dlt' },
    ])
    // They belong to the story of the issue that they are all of.
    const ofIssue = () => listDrops(ctx, { cluster, fingerprint: fingerprint('Missing') })
    expect((await ofIssue()).items).toMatchObject([{ count: 1, reason: 'a duplicate' }])
    // A second click drops nothing more: taken back once, the letter is open again.
    const again = dropLetters(ctx, { cluster, topic: 'orders-dlt', records, reason: 'a duplicate' })
    expect(await codeOf(again)).toBe('SELECTION_EMPTY')
    const id = drops[0]?.id ?? ''
    expect(await codeOf(restoreDrop(context(['viewer']), { cluster, drop: id }))).toBe('DENIED')
    await restoreDrop(ctx, { cluster, drop: id })
    expect(issueOf('Missing')).toMatchObject([{ open: 2 }])
    expect((await ofIssue()).items).toEqual([])
    expect(await codeOf(restoreDrop(ctx, { cluster, drop: id }))).toBe('DROP_UNKNOWN')
  })

  it('nothing to drop, and nothing named, is refused', async () => {
    const { context } = await inbox('drop-nothing')
    const ctx = context()
    const cluster = 'drop-nothing'
    const gone = [{ partition: 0, offset: '999' }]
    expect(await codeOf(dropLetters(ctx, { cluster, topic: 'orders-dlt', records: gone, reason: 'x' }))).toBe(
      'SELECTION_EMPTY',
    )
    expect(await codeOf(dropLetters(ctx, { cluster, topic: 'gone-dlt', records: gone, reason: 'x' }))).toBe(
      'TOPIC_UNKNOWN',
    )
    expect(await codeOf(dropLetters(ctx, { cluster, fingerprint: 'v1:gone', reason: 'x' }))).toBe(
      'ISSUE_UNKNOWN',
    )
    expect(await codeOf(dropLetters(ctx, { cluster, reason: 'x' }))).toBe('INPUT_INVALID')
  })

  it('places are packed as stretches and found again', () => {
    const places = [5, 6, 7, 9, 9, 2].map(offset => ({ partition: 3, offset: BigInt(offset) }))
    const packed = unpackPlaces(packPlaces(places))
    expect(packed).toEqual([[3, [2, 2, 5, 7, 9, 9]]])
    const dropped = new DroppedPlaces([packed, [[3, [6, 8, 20, 30]]]])
    const has = Array.from({ length: 32 }, (_, offset) => offset).filter(offset => dropped.has(3, offset))
    expect(has).toEqual([2, 5, 6, 7, 8, 9, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30])
    expect(dropped.has(2, 5)).toBe(false)
  })
})

describe('fingerprints', () => {
  it('are merged by a person: one issue with one history, decided about as one, and split again', async () => {
    const { index, context, fingerprint, issueOf } = await inbox('merge')
    const ctx = context()
    const cluster = 'merge'
    const [declined, missing] = [fingerprint('Declined'), fingerprint('Missing')]
    const before = index.issues(all)
    await mergeIssues(ctx, { cluster, fingerprints: [missing], into: declined })
    const merged = index.issues(all)
    expect(merged).toHaveLength(before.length - 1)
    const whole = merged.find(one => one.fingerprint === declined)
    expect(whole).toMatchObject({
      count: before
        .filter(one => [declined, missing].includes(one.fingerprint))
        .reduce((n, one) => n + one.count, 0),
      merged: [missing],
      topics: before.find(one => one.fingerprint === declined)?.topics,
    })
    const rows = recordsOf(index, { ...all, fingerprint: declined })
    expect(rows).toHaveLength(whole?.count ?? 0)
    expect(new Set(rows.map(row => row.fingerprint))).toEqual(new Set([declined]))
    await setIssueStatus(ctx, { cluster, fingerprints: [declined], status: 'archived', reason: 'old' })
    expect(index.issues(all).find(one => one.fingerprint === declined)?.status).toBe('archived')
    await splitIssue(ctx, { cluster, fingerprint: missing, undo: false })
    expect(index.issues(all)).toHaveLength(before.length)
    expect(issueOf('Missing')).toMatchObject([{ status: 'new', count: 2 }])
    expect((await getIssue(ctx, { cluster, fingerprint: declined })).history.map(({ kind }) => kind)).toEqual(
      ['split', 'status', 'merged'],
    )
    expect(await codeOf(splitIssue(ctx, { cluster, fingerprint: missing, undo: false }))).toBe(
      'ISSUE_UNKNOWN',
    )
    expect(await codeOf(mergeIssues(ctx, { cluster, fingerprints: [declined], into: declined }))).toBe(
      'INPUT_INVALID',
    )
    expect(
      await codeOf(mergeIssues(context(['viewer']), { cluster, fingerprints: [missing], into: declined })),
    ).toBe('DENIED')
  })

  it('a text of the message makes an issue of its own, on every rebuild, until that is taken back', async () => {
    const { index, add, context, fingerprint } = await inbox('split')
    const ctx = context()
    const cluster = 'split'
    const missing = fingerprint('Missing')
    const made = await splitIssue(ctx, { cluster, fingerprint: missing, contains: 'order 2', undo: false })
    expect(made.fingerprint).toBe(splitFingerprint(missing, 'order 2'))
    const counts = () =>
      Object.fromEntries(index.issues(all).map(({ fingerprint: name, count }) => [name, count]))
    await until('read anew', () => counts()[made.fingerprint] === 1 && counts()[missing] === 1)
    add('orders-dlt', 1, 'Missing', 'no order 2')
    await until('another one', () => counts()[made.fingerprint] === 2)
    expect(index.fingerprintOf(missing, 'no order 2')).toBe(made.fingerprint)
    for (const one of [missing, made.fingerprint])
      expect((await getIssue(ctx, { cluster, fingerprint: one })).history).toMatchObject([
        { kind: 'split', from: missing, to: made.fingerprint, text: 'order 2' },
      ])
    await splitIssue(ctx, { cluster, fingerprint: missing, contains: 'order 2', undo: true })
    await until('whole again', () => counts()[missing] === 3)
    expect(counts()[made.fingerprint]).toBeUndefined()
  })

  it('an issue is split by fifty texts at most: each letter is held against all of them', async () => {
    const { index, context, fingerprint } = await inbox('splits')
    const cluster = 'splits'
    const missing = fingerprint('Missing')
    const alias = { cluster, fingerprint: missing, into: 'v1s:x', by: 'kim', atMs: NOW }
    const texts = Array.from({ length: 50 }, (_, i) => ({ ...alias, contains: `text ${i}` }))
    await bench.opened.db.insert(deadLetterAlias).values(texts)
    const split = (contains: string, undo = false) =>
      splitIssue(context(), { cluster, fingerprint: missing, contains, undo })
    await expect(split('one more')).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      fields: [{ path: 'contains', code: 'TOO_MANY', params: { maximum: 50 } }],
    })
    // What is there already may be said again, and what is taken back makes room.
    const again = () => until('read anew', () => index.issues(all).some(one => one.fingerprint === missing))
    await split('text 0')
    await again()
    await split('text 1', true)
    await again()
    await split('one more')
  })
})

it('a record that is named twice in one call is one dropped letter', async () => {
  const { context } = await inbox('twice')
  const record = { partition: 0, offset: '0' }
  const named = { cluster: 'twice', topic: 'orders-dlt', records: [record, { ...record, offset: '00' }] }
  const { dropped, drops } = await dropLetters(context(), { ...named, reason: 'a test' })
  expect([dropped, drops.map(drop => drop.count)]).toEqual([1, [1]])
})

it('an issue is replaying while a replay of it runs or pauses, by its fingerprint or its records', async () => {
  const { index, issueOf, fingerprint } = await inbox('replaying')
  const store = await bench.store
  const run = async (id: string, state: ReplayState, fingerprint: string | null, items: ReplayItem[]) => {
    await store.db.insert(replayPlan).values({
      id: `p-${id}`,
      cluster: 'replaying',
      by: 'kim',
      hash: 'h',
      createdAtMs: 1,
      expiresAtMs: 2,
      request: JSON.stringify({ topic: 'orders-dlt', fingerprint }),
      plan: '{}',
      records: Buffer.from(''),
    })
    await store.db.insert(replay).values({
      id,
      cluster: 'replaying',
      planId: `p-${id}`,
      state,
      sourceTopic: 'orders-dlt',
      targets: '[]',
      options: '{}',
      guarantee: 'exactly-once',
      again: false,
      by: 'kim',
      createdAtMs: 1,
      selected: 1,
    })
    await store.db
      .insert(replayRecord)
      .values({ replay: id, chunk: 0, count: items.length, packed: packItems(items) })
    await index.triageChanged()
  }
  const statuses = () => [issueOf('Declined')[0]?.status, issueOf('Missing')[0]?.status]
  await run('r-done', 'completed', fingerprint('Declined'), [])
  expect(statuses()).toEqual(['new', 'new'])
  await run('r-issue', 'paused', fingerprint('Declined'), [])
  expect(statuses()).toEqual(['replaying', 'new'])
  const item = { partition: 1, offset: 1n, body: null, target: null, targetOffset: null, count: 1 }
  await run('r-records', 'running', null, [{ ...item, outcome: 'remaining', reason: null, atMs: null }])
  expect(statuses()).toEqual(['replaying', 'replaying'])
})

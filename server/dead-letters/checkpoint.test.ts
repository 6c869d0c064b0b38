import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ClusterDeadLetterIndex, ClusterIndexDeps } from './cluster-index'
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
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })
let folder = ''
beforeAll(async () => void (await bench.store))
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkpoint-'))
})
afterEach(async () => {
  await bench.stop()
  await rm(folder, { recursive: true })
})
afterAll(() => bench.close())

const path = () => join(folder, 'deep', 'c.index')
const run = (cluster: FakeCluster, over: Partial<ClusterIndexDeps> = {}) =>
  bench.run(cluster, { checkpoint: { path: path(), version: '1' }, ...over })

/** Two topics, one with what is needed to tell them apart after a restart: texts that differ, a replay, a gap. */
function filled(id: string): FakeCluster {
  const cluster = new FakeCluster({ id })
  cluster.topic('a-dlt', 2)
  cluster.topic('b-dlt')
  cluster.topic('__milena_replays')
  for (let i = 0; i < 700; i++)
    cluster.append('a-dlt', i % 2, {
      key: `주문-${i}`,
      value: i % 7 === 0 ? null : `{"n":${i}}`,
      headers:
        i % 3 === 0 ? genericHeaders({ count: i }) : springHeaders({ offset: i, message: `card ${i}` }),
      timestampMs: NOW - 100_000 + ((i * 7919) % 700),
    })
  cluster.append('b-dlt', 0, { headers: springHeaders({ group: 'b' }), timestampMs: NOW - 5 })
  ledger(cluster, 5)
  return cluster
}

function ledger(cluster: FakeCluster, offset: number): void {
  const topicId = cluster.topics.get('a-dlt')?.id
  const target = { topicId: 'x', topic: 'order.order-service.created', partition: 1, offset: `${offset}` }
  cluster.append('__milena_replays', 0, {
    key: JSON.stringify({ v: 1, topicId, partition: 0, offset: `${offset}` }),
    value: JSON.stringify({ v: 1, replay: 'r1', at: '2026-11-17T00:00:00.000Z', target, count: 1 }),
  })
}

const answersOf = (index: ClusterDeadLetterIndex) => ({
  rows: recordsOf(index, all),
  issues: index.issues(all),
  topics: index.topics().map(({ scannedAt, ...topic }) => topic),
})

/** Reads all, stops, and answers what it said. */
async function readAndStopped(cluster: FakeCluster) {
  const index = await run(cluster)
  await until('complete', () => index.complete())
  const said = answersOf(index)
  await index.stop()
  cluster.fetches = []
  return said
}

describe('a restart', () => {
  it('goes on where it was: the same answers, and nothing is read again', async () => {
    const cluster = filled('resumed')
    const said = await readAndStopped(cluster)
    expect((await stat(path())).mode & 0o777).toBe(0o600)
    const index = await run(cluster)
    await until('complete', () => index.complete())
    expect(answersOf(index)).toEqual(said)
    expect(cluster.fetches).toEqual([])
    expect(index.find('a-dlt', 0, 5n)?.status).toBe('replayed')
    expect(index.ledgerMap()?.coveredUntil(0)).toBe(1n)

    // And it lives on: what comes, what goes, what is replayed.
    cluster.append('a-dlt', 1, { key: 'new', headers: springHeaders({}), timestampMs: NOW })
    ledger(cluster, 6)
    cluster.deleteBelow('a-dlt', 0, 5)
    cluster.append('a-dlt', 0, { key: 'newer', headers: springHeaders({}), timestampMs: NOW + 1 })
    await until('followed', () => recordsOf(index, all).length === 698)
    await until('marked', () => index.find('a-dlt', 0, 6n)?.status === 'replayed')
    expect(recordsOf(index, all)[0]?.key).toBe('newer')
    expect(new Set(cluster.fetches)).toEqual(new Set(['a-dlt', '__milena_replays']))
  })

  it('reads what came meanwhile, forgets what went, and reads a topic made anew from its beginning', async () => {
    const cluster = filled('meanwhile')
    await readAndStopped(cluster)
    cluster.topic('b-dlt')
    for (let i = 0; i < 3; i++)
      cluster.append('b-dlt', 0, { key: `second-${i}`, headers: genericHeaders(), timestampMs: NOW })
    cluster.deleteBelow('a-dlt', 1, 300)
    cluster.append('a-dlt', 0, { key: 'late', headers: springHeaders({}), timestampMs: NOW + 5 })
    const index = await run(cluster)
    await until('complete', () => index.complete())
    await until('trimmed', () => recordsOf(index, { ...all, topic: 'a-dlt' }).length === 401)
    expect(recordsOf(index, { ...all, topic: 'b-dlt' }).map(row => row.key)).toEqual([
      'second-2',
      'second-1',
      'second-0',
    ])
    expect(recordsOf(index, all)[0]?.key).toBe('late')
    // A fetch of each topic that moved; the first 700 letters would have been more.
    expect(cluster.fetches.sort()).toEqual(['a-dlt', 'b-dlt'])
  })

  it('knows its recognised topics again before it has looked at their records', async () => {
    const cluster = new FakeCluster({ id: 'recognised' })
    cluster.topic('rejects')
    cluster.append('rejects', 0, { headers: springHeaders({ topic: 'orders' }), timestampMs: NOW })
    const first = await run(cluster, { probeIntervalMs: 50 })
    await until('recognised', () => recordsOf(first, all).length === 1)
    await first.stop()
    const index = await run(cluster, { probeIntervalMs: 600_000 })
    await nextRound(index)
    expect(recordsOf(index, all)).toHaveLength(1)
  })

  it('reads anew what a log holds that was cut back', async () => {
    const cluster = filled('cut-back')
    await readAndStopped(cluster)
    const log = cluster.topics.get('a-dlt')?.logs[0]
    log?.records.splice(0)
    cluster.append('a-dlt', 0, { key: 'other', headers: springHeaders({}), timestampMs: NOW })
    const index = await run(cluster)
    const ofTopic = () => recordsOf(index, { ...all, topic: 'a-dlt' })
    await until('read anew', () => ofTopic().some(row => row.key === 'other') && ofTopic().length === 351)
  })
})

describe('a checkpoint that does not fit', () => {
  const rebuilt = async (cluster: FakeCluster, over: Partial<ClusterIndexDeps> = {}) => {
    const index = await run(cluster, over)
    await until('complete', () => index.complete())
    expect(cluster.fetches).toContain('b-dlt')
    return answersOf(index)
  }

  it('is thrown away when a byte of it is another, wherever it stands, or it is cut', async () => {
    const cluster = filled('broken')
    const said = await readAndStopped(cluster)
    const good = await readFile(path())
    // A process that was killed while it wrote left this beside it; what is not of its kind stays.
    for (const name of ['4711.new', 'kept.new', '4711.new.too']) await writeFile(`${path()}.${name}`, 'half')
    for (const at of [3, 9, 40, Math.floor(good.length / 2), good.length - 1]) {
      const bad = Buffer.from(good)
      bad[at] = (bad[at] ?? 0) ^ 0x40
      await writeFile(path(), bad)
      cluster.fetches = []
      expect(await rebuilt(cluster)).toEqual(said)
      await bench.stop()
    }
    for (const bytes of [good.subarray(0, good.length - 7), Buffer.alloc(0), Buffer.from('no checkpoint')]) {
      await writeFile(path(), bytes)
      cluster.fetches = []
      expect(await rebuilt(cluster)).toEqual(said)
      await bench.stop()
    }
    const beside = (await readdir(dirname(path()))).filter(name => name.includes('.new'))
    expect(beside.map(name => name.slice(basename(path()).length)).sort()).toEqual([
      '.4711.new.too',
      '.kept.new',
    ])
  })

  it('is thrown away when another version wrote it, or letters were read otherwise', async () => {
    const cluster = filled('foreign')
    const said = await readAndStopped(cluster)
    expect(await rebuilt(cluster, { checkpoint: { path: path(), version: '2' } })).toEqual(said)
    await bench.stop()
    cluster.fetches = []
    cluster.config.deadLetters.frameworkPrefixes = ['com.acme.']
    const read = await rebuilt(cluster)
    expect(read.issues).not.toEqual(said.issues)
  })

  it('is not missed where it cannot be written', async () => {
    const cluster = filled('nowhere')
    await writeFile(join(folder, 'deep'), 'a file where the folder should be')
    const index = await run(cluster)
    await until('complete', () => index.complete())
    await index.stop()
    expect(recordsOf(index, all)).toHaveLength(701)
  })
})

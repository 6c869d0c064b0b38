import { asc, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabaseUrl } from '@/scripts/services/in-test'
import { audited } from '@/server/audit/audited'
import { verifyChain } from '@/server/audit/chain'
import { listAudit } from '@/server/audit/list-audit'
import { pruneAudit } from '@/server/audit/prune-audit'
import { testConfig, testContext, testStore } from '@/server/http/testing'
import { createLogger, silentLogger } from '@/server/log'
import { releaseLease, takeLease } from '@/server/store/lease'
import {
  auditEvent,
  lease,
  replay,
  replayPlan,
  replayRecord,
  setting,
  topicRequest,
} from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'
import { createJanitor, runRound } from './create-service'

const DAY = 86_400_000
const NOW = 1_795_000_000_000

const dialects: [string, () => Promise<string | null>][] = [
  ['pglite', async () => null],
  ['postgres', freshDatabaseUrl],
]

describe.each(dialects)('the janitor on %s', (_, databaseUrl) => {
  let store: Store
  let nowMs = NOW
  const clock = { now: () => nowMs }
  const config = testConfig({ retention: { auditDays: 100, replayDays: 30 } })
  const deps = () => ({ config, store, clock, log: silentLogger })
  const round = (owner = 'me') => runRound(deps(), owner)

  beforeAll(async () => {
    store = await testStore(await databaseUrl())
  })
  afterAll(() => store?.close())

  const write = async (atMs: number, resource: string) => {
    const ctx = testContext({ store, clock: { now: () => atMs } })
    await audited(ctx, { action: 'topic.create', cluster: 'dev', resource }, async () => 1)
  }
  const job = (id: string, state: 'completed' | 'running' | 'paused' | 'stopped', endedAtMs: number) => ({
    id,
    cluster: 'dev',
    state,
    sourceTopic: 't',
    targets: '[]',
    options: '{}',
    guarantee: 'exactly-once' as const,
    again: false,
    by: 'kim',
    createdAtMs: endedAtMs - 1000,
    finishedAtMs: state === 'completed' ? endedAtMs : null,
    selected: 1,
  })

  it('lets ended replays go with their records, and plans and leases long expired; what runs stays', async () => {
    const old = NOW - 31 * DAY
    await store.db
      .insert(replay)
      .values([
        job('old', 'completed', old),
        job('young', 'completed', NOW - 29 * DAY),
        job('running', 'running', old),
        job('paused', 'paused', old),
        job('stopped', 'stopped', old),
      ])
    await store.db.insert(replayRecord).values([
      { replay: 'old', chunk: 0, count: 1, packed: '[]' },
      { replay: 'young', chunk: 0, count: 1, packed: '[]' },
    ])
    const plan = (id: string, expiresAtMs: number) => ({
      ...{ id, cluster: 'dev', by: 'kim', hash: 'h', createdAtMs: 0, expiresAtMs },
      ...{ request: '{}', plan: '{}', records: new Uint8Array() },
    })
    await store.db.insert(replayPlan).values([plan('gone', NOW - 2 * DAY), plan('told', NOW - 1000)])
    const left = await takeLease(store, 'left', 'x', 1000, NOW - 40 * DAY)
    if (left) await releaseLease(store, left, NOW - 40 * DAY)
    await takeLease(store, 'held', 'x', 60_000, NOW)

    await round()
    const ids = async () => (await store.db.select({ id: replay.id }).from(replay)).map(row => row.id).sort()
    expect(await ids()).toEqual(['paused', 'running', 'young'])
    expect((await store.db.select().from(replayRecord)).map(row => row.replay)).toEqual(['young'])
    expect((await store.db.select().from(replayPlan)).map(row => row.id)).toEqual(['told'])
    const names = (await store.db.select().from(lease)).map(row => row.name).sort()
    expect(names).toEqual(['held', 'janitor'])
  })

  it('works once an hour in one of all replicas', async () => {
    await store.db.insert(replay).values(job('old2', 'completed', NOW - 31 * DAY))
    await round('another')
    expect(await store.db.select().from(replay).where(eq(replay.id, 'old2'))).toHaveLength(1)
    nowMs += 3_600_000
    await round('another')
    expect(await store.db.select().from(replay).where(eq(replay.id, 'old2'))).toHaveLength(0)
  })

  it('prunes the audit log by whole days, and what is left is verified from there', async () => {
    for (let i = 0; i < 6; i++) await write(NOW - (103 - i) * DAY, `topic:t${i}`)
    const before = await store.db.select().from(auditEvent)
    expect(before).toHaveLength(12)
    nowMs += 3_600_000
    await round()
    const rows = await store.db.select().from(auditEvent).orderBy(asc(auditEvent.seq))
    // Days 103 to 101 went, 100 to 98 are there, and two rows say so.
    expect(rows.filter(row => row.kind === 'intent').map(row => row.resource)).toEqual([
      'topic:t3',
      'topic:t4',
      'topic:t5',
      'audit',
    ])
    expect(rows[0]?.seq).toBe(7)
    expect(await verifyChain(store)).toEqual({ state: 'intact' })
    const { items, chain } = await listAudit(testContext({ store, clock }), { limit: 10 })
    expect(chain).toBe('intact')
    expect(items[0]).toMatchObject({ action: 'audit.prune', actor: 'milena', outcome: 'succeeded' })
    expect(items[0]?.details).toMatchObject({ seq: 6, rows: 6 })
    nowMs += 3_600_000
    await round()
    expect(await store.db.select().from(auditEvent)).toHaveLength(rows.length)
    await write(nowMs, 'topic:after')
    expect(await verifyChain(store)).toEqual({ state: 'intact' })
  })

  it('is the only one that may delete, and only what it names', async () => {
    await expect(store.db.delete(auditEvent)).rejects.toThrow()
    const beyond = store.db.transaction(async tx => {
      await tx.execute(sql`select set_config('milena.audit_prune_to', '7', true)`)
      await tx.delete(auditEvent)
    })
    await expect(beyond).rejects.toThrow()
    await expect(store.db.execute(sql`truncate audit_event`)).rejects.toThrow()
    await expect(store.db.update(auditEvent).set({ actor: 'x' })).rejects.toThrow()
    expect(await verifyChain(store)).toEqual({ state: 'intact' })
  })

  it('a beginning that somebody else cut off, moving the anchor along, is a break', async () => {
    const [first] = await store.db.select().from(auditEvent).orderBy(asc(auditEvent.seq)).limit(1)
    const [anchor] = await store.db.select().from(setting).where(eq(setting.key, 'audit.anchor'))
    if (!first || !anchor) throw new Error('no rows')
    const cut = async () => {
      await store.db.execute(sql`alter table audit_event disable trigger user`)
      await store.db.delete(auditEvent).where(eq(auditEvent.seq, first.seq))
      const value = JSON.stringify({ seq: first.seq, hash: first.hash })
      await store.db.update(setting).set({ value }).where(eq(setting.key, 'audit.anchor'))
    }
    await cut()
    expect(await verifyChain(store)).toMatchObject({ state: 'broken' })
    await store.db.insert(auditEvent).values(first)
    await store.db.update(setting).set({ value: anchor.value }).where(eq(setting.key, 'audit.anchor'))
    await store.db.execute(sql`alter table audit_event enable trigger user`)
    expect(await verifyChain(store)).toEqual({ state: 'intact' })
  })

  it('lets a broken log be, and says so', async () => {
    const lines: string[] = []
    await store.db.execute(sql`alter table audit_event disable trigger user`)
    await store.db.update(auditEvent).set({ actor: 'somebody' }).where(eq(auditEvent.seq, 8))
    await store.db.execute(sql`alter table audit_event enable trigger user`)
    const pruning = { beforeMs: NOW + DAY, nowMs, most: 1000, instance: 'i' }
    expect(await pruneAudit(store, pruning)).toEqual({ brokenAt: 8 })
    nowMs += 3_600_000
    const later = { ...deps(), clock: { now: () => nowMs + 50 * DAY } }
    await runRound({ ...later, log: createLogger('debug', { write: line => lines.push(line) }) }, 'me')
    expect(lines.join('')).toContain('the audit log is broken')
    expect((await store.db.select().from(auditEvent)).some(row => row.seq === 8)).toBe(true)
  })

  it('takes no more than its share at a time', async () => {
    const fresh = await testStore()
    for (let i = 0; i < 5; i++) {
      const ctx = testContext({ store: fresh, clock: { now: () => 1000 + i } })
      await audited(ctx, { action: 'x', cluster: null, resource: 'x' }, async () => 1)
    }
    const pruning = { beforeMs: 5000, nowMs: 6000, most: 4, instance: 'i' }
    expect(await pruneAudit(fresh, pruning)).toEqual({ rows: 4 })
    expect(await pruneAudit(fresh, pruning)).toEqual({ rows: 4 })
    expect(await pruneAudit(fresh, pruning)).toEqual({ rows: 2 })
    expect(await pruneAudit(fresh, pruning)).toEqual({ rows: 0 })
    expect(await verifyChain(fresh)).toEqual({ state: 'intact' })
    await fresh.close()
  })

  it('starts and stops', async () => {
    const janitor = createJanitor(deps())
    janitor.start()
    await janitor.stop()
    await janitor.stop()
  })

  it('counts what the planner goes by where nothing else does', async () => {
    const statistics = async () => {
      const answer = await store.db.execute(sql`select 1 from pg_stats where tablename = 'topic_request'`)
      return answer.rows.length
    }
    await store.db.insert(topicRequest).values({
      cluster: 'dev',
      topic: 'order.order-service.created',
      kind: 'create',
      state: 'pending',
      version: 1,
      by: 'kim',
      change: '{}',
      links: '[]',
      approvals: '[]',
      approvalsNeeded: 1,
      createdAtMs: NOW,
      updatedAtMs: NOW,
    })
    // Past every lease of the tests above.
    nowMs = NOW + 10_000 * DAY
    await round('statistics')
    if (store.dialect === 'pglite') expect(await statistics()).toBeGreaterThan(0)
  })
})

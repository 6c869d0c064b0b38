import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '@/lib/errors'
import { freshDatabaseUrl } from '@/scripts/services/in-test'
import { audited } from '@/server/audit/audited'
import { appendAudit, hashOf, lastAuditRow, verifyChain } from '@/server/audit/chain'
import { testContext, testStore } from '@/server/http/testing'
import { silentLogger } from '@/server/log'
import { asStoreError } from './errors'
import { releaseLease, renewLease, takeLease, withLease } from './lease'
import { openStore } from './open-store'
import { auditEvent, replay, replayPlan, replayRecord, setting } from './schema/index'
import type { Store } from './types'

// The same suite on both: PGlite is PostgreSQL's own code, but its drivers, its one connection and its locks differ.
const dialects: [string, () => Promise<string | null>][] = [
  ['pglite', async () => null],
  ['postgres', freshDatabaseUrl],
]
describe.each(dialects)('store on %s', (dialect, databaseUrl) => {
  let url: string | null
  let store: Store
  beforeAll(async () => {
    url = await databaseUrl()
    store = await testStore(url)
  })
  afterAll(() => store?.close())

  it('knows its dialect and keeps one installation id', async () => {
    expect(store.dialect).toBe(dialect)
    expect(store.installationId).toMatch(/^[0-9a-f]{12}$/)
    await store.ping()
  })

  it('is not called unavailable for a text that no database takes', async () => {
    const asked = store.db.select().from(setting).where(eq(setting.key, 'a\0b'))
    const error = await asked.then(() => null, asStoreError)
    expect(error).toMatchObject({ code: 'INPUT_INVALID' })
  })

  it('keeps bytes, 64-bit numbers and Korean text as they are, and refuses a broken constraint', async () => {
    // Every byte, and a part of a larger piece of memory.
    const records = Uint8Array.from({ length: 300 }, (_, i) => i).subarray(20, 290)
    const plan = {
      id: `plan-${dialect}`,
      cluster: '클러스터',
      by: '김',
      hash: 'h',
      createdAtMs: 1_795_226_150_002,
      expiresAtMs: Number.MAX_SAFE_INTEGER,
      request: '{}',
      plan: '{"a":"줄\\n"}',
      records,
    }
    await store.db.insert(replayPlan).values(plan)
    const [row] = await store.db.select().from(replayPlan).where(eq(replayPlan.id, plan.id))
    expect({ ...row, records: [...(row?.records ?? [])] }).toEqual({ ...plan, records: [...records] })
    const none = { ...plan, id: `none-${dialect}`, records: new Uint8Array() }
    const [kept] = await store.db.insert(replayPlan).values(none).returning()
    expect(kept?.records).toHaveLength(0)
    await expect(store.db.insert(replayPlan).values(plan)).rejects.toThrow()
    await expect(
      store.db.insert(replayRecord).values({ replay: 'nobody', chunk: 0, count: 0, packed: '[]' }),
    ).rejects.toThrow()
  })

  it('rolls a transaction back as a whole', async () => {
    await expect(
      store.db.transaction(async tx => {
        await tx.insert(setting).values({ key: 'half', value: '1' })
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(await store.db.select().from(setting).where(eq(setting.key, 'half'))).toEqual([])
  })

  describe('lease', () => {
    it('has one owner, is renewed by it, passes on when it expires, and fences the one before by its epoch', async () => {
      const first = await takeLease(store, 'l1', 'a', 1000, 10_000)
      expect(first).toMatchObject({ owner: 'a', epoch: 1, untilMs: 11_000 })
      expect(await takeLease(store, 'l1', 'b', 1000, 10_500)).toBeNull()
      expect(await takeLease(store, 'l1', 'a', 1000, 10_600)).toMatchObject({ epoch: 1, untilMs: 11_600 })
      const second = await takeLease(store, 'l1', 'b', 1000, 12_000)
      expect(second).toMatchObject({ owner: 'b', epoch: 2 })
      if (!first || !second) throw new Error('no lease')
      expect(await renewLease(store, first, 1000, 12_100)).toBeNull()
      await releaseLease(store, first, 12_150)
      expect(await renewLease(store, second, 1000, 12_200)).toMatchObject({ untilMs: 13_200 })
      await releaseLease(store, second, 12_250)
      expect(await takeLease(store, 'l1', 'a', 1000, 12_300)).toMatchObject({ owner: 'a', epoch: 3 })
    })

    it('starts a new epoch for an owner whose own lease had expired', async () => {
      await takeLease(store, 'l2', 'a', 1000, 10_000)
      expect(await takeLease(store, 'l2', 'a', 1000, 20_000)).toMatchObject({ epoch: 2 })
    })

    it('goes to one of many that ask at once', async () => {
      const owners = Array.from({ length: 8 }, (_, i) => `owner-${i}`)
      const taken = await Promise.all(owners.map(owner => takeLease(store, 'l3', owner, 5000, 1000)))
      expect(taken.filter(lease => lease !== null)).toHaveLength(1)
    })

    it('tells its holder when it is lost', async () => {
      const signals: AbortSignal[] = []
      const holder = withLease(store, 'l4', 'a', {
        ttlMs: 300,
        now: () => Date.now(),
        onTake: (_, signal) => signals.push(signal),
      })
      await expect.poll(() => signals.length, { timeout: 5000 }).toBe(1)
      await store.db.execute(sql`update lease set owner = 'b', epoch = 9, until_ms = 9e15 where name = 'l4'`)
      await expect.poll(() => signals[0]?.aborted, { timeout: 5000 }).toBe(true)
      expect(holder.current()).toBeNull()
      await holder.stop()
    })
  })

  describe('audit', () => {
    const at = { now: () => 1000 }

    it('writes the intent before it runs and the outcome after, in one chain', async () => {
      const ctx = testContext({ store, clock: at })
      const subject = {
        action: 'topic.create',
        cluster: 'c',
        resource: 'topic:t\0\ud800',
        details: { offset: 2n ** 63n, password: 'hunter2' },
      }
      const seen = await audited(ctx, subject, async () => {
        const last = await lastAuditRow(store)
        expect(last).toMatchObject({ kind: 'intent', outcome: null })
        expect(last?.details).toBe('{"offset":"9223372036854775808","password":"[redacted]"}')
        return 'done'
      })
      expect(seen).toBe('done')
      expect(await lastAuditRow(store)).toMatchObject({ kind: 'outcome', outcome: 'succeeded', code: null })
      expect(await verifyChain(store)).toEqual({ state: 'intact' })
    })

    it.each([
      [new AppError('TOPIC_EXISTS'), 'failed', 'TOPIC_EXISTS'],
      [new AppError('CLUSTER_READ_ONLY'), 'denied', 'CLUSTER_READ_ONLY'],
      [new AppError('OUTCOME_UNKNOWN'), 'unknown', 'OUTCOME_UNKNOWN'],
      [new AppError('TIMED_OUT'), 'unknown', 'TIMED_OUT'],
      [new TypeError('a mistake of ours'), 'unknown', 'INTERNAL'],
    ])('records what %s means', async (error, outcome, code) => {
      const ctx = testContext({ store, clock: at })
      const subject = { action: 'x', cluster: null, resource: 'x' }
      await expect(audited(ctx, subject, () => Promise.reject(error))).rejects.toBe(error)
      expect(await lastAuditRow(store)).toMatchObject({ kind: 'outcome', outcome, code })
    })

    it('appends from many sides without a fork', async () => {
      const ctx = testContext({ store, clock: at })
      const before = (await lastAuditRow(store))?.seq ?? 0
      await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          audited(ctx, { action: 'many', cluster: null, resource: `x:${i}` }, async () => i),
        ),
      )
      expect((await lastAuditRow(store))?.seq).toBe(before + 40)
      expect(await verifyChain(store)).toEqual({ state: 'intact' })
    })

    it('refuses change, removal and truncation', async () => {
      await expect(store.db.update(auditEvent).set({ actor: 'x' })).rejects.toThrow()
      await expect(store.db.delete(auditEvent)).rejects.toThrow()
      await expect(store.db.execute(sql`truncate audit_event`)).rejects.toThrow()
      expect(await verifyChain(store)).toEqual({ state: 'intact' })
    })

    it('finds a row that somebody with the database in hand changed, removed, added or cut off', async () => {
      const all = await store.db.select().from(auditEvent).orderBy(auditEvent.seq)
      const attempt = async (tamper: () => Promise<unknown>) => {
        await store.db.execute(sql`alter table audit_event disable trigger audit_event_append_only`)
        await tamper()
        const verdict = await verifyChain(store)
        await store.db.delete(auditEvent)
        await store.db.insert(auditEvent).values(all)
        await store.db.execute(sql`alter table audit_event enable trigger audit_event_append_only`)
        expect(await verifyChain(store)).toEqual({ state: 'intact' })
        return verdict
      }
      const where = eq(auditEvent.seq, 3)
      expect(await attempt(() => store.db.update(auditEvent).set({ actor: 'x' }).where(where))).toEqual({
        state: 'broken',
        seq: 3,
      })
      expect(await attempt(() => store.db.delete(auditEvent).where(where))).toEqual({
        state: 'broken',
        seq: 4,
      })
      const last = all.at(-1)
      if (!last) throw new Error('no rows')
      const forged = { ...last, seq: last.seq + 1, previousHash: 'f'.repeat(64) }
      const row = { ...forged, hash: hashOf(forged) }
      expect(await attempt(() => store.db.insert(auditEvent).values(row))).toEqual({
        state: 'broken',
        seq: last.seq + 1,
      })
      const cut = () => store.db.delete(auditEvent).where(eq(auditEvent.seq, last.seq))
      expect(await attempt(cut)).toEqual({ state: 'broken', seq: last.seq })
      const rehashed = async () => {
        const third = all.find(r => r.seq === 3)
        if (!third) throw new Error('no row')
        const changed = { ...third, actor: 'somebody else' }
        await store.db
          .update(auditEvent)
          .set({ actor: changed.actor, hash: hashOf(changed) })
          .where(where)
      }
      expect(await attempt(rehashed)).toEqual({ state: 'broken', seq: 4 })
    })
  })

  it('runs no mutation when the intent cannot be written', async () => {
    const closed = await testStore(dialect === 'postgres' ? await freshDatabaseUrl() : null)
    await closed.close()
    let ran = false
    const run = async () => {
      ran = true
    }
    const ctx = testContext({ store: closed })
    await expect(audited(ctx, { action: 'x', cluster: null, resource: 'x' }, run)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    })
    expect(ran).toBe(false)
    await expect(closed.ping()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    await closed.close()
  })

  it('keeps the answer when only the outcome could not be written: the entry stays pending', async () => {
    const own = await testStore(dialect === 'postgres' ? await freshDatabaseUrl() : null)
    const ctx = testContext({ store: own })
    const run = async () => {
      await own.close()
      return 7
    }
    expect(await audited(ctx, { action: 'x', cluster: null, resource: 'x' }, run)).toBe(7)
  })
})

describe('PostgreSQL', () => {
  it('lets replicas that start together migrate once', async () => {
    const url = await freshDatabaseUrl()
    const stores = await Promise.all(Array.from({ length: 4 }, () => testStore(url)))
    expect(new Set(stores.map(s => s.installationId)).size).toBe(1)
    const rows = await stores[0]?.db.select().from(replay)
    expect(rows).toEqual([])
    const row = {
      entry: 'e',
      kind: 'intent' as const,
      atMs: 1,
      actor: 'a',
      actorKind: 'user' as const,
      action: 'x',
      cluster: null,
      resource: 'x',
      outcome: null,
      code: null,
      reason: null,
      requestId: 'r',
      details: '{}',
    }
    await Promise.all(stores.flatMap(s => [1, 2, 3].map(() => appendAudit(s, row))))
    const [first] = stores
    if (first) expect(await verifyChain(first)).toEqual({ state: 'intact' })
    await Promise.all(stores.map(s => s.close()))
  })

  it.each([
    ['nobody listens', 'postgresql://a:s3cret@127.0.0.1:1/x'],
    ['no such database', null],
  ])('says STORE_UNAVAILABLE when %s, without the password', async (_, given) => {
    const databaseUrl = given ?? `${await freshDatabaseUrl()}_missing`
    const failure = await openStore({ databaseUrl, dataDir: null, log: silentLogger }).catch(e => e)
    expect(failure).toMatchObject({ code: 'STORE_UNAVAILABLE' })
    expect(JSON.stringify(failure) + failure.message).not.toContain('s3cret')
  })
})

import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { deadLetterRules } from '@/lib/contracts/dead-letter-rules'
import { testConfig, testContext } from '@/server/http/testing'
import type { KafkaClusters } from '@/server/kafka/port'
import { silentLogger } from '@/server/log'
import { noticeSchema } from '@/server/outbox/notice'
import { deadLetterSignal, outbox } from '@/server/store/schema'
import { getIssue } from './get-issue'
import { IssueWatch } from './issue-watch'
import { readRules } from './rule-store'
import { createRule, deleteRule, listRules, updateRule } from './rules'
import { setIssueStatus } from './set-status'
import { tellRule } from './tell-rule'
import { FakeCluster, IndexBench, NOW, springHeaders, until } from './testing'

const bench = new IndexBench()
const watches: IssueWatch[] = []
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })
beforeAll(async () => void (await bench.store))
afterEach(async () => {
  await Promise.all(watches.splice(0).map(watch => watch.stop()))
  await bench.stop()
})
afterAll(() => bench.close())

const channel = {
  name: 'ops',
  kind: 'webhook',
  events: ['dead-letter.*'],
  clusters: ['*'],
  language: 'en',
} as unknown as ReturnType<typeof testConfig>['notifications']['channels'][number]
const notifications = { ...testConfig().notifications, channels: [channel] }

async function watched(id: string) {
  const cluster = new FakeCluster({ id })
  cluster.topic('orders')
  cluster.topic('orders-dlt')
  const add = (message: string) =>
    cluster.append('orders-dlt', 0, {
      headers: springHeaders({ topic: 'orders', exception: `com.acme.${message}` }),
      timestampMs: NOW,
    })
  add('Old')
  const store = await bench.store
  const index = await bench.run(cluster)
  await until('complete', () => index.complete())
  let nowMs = NOW + 1000
  const clock = { now: () => nowMs }
  const clusters = { get: () => cluster.asPort(), list: () => [cluster.config], close: async () => undefined }
  const ctx = testContext({
    store,
    clusters: clusters as unknown as KafkaClusters,
    services: { deadLetters: { of: () => index } },
    config: { notifications },
    clock,
  })
  const rule = (over: Record<string, unknown>) =>
    createRule(
      ctx,
      deadLetterRules.createRule.input.parse({
        cluster: id,
        name: 'all',
        events: ['new'],
        minutes: 0,
        ...over,
      }),
    )
  let wakes = 0
  const watch = new IssueWatch({
    cluster: id,
    index,
    store,
    config: { notifications },
    // Leases run on real time, what is watched on the test's.
    clock,
    log: silentLogger,
    instance: id,
    wake: () => wakes++,
    intervalMs: 30,
  })
  watches.push(watch)
  const notices = async () => {
    const rows = await store.db.select().from(outbox).where(eq(outbox.channel, 'ops'))
    return rows
      .map(row => noticeSchema.parse(JSON.parse(row.payload)))
      .filter(notice => notice.cluster === id)
  }
  const untilNotices = async (n: number) => {
    for (let i = 0; i < 1_500; i++) {
      const found = await notices()
      if (found.length >= n) return found
      await new Promise(resolve => setTimeout(resolve, 30))
    }
    throw new Error(`not ${n} notices: ${JSON.stringify(await notices())}`)
  }
  const settled = async () => {
    for (let i = 0; i < 10; i++) await new Promise(resolve => setTimeout(resolve, 30))
    return notices()
  }
  const later = (ms: number) => {
    nowMs += ms
  }
  return { add, ctx, index, rule, watch, notices, untilNotices, settled, later, woken: () => wakes, id }
}

it('what was there before is no news; a new issue is told once, with a link', async () => {
  const { add, rule, watch, untilNotices, settled, woken } = await watched('watch-new')
  await rule({})
  watch.start()
  expect(await settled()).toEqual([])
  add('Fresh')
  const [notice] = await untilNotices(1)
  expect(notice).toMatchObject({
    event: 'dead-letter.new',
    title: { en: 'A new dead-letter issue: Fresh', ko: '새 데드레터 오류 유형 1개: Fresh' },
    path: expect.stringMatching(/^\/clusters\/watch-new\/dead-letters\/g\//),
  })
  add('Fresh')
  expect(await settled()).toHaveLength(1)
  expect(woken()).toBeGreaterThan(0)
})

it('what comes within the pause is told together, and never lost', async () => {
  const { add, rule, watch, untilNotices, settled, later } = await watched('watch-pause')
  await rule({ minutes: 5 })
  watch.start()
  await settled()
  add('First')
  await untilNotices(1)
  add('Second')
  add('Third')
  expect(await settled()).toHaveLength(1)
  later(5 * 60_000)
  const [, together] = await untilNotices(2)
  expect(together?.title.en).toBe('2 new dead-letter issues')
  expect(together?.fields.map(field => field.label.en).sort()).toEqual(['com.acme.Second', 'com.acme.Third'])
})

it('fifteen hundred new issues at once, more than one look takes, are each told once, with their number', async () => {
  const { add, rule, watch, notices, settled, later } = await watched('watch-flood')
  await rule({ minutes: 5 })
  watch.start()
  await settled()
  for (let i = 0; i < 1500; i++) add(`Flood${i}`)
  const total = async () =>
    (await notices()).reduce((sum, { data }) => {
      const { issues, more } = data as { issues: unknown[]; more: number }
      return sum + issues.length + more
    }, 0)
  for (let i = 0; i < 200 && (await total()) < 1500; i++) {
    later(60_000)
    await settled()
  }
  expect(await total()).toBe(1500)
})

it('what waits beyond five hundred is told with them, as a number, and not a message after the other', async () => {
  const { ctx, rule, notices, id } = await watched('watch-backlog')
  const { id: name } = await rule({})
  const facts = { cause: 'E', message: null, topic: 't', origin: null, group: null, open: 1, count: 1 }
  const text = JSON.stringify({ ...facts, expiresAt: null, assignee: null, severity: 'info' })
  const row = { rule: name, kind: 'new' as const, facts: text, atMs: NOW }
  const rows = Array.from({ length: 1200 }, (_, i) => ({ ...row, key: `new:${i}`, fingerprint: `v1:${i}` }))
  await ctx.store.db.insert(deadLetterSignal).values(rows)
  const tell = () =>
    ctx.store.db.transaction(async tx => {
      const [stored] = (await readRules(tx, id)).filter(one => one.id === name)
      return stored ? tellRule(tx, stored, { config: { notifications }, nowMs: NOW }) : null
    })
  expect([await tell(), await tell()]).toEqual([1, 0])
  expect(await notices()).toMatchObject([
    { title: { en: '1200 new dead-letter issues' }, data: { more: 1190 } },
  ])
})

it('a resolved issue that comes back is reopened by Milena and told; rules choose by topic, owner and severity', async () => {
  const { add, rule, watch, ctx, index, untilNotices, id } = await watched('watch-back')
  await rule({ name: 'mine', events: ['reopened'], topics: ['ord*'], owners: ['payment-*'] })
  await rule({ name: 'others', events: ['reopened'], topics: ['stock*'] })
  await rule({ name: 'nobody', events: ['reopened'], owners: ['team-x'] })
  await rule({ name: 'worse', events: ['reopened'], severity: 'critical' })
  watch.start()
  const fingerprint = index.issues({ may: () => true })[0]?.fingerprint ?? ''
  await setIssueStatus(ctx, { cluster: id, fingerprints: [fingerprint], status: 'resolved', reason: 'fixed' })
  add('Old')
  const notices = await untilNotices(1)
  expect(notices.map(notice => notice.data.rule)).toMatchObject([{ name: 'mine' }])
  const { issue, history } = await getIssue(ctx, { cluster: id, fingerprint })
  expect(issue.status).toBe('new')
  expect(history[0]).toMatchObject({
    kind: 'reopened',
    actor: 'milena',
    actorKind: 'system',
    from: 'resolved',
  })
})

it('bursts and letters about to expire are told by what stands in the issue', async () => {
  const { add, rule, watch, index, untilNotices, settled } = await watched('watch-burst')
  for (let i = 0; i < 5; i++) add('Flood')
  // All of it stands there when it is looked at first: what expires is told together.
  await until('the flood is indexed', () => index.issues({ may: () => true }).some(one => one.open === 5))
  await rule({ name: 'burst', events: ['burst'], burst: 5 })
  // Seven days of retention: within eight.
  await rule({ name: 'expiring', events: ['expiring'], hours: 192, owners: ['payment-service'] })
  watch.start()
  const notices = await untilNotices(2)
  expect(notices.map(notice => notice.event).sort()).toEqual(['dead-letter.burst', 'dead-letter.expiring'])
  expect(await settled()).toHaveLength(2)
})

it('rules are listed, changed and removed by who may triage', async () => {
  const { ctx, rule, id } = await watched('watch-rules')
  const made = await rule({ name: 'one' })
  const input = deadLetterRules.updateRule.input.parse({
    cluster: id,
    rule: made.id,
    name: 'two',
    events: ['burst'],
    burst: 7,
  })
  expect(await updateRule(ctx, input)).toMatchObject({ name: 'two', burst: 7, waiting: 0, toldAt: null })
  const viewer = { ...ctx, actor: { ...ctx.actor, grants: [{ role: 'viewer' as const }] } }
  expect((await listRules(viewer, { cluster: id })).channels).toEqual(['ops'])
  await expect(updateRule(viewer, input)).rejects.toMatchObject({ code: 'DENIED' })
  await expect(updateRule(ctx, { ...input, channels: ['nowhere'] })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  })
  await expect(updateRule(ctx, { ...input, rule: 'none' })).rejects.toMatchObject({ code: 'RULE_UNKNOWN' })
  await deleteRule(ctx, { cluster: id, rule: made.id })
  expect((await listRules(ctx, { cluster: id })).items).toEqual([])
})

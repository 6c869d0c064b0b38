import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audit } from '@/lib/contracts/audit'
import { AppError } from '@/lib/errors'
import { testContext, testStore } from '@/server/http/testing'
import type { Store } from '@/server/store/types'
import { audited } from './audited'
import { appendAudit } from './chain'
import { listAudit } from './list-audit'

let store: Store
let nowMs = 1_795_000_000_000
const clock = { now: () => nowMs }
beforeAll(async () => {
  store = await testStore()
  for (let i = 0; i < 25; i++) {
    nowMs += 1000
    const ctx = testContext({ store, clock, actor: { name: i % 2 ? 'kim' : 'lee' }, requestId: `r${i}` })
    const subject = { action: 'topic.create', cluster: i % 5 ? 'dev' : 'prod', resource: `topic:t_${i}%` }
    const run = async () => {
      if (i % 10 === 0) throw new AppError('TOPIC_EXISTS')
    }
    await audited(ctx, { ...subject, reason: `why ${i}` }, run).catch(() => undefined)
  }
  await appendAudit(store, {
    entry: 'left-open',
    kind: 'intent',
    atMs: nowMs,
    actor: 'kim',
    actorKind: 'user',
    action: 'replay.run',
    cluster: 'dev',
    resource: 'replay:x',
    outcome: null,
    code: null,
    reason: null,
    requestId: 'r',
    details: '{"records":3}',
  })
})
afterAll(() => store.close())

const list = (input: Record<string, unknown>, options: Parameters<typeof testContext>[0] = {}) =>
  listAudit(testContext({ store, clock, ...options }), audit.list.input.parse(input))

describe('the audit log', () => {
  it('is newest first, one entry a mutation, its outcome joined; an open one is pending', async () => {
    const { items, chain } = await list({})
    expect(items).toHaveLength(26)
    expect(items[0]).toMatchObject({ id: 'left-open', outcome: 'pending', details: { records: 3 } })
    expect(items[1]).toMatchObject({
      resource: 'topic:t_24%',
      outcome: 'succeeded',
      reason: 'why 24',
      requestId: 'r24',
    })
    expect(items.find(item => item.resource === 'topic:t_20%')).toMatchObject({
      outcome: 'failed',
      code: 'TOPIC_EXISTS',
    })
    expect(chain).toBe('intact')
  })

  it('is paged without loss or repetition while rows are added', async () => {
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof list>> = await list({ limit: 7, ...(cursor ? { cursor } : {}) })
      seen.push(...page.items.map(item => item.id))
      cursor = page.next
      if (seen.length === 7) {
        await audited(
          testContext({ store, clock }),
          { action: 'late', cluster: null, resource: 'x' },
          async () => 1,
        )
      }
    } while (cursor)
    expect(seen).toHaveLength(26)
    expect(new Set(seen).size).toBe(26)
    await expect(list({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'CURSOR_INVALID' })
  })

  it.each([
    [{ actor: 'kim' }, 13],
    [{ action: 'replay.run' }, 1],
    [{ cluster: 'prod' }, 5],
    [{ resource: 't_2%' }, 1],
    [{ resource: 'T_24' }, 1],
    [{ outcome: 'failed' }, 3],
    [{ outcome: 'pending' }, 1],
    [{ outcome: 'unknown' }, 0],
    [{ actor: "'; drop table audit_event; --" }, 0],
  ])('is filtered by %o', async (filter, count) => {
    expect((await list(filter)).items).toHaveLength(count)
  })

  it('shows an auditor of some clusters those alone', async () => {
    const { items } = await list({}, { grants: [{ role: 'auditor', clusters: ['prod'] }] })
    expect(new Set(items.map(item => item.cluster))).toEqual(new Set(['prod', null]))
    await expect(list({}, { roles: ['operator'] })).rejects.toMatchObject({ code: 'DENIED' })
  })

  it('shows an auditor of some topics those alone, and what names none', async () => {
    const row = { cluster: 'dev', action: 'replay.pause' }
    const context = testContext({ store, clock })
    await audited(context, { ...row, resource: 'replay:s', details: { topic: 'secret' } }, async () => 1)
    await audited(context, { ...row, resource: 'replay:o', details: { topic: 't_1' } }, async () => 1)
    await audited(context, { ...row, resource: 'dev/secret' }, async () => 1)
    const { items } = await list({ limit: 100 }, { grants: [{ role: 'auditor', topics: ['t_1*'] }] })
    const seen = items.map(item => item.resource)
    expect(seen).toEqual(expect.arrayContaining(['replay:o', 'topic:t_1%', 'replay:x', 'x']))
    expect(seen.filter(name => !/^(topic:t_1|replay:[ox]$|x$)/.test(name))).toEqual([])
  })

  it('fills pages although most rows are not for this auditor', async () => {
    const grants = [{ role: 'auditor' as const, clusters: ['prod'] }]
    const first = await list({ limit: 3 }, { grants })
    expect(first.items).toHaveLength(3)
    const second = await list({ limit: 3, cursor: first.next }, { grants })
    const ids = [...first.items, ...second.items].map(item => item.id)
    expect(new Set(ids).size).toBe(6)
    expect(ids.slice(1).length + 1).toBe((await list({}, { grants })).items.length)
  })

  it('shows a row whose details are no JSON rather than nothing at all', async () => {
    const row = {
      kind: 'intent' as const,
      atMs: nowMs,
      actor: 'kim',
      actorKind: 'user' as const,
      requestId: 'r',
    }
    const blank = { cluster: null, outcome: null, code: null, reason: null }
    await appendAudit(store, {
      ...row,
      ...blank,
      entry: 'odd',
      action: 'odd',
      resource: 'odd',
      details: 'not json',
    })
    expect((await list({ action: 'odd' })).items).toMatchObject([{ id: 'odd', details: {} }])
  })

  it('finds by a topic what was done to its requests too, by its whole name or a part of it', async () => {
    const ctx = testContext({ store, clock })
    const name = 'order.order-service.found'
    const row = (resource: string, details: Record<string, unknown>) =>
      audited(ctx, { action: 'find.me', cluster: 'dev', resource, details }, async () => undefined)
    await row('request:17', { kind: 'delete', topic: name, purpose: '"topic":"order.other"' })
    await row(`topic:${name}`, { partitions: 3 })
    await row('request:18', { topic: `${name}-dlt` })
    await row('request:19', { purpose: name })
    // Longer than an index takes, and held all the same.
    await row(`topic:${'주'.repeat(1900)}`, {})
    const found = async (input: object) =>
      (await list({ ...input, action: 'find.me' })).items.map(one => one.resource)
    expect(await found({ topic: name })).toEqual([`topic:${name}`, 'request:17'])
    expect(await found({ resource: 'SERVICE.found' })).toEqual(['request:18', `topic:${name}`, 'request:17'])
    expect(await found({ topic: 'order.other' })).toEqual([])
    expect(await found({ topic: 'order.order-service.foun_' })).toEqual([])
    expect((await list({})).chain).toBe('intact')
    nowMs += 1000
  })

  it('finds by a topic the replays into it, of several targets and into another cluster', async () => {
    const ctx = testContext({ store, clock })
    const [letters, one, two] = ['order.a.created-dlt', 'order.a.created', 'order.b.created']
    const into = (...topics: string[]) => topics.map((topic, i) => ({ topic, records: i + 1 }))
    const row = (resource: string, details: Record<string, unknown>) =>
      audited(ctx, { action: 'into.me', cluster: 'dev', resource, details }, async () => undefined)
    await row(`topic:${letters}`, { replay: 'r-1', targets: into(one, two) })
    await row('replay:r-1', { topic: letters, state: 'running', targets: into(one, two) })
    await row(`topic:${letters}`, { targets: into(two), targetCluster: 'prod' })
    await row('replay:r-2', { topic: letters, purpose: '"targets":[{"topic":"order.c","records":1}]' })
    // Too long for the log: what is short of it stays, and is found.
    const edit = Array.from({ length: 40 }, () => 'x'.repeat(1900))
    await row('topic:long', { edit, targets: into(one) })
    const found = async (input: object) =>
      (await list({ ...input, action: 'into.me' })).items.map(({ resource }) => resource).reverse()
    expect(await found({ topic: one })).toEqual([`topic:${letters}`, 'replay:r-1', 'topic:long'])
    expect(await found({ topic: two })).toEqual([`topic:${letters}`, 'replay:r-1', `topic:${letters}`])
    expect(await found({ topic: two, cluster: 'dev' })).toEqual([`topic:${letters}`, 'replay:r-1'])
    expect(await found({ topic: two, cluster: 'prod' })).toEqual([`topic:${letters}`])
    expect(await found({ topic: 'order.c' })).toEqual([])
    expect(await found({ resource: 'B.CREATED' })).toHaveLength(3)
    const { items } = await list({ topic: 'long', action: 'into.me' })
    expect(items[0]?.details).toEqual({ targets: into(one), truncated: expect.any(String) })
    // Who may not see where it reads from is not told of it.
    const grants = [{ role: 'auditor' as const, topics: [one] }]
    expect((await list({ topic: one, action: 'into.me' }, { grants })).items).toEqual([])
    expect((await list({})).chain).toBe('intact')
  })
})

import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requests as contracts } from '@/lib/contracts/requests'
import { AppError } from '@/lib/errors'
import { freshDatabaseUrl, kafkaBootstrap } from '@/scripts/services/in-test'
import { topicRequest } from '@/server/store/schema/index'
import { approveMany } from './approve-many'
import { approveRequest } from './approve-request'
import { commentRequest } from './comment-request'
import { declineRequest, requestChanges } from './decline-request'
import { editRequest } from './edit-request'
import { listAllRequests, listRequests } from './list-requests'
import { retryRequest } from './retry-request'
import { type Desk, type Name, refusal, requestDesk } from './testing'
import { withdrawRequest } from './withdraw-request'

describe.each([
  ['pglite', async () => null],
  ['postgres', freshDatabaseUrl],
] as [string, () => Promise<string | null>][])('requests on %s', (_, databaseUrl) => {
  let desk: Desk
  beforeAll(async () => {
    desk = await requestDesk(kafkaBootstrap(), { databaseUrl: await databaseUrl() })
  })
  afterAll(() => desk.close())

  type Input = { id: string; version?: number }
  const at = ({ id, version }: Input) => ({ cluster: 'c', id, ...(version === undefined ? {} : { version }) })
  const approve = (request: Input, name: Name = 'approver') => approveRequest(desk.as(name), at(request))
  const apply = async (request: Input) => {
    await approve({ id: request.id })
    await desk.runner.round()
    return desk.get(request.id)
  }

  it('a topic is asked for, approved by somebody else, made, and every step stands in the audit log and the timeline', async () => {
    const topic = desk.newName()
    const filed = await desk.file({
      topic,
      configs: { 'retention.ms': '86400000' },
      owner: 'order-team',
      purpose: 'events of orders @approver',
      links: ['https://jira.example.com/KAFKA-1'],
      expected: { recordsPerSecond: 100, recordBytes: 500 },
    })
    expect(filed).toMatchObject({
      state: 'pending',
      by: 'dev',
      approvalsNeeded: 1,
      policyVersion: 0,
      version: 1,
    })
    const seen = await desk.get(filed.id, 'approver')
    expect(contracts.get.output.parse(seen)).toEqual(seen)
    expect(seen.may).toMatchObject({ approve: null, decide: null, edit: 'DENIED', retry: 'STATE_CONFLICT' })
    expect(seen.review).toMatchObject({
      diff: [
        { field: 'topic' },
        { field: 'partitions', after: '2' },
        { field: 'replicationFactor', after: '1' },
      ],
      configs: [{ name: 'retention.ms', after: '86400000' }],
      broker: { ok: true },
      cost: { partitionsAdded: 2, replicasAdded: 2, bytes: '4320000000', bytesFrom: 'expected' },
    })
    expect(seen.events).toMatchObject([{ kind: 'submitted', actor: 'dev', mentions: ['approver'] }])
    const applied = await apply(filed)
    expect(applied).toMatchObject({
      state: 'applied',
      outcome: 'done',
      approvals: [{ by: 'approver', via: 'console' }],
    })
    expect(applied.events.map(event => `${event.kind} ${event.actor} ${event.via}`)).toEqual([
      'submitted dev console',
      'approved approver console',
      'applying milena system',
      'applied milena system',
    ])
    expect(await desk.exists(topic)).toBe(true)
    // Who asks for the topic learns who approved it, although those rows are the request's.
    expect(await desk.audit(topic)).toEqual([
      'dev request.file succeeded',
      'approver request.approve succeeded',
      'milena request.apply succeeded',
      'milena topic.create succeeded',
    ])
    expect(await desk.audit(`request:${filed.id}`)).toEqual([
      'approver request.approve succeeded',
      'milena request.apply succeeded',
    ])
    expect(applied.review).toBeNull()
  })

  it('nobody approves their own, by no door, nor anybody without the right, and each attempt is in the log', async () => {
    const filed = await desk.file({}, 'boss')
    expect((await refusal(approve(filed, 'boss'))).code).toBe('SELF_APPROVAL')
    // A token of the same person, and one with the same name.
    const grants = [{ role: 'admin' as const }]
    for (const actor of [
      { kind: 'token' as const, name: 'ci', person: 'boss', grants },
      { kind: 'token' as const, name: 'boss', grants },
    ])
      expect((await refusal(approveRequest(desk.contextOf(actor), at(filed)))).code).toBe('SELF_APPROVAL')
    const many = await approveMany(desk.as('boss'), {
      requests: [{ cluster: 'c', id: filed.id, version: 1 }],
    })
    expect(many.items).toMatchObject([{ ok: false, code: 'SELF_APPROVAL' }])
    for (const name of ['dev', 'viewer', 'auditor', 'limited'] as const)
      expect((await refusal(approve(filed, name))).code, name).toBe('DENIED')
    const declined = declineRequest(desk.as('boss'), { ...at(filed), reason: 'x' })
    expect((await refusal(declined)).code).toBe('SELF_APPROVAL')
    expect(await desk.audit(`request:${filed.id}`)).toEqual([
      'boss request.approve denied SELF_APPROVAL',
      'ci request.approve denied SELF_APPROVAL',
      'boss request.approve denied SELF_APPROVAL',
      'boss request.approve denied SELF_APPROVAL',
      'boss request.decline denied SELF_APPROVAL',
    ])
    expect((await desk.get(filed.id)).state).toBe('pending')
    expect(await withdrawRequest(desk.as('boss'), at(filed))).toMatchObject({ state: 'withdrawn' })
  })

  it('of two who click at once one wins, and the other is told by whom it was moved', async () => {
    const filed = await desk.file()
    const outcomes = await Promise.allSettled([
      approve({ id: filed.id, version: 1 }),
      declineRequest(desk.as('second'), { ...at(filed), version: 1, reason: 'too many' }),
      approve({ id: filed.id, version: 1 }, 'boss'),
    ])
    expect(outcomes.filter(one => one.status === 'fulfilled')).toHaveLength(1)
    for (const one of outcomes)
      if (one.status === 'rejected')
        expect(one.reason).toMatchObject({ code: 'REQUEST_CHANGED', params: { version: 2 } })
    expect(
      (await desk.get(filed.id)).events.filter(event => ['approved', 'declined'].includes(event.kind)),
    ).toHaveLength(1)
  })

  it('is given back, edited and filed again, declined, and withdrawn by its owner alone', async () => {
    const filed = await desk.file()
    const back = await requestChanges(desk.as('approver'), { ...at(filed), reason: '@dev fewer partitions' })
    expect(back).toMatchObject({ state: 'changes-requested', version: 2 })
    expect((await refusal(approve({ id: filed.id }))).code).toBe('REQUEST_CHANGED')
    const edit = (name: Name, partitions: number) =>
      editRequest(
        desk.as(name),
        contracts.edit.input.parse({ ...at({ id: filed.id }), partitions, replicationFactor: 1 }),
      )
    expect((await refusal(edit('member', 1))).code).toBe('DENIED')
    expect((await refusal(edit('dev', 99))).code).toBe('LIMIT_POLICY_VIOLATION')
    expect(await edit('dev', 1)).toMatchObject({ state: 'pending', version: 3, approvals: [] })
    expect((await refusal(withdrawRequest(desk.as('member'), at(filed)))).code).toBe('DENIED')
    const declined = await declineRequest(desk.as('approver'), { ...at({ id: filed.id }), reason: 'no' })
    expect(declined.state).toBe('declined')
    expect((await refusal(withdrawRequest(desk.as('dev'), at({ id: filed.id })))).code).toBe(
      'REQUEST_CHANGED',
    )
    expect((await desk.audit(`request:${filed.id}`)).filter(line => line.endsWith('succeeded'))).toEqual([
      'approver request.request-changes succeeded',
      'dev request.edit succeeded',
      'approver request.decline succeeded',
    ])
  })

  it('is refused at once where policy or broker would refuse it, and one at a time about a topic', async () => {
    const bad = await refusal(desk.file({ topic: 'Order.created' }))
    expect(bad).toMatchObject({ code: 'NAME_POLICY_VIOLATION' })
    expect(bad.fields?.length).toBeGreaterThan(0)
    expect((await refusal(desk.file({ partitions: 500 }))).code).toBe('LIMIT_POLICY_VIOLATION')
    expect((await refusal(desk.file({ partitions: -1, configs: { 'segment.bytes': 'x' } }))).code).toBe(
      'CONFIG_INVALID',
    )
    expect((await refusal(desk.file({ principal: 'User:x' }))).fields).toMatchObject([{ code: 'OTHER_KIND' }])
    expect((await refusal(desk.file({}, 'viewer'))).code).toBe('DENIED')
    const first = await desk.file()
    // The name is taken by the request, also where it only looks like it.
    expect((await refusal(desk.file({ topic: first.topic }, 'member'))).code).toBe('REQUEST_OPEN')
    expect(
      (await refusal(desk.file({ topic: 'no.such.topic', kind: 'partitions', partitions: 3 }))).code,
    ).toBe('TOPIC_UNKNOWN')
    const draft = await desk.file({ topic: 'Order.bad', draft: true })
    expect(draft.state).toBe('draft')
    expect((await refusal(desk.get(draft.id, 'approver'))).code).toBe('REQUEST_UNKNOWN')
    // Nor by the back doors: a comment would answer with it, and a refused decision would tell that it is there.
    const comment = { ...at(draft), text: 'what is it?' }
    expect((await refusal(commentRequest(desk.as('member'), comment))).code).toBe('REQUEST_UNKNOWN')
    expect((await refusal(approveRequest(desk.as('approver'), at(draft)))).code).toBe('REQUEST_UNKNOWN')
    expect(await desk.audit(`request:${draft.id}`)).toEqual([])
    await withdrawRequest(desk.as('dev'), at(first))
  })

  it('what somebody else made meanwhile counts as applied when it is the same, and fails when it is not', async () => {
    const same = await desk.file({ configs: { 'retention.ms': '86400000' } })
    const other = await desk.file()
    const { cluster } = desk.world
    await cluster.createTopic({
      name: same.topic,
      partitions: 2,
      replicationFactor: 1,
      configs: { 'retention.ms': '86400000' },
    })
    await cluster.createTopic({ name: other.topic, partitions: 1, replicationFactor: 1, configs: {} })
    await expect.poll(() => desk.exists(other.topic)).toBe(true)
    expect(await apply(same)).toMatchObject({ state: 'applied', outcome: 'already' })
    const failed = await apply(other)
    expect(failed).toMatchObject({ state: 'failed', failure: { code: 'TOPIC_EXISTS' } })
    expect(await desk.audit(`request:${other.id}`)).toContain('milena request.apply failed TOPIC_EXISTS')
    // Mended by hand, then tried again.
    await cluster.deleteTopic(other.topic)
    await expect.poll(() => desk.exists(other.topic)).toBe(false)
    expect((await refusal(retryRequest(desk.as('member'), at({ id: other.id })))).code).toBe('DENIED')
    expect(await retryRequest(desk.as('dev'), at({ id: other.id }))).toMatchObject({ state: 'approved' })
    await desk.runner.round()
    expect(await desk.get(other.id)).toMatchObject({ state: 'applied', outcome: 'done', failure: null })
  })

  it('an answer that was lost is settled by looking', async () => {
    const filed = await desk.file()
    const { cluster } = desk.world
    const create = cluster.createTopic.bind(cluster)
    cluster.createTopic = async (topic, options) => {
      const made = await create(topic, options)
      if (topic.name === filed.topic && !options?.validateOnly) throw new AppError('OUTCOME_UNKNOWN')
      return made
    }
    const applied = await apply(filed)
    cluster.createTopic = create
    expect(applied).toMatchObject({ state: 'applied', outcome: 'reconciled' })
    expect(await desk.audit(filed.topic)).toContain('milena topic.create unknown OUTCOME_UNKNOWN')
  })

  it('what a process that died had begun is taken over, and not done twice', async () => {
    const filed = await desk.file()
    await approve(filed)
    const dead = {
      state: 'applying' as const,
      applyOwner: 'dead',
      applyUntilMs: Date.now() + 60_000,
      attempts: 1,
    }
    await desk.store.db
      .update(topicRequest)
      .set(dead)
      .where(eq(topicRequest.id, Number(filed.id)))
    await desk.world.cluster.createTopic({
      name: filed.topic,
      partitions: 2,
      replicationFactor: 1,
      configs: {},
    })
    await expect.poll(() => desk.exists(filed.topic)).toBe(true)
    await desk.runner.round()
    expect((await desk.get(filed.id)).state).toBe('applying')
    desk.time.shiftMs = 61_000
    await desk.runner.round()
    desk.time.shiftMs = 0
    expect(await desk.get(filed.id)).toMatchObject({ state: 'applied', outcome: 'reconciled' })
  })

  it('partitions, configs and deletion go the same way', async () => {
    const topic = desk.newName()
    await apply(await desk.file({ topic }))
    const grown = await desk.file({ topic, kind: 'partitions', partitions: 3 })
    expect((await desk.get(grown.id)).review).toMatchObject({
      diff: [{ before: '2', after: '3' }],
      cost: { replicasAdded: 1 },
    })
    expect(await apply(grown)).toMatchObject({ state: 'applied', outcome: 'done' })
    const configs = await desk.file({
      topic,
      kind: 'configs',
      configs: { 'retention.ms': '7200000' },
      reset: ['segment.ms'],
    })
    expect((await desk.get(configs.id)).review?.configs).toMatchObject([
      { name: 'retention.ms', danger: 'deletes-records' },
    ])
    expect(await apply(configs)).toMatchObject({ state: 'applied', outcome: 'done' })
    // Asked for by somebody else again: it is so already.
    const again = await desk.file(
      { topic, kind: 'configs', configs: { 'retention.ms': '7200000' } },
      'member',
    )
    expect(await apply(again)).toMatchObject({ state: 'applied', outcome: 'already' })
    await expect.poll(() => desk.write(topic)).toBe('done')
    const gone = await desk.file({ topic, kind: 'delete' })
    expect((await desk.get(gone.id)).review?.usage).toMatchObject({ inUse: true, recordsLastHour: '1' })
    expect(await apply(gone)).toMatchObject({ state: 'failed', failure: { code: 'TOPIC_IN_USE' } })
    // That it goes all the same is for somebody who may approve it, with the name typed.
    const anyway = async (name: Name, over: object = {}) => {
      const input = { ...at({ id: gone.id }), override: true, confirm: topic, ...over }
      return retryRequest(desk.as(name), contracts.retry.input.parse(input))
    }
    expect((await desk.get(gone.id)).may).toMatchObject({ retry: null, override: 'DENIED' })
    expect((await desk.get(gone.id, 'approver')).may).toMatchObject({ retry: null, override: null })
    expect((await refusal(anyway('dev'))).code).toBe('DENIED')
    expect((await refusal(anyway('member'))).code).toBe('DENIED')
    expect(await refusal(anyway('approver', { confirm: `${topic}x` }))).toMatchObject({
      code: 'INPUT_INVALID',
      fields: [{ path: 'confirm', code: 'CONFIRM_MISMATCH' }],
    })
    expect((await desk.get(gone.id)).state).toBe('failed')
    expect(await anyway('approver')).toMatchObject({ state: 'approved', approvals: [{ by: 'approver' }] })
    await desk.runner.round()
    expect(await desk.get(gone.id)).toMatchObject({ state: 'applied', outcome: 'done', failure: null })
    // A broker may tell of it for a moment after the controller dropped it.
    await expect.poll(() => desk.exists(topic)).toBe(false)
    expect((await desk.audit(`request:${gone.id}`)).slice(2)).toEqual([
      'dev request.retry denied DENIED',
      'member request.retry denied DENIED',
      'approver request.retry succeeded',
      'milena request.apply succeeded',
    ])
    expect((await refusal(anyway('approver'))).code).toBe('INPUT_INVALID')
  })

  it('deletes a topic in use at once when that is what was asked for and approved', async () => {
    const topic = desk.newName()
    await apply(await desk.file({ topic }))
    await expect.poll(() => desk.write(topic)).toBe('done')
    const forced = await desk.file({ topic, kind: 'delete', override: true })
    expect(await apply(forced)).toMatchObject({ state: 'applied', outcome: 'done' })
    await expect.poll(() => desk.exists(topic)).toBe(false)
  })

  it('does not delete another topic that got the name since', async () => {
    const topic = desk.newName()
    await apply(await desk.file({ topic }))
    const gone = await desk.file({ topic, kind: 'delete', override: true })
    const { cluster } = desk.world
    await cluster.deleteTopic(topic)
    await expect.poll(() => desk.exists(topic)).toBe(false)
    await cluster.createTopic({ name: topic, partitions: 1, replicationFactor: 1, configs: {} })
    await expect.poll(() => desk.exists(topic)).toBe(true)
    expect(await apply(gone)).toMatchObject({ state: 'failed', failure: { code: 'STATE_CONFLICT' } })
    expect(await desk.exists(topic)).toBe(true)
  })

  it('takes comments that call people, and tells who asked', async () => {
    const filed = await desk.file()
    const comment = { ...at({ id: filed.id }), text: 'why 2, @dev? @nobody mail@approver' }
    await commentRequest(desk.as('approver'), comment)
    expect((await refusal(commentRequest(desk.as('viewer'), comment))).code).toBe('DENIED')
    const seen = await desk.get(filed.id)
    expect(seen.version).toBe(1)
    expect(seen.events.at(-1)).toMatchObject({ kind: 'commented', actor: 'approver', mentions: ['dev'] })
    await withdrawRequest(desk.as('dev'), at(filed))
  })

  it('expires by itself, in the log too', async () => {
    const filed = await desk.file()
    desk.time.shiftMs = 31 * 86_400_000
    await desk.runner.round()
    desk.time.shiftMs = 0
    expect(await desk.get(filed.id)).toMatchObject({ state: 'expired' })
    expect(await desk.audit(`request:${filed.id}`)).toEqual(['milena request.expire succeeded'])
  })

  it('lists what waits for me, what is mine, and hides what may not be seen', async () => {
    const topic = desk.newName('payment')
    const order = await desk.file()
    const payment = await desk.file({ topic })
    const ids = async (name: Name, tab: 'waiting' | 'mine' | 'all') =>
      (
        await listRequests(desk.as(name), contracts.list.input.parse({ cluster: 'c', tab, state: 'pending' }))
      ).items.map(item => item.id)
    expect(await ids('approver', 'waiting')).toEqual(expect.arrayContaining([order.id, payment.id]))
    expect(await ids('limited', 'waiting')).toContain(payment.id)
    expect(await ids('limited', 'all')).not.toContain(order.id)
    expect(await ids('dev', 'waiting')).toEqual([])
    expect(await ids('dev', 'mine')).toEqual([payment.id, order.id])
    expect((await refusal(desk.get(order.id, 'limited'))).code).toBe('REQUEST_UNKNOWN')
    const page = await listAllRequests(
      desk.as('boss'),
      contracts.listAll.input.parse({ limit: 1, sort: 'newest' }),
    )
    expect(page.items.map(item => item.id)).toEqual([payment.id])
    // How many there are is told with the first page, as far as the reader may see them.
    for (const [name, tab] of [
      ['boss', 'all'],
      ['limited', 'all'],
      ['approver', 'waiting'],
    ] as const) {
      const read = (limit: number) =>
        listAllRequests(desk.as(name), contracts.listAll.input.parse({ limit, tab }))
      const { items } = await read(1000)
      expect([name, (await read(1)).matched]).toEqual([name, items.length])
    }
    const cursor = page.next ?? ''
    const second = await listAllRequests(desk.as('boss'), contracts.listAll.input.parse({ limit: 1, cursor }))
    expect(second.items.map(item => item.id)).toEqual([order.id])
    const wrong = contracts.listAll.input.parse({ limit: 1, cursor: 'x' })
    expect((await refusal(listAllRequests(desk.as('boss'), wrong))).code).toBe('CURSOR_INVALID')
    for (const one of [order, payment]) await withdrawRequest(desk.as('dev'), at(one))
  })
})

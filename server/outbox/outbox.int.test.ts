import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { freshDatabaseUrl } from '@/scripts/services/in-test'
import { lastAuditRow } from '@/server/audit/chain'
import type { ChannelConfig } from '@/server/config/types'
import { testConfig, testContext, testStore } from '@/server/http/testing'
import { silentLogger } from '@/server/log'
import { outbox } from '@/server/store/schema/index'
import type { Store } from '@/server/store/types'
import { createOutbox } from './create-service'
import { backOffMs, Dispatcher } from './dispatcher'
import { enqueueNotice, enqueueSlackAnswer } from './enqueue'
import { getNoticeSummary } from './get-notice-summary'
import { listNotices } from './list-notices'
import type { NewNotice } from './notice'
import { resendNotice } from './resend-notice'
import { testChannel } from './test-channel'
import {
  at,
  type Receiver,
  startJira,
  startMailbox,
  startReceiver,
  startSlack,
  verifyStandardWebhook,
} from './testing'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const DAY_MS = 24 * 3600 * 1000
const noticeOf = (over: Partial<NewNotice> = {}): NewNotice => ({
  event: 'request.submitted',
  subject: 'request:r1',
  cluster: 'prod',
  path: '/requests/r1',
  title: { ko: '토픽 생성 요청', en: 'order.order-service.created <requested> & more' },
  fields: [{ label: { ko: '요청자', en: 'Requester' }, value: '<!channel> kim' }],
  tone: 'info',
  data: { request: 'r1' },
  actions: [
    { id: 'approve', label: { ko: '승인', en: 'Approve' }, value: 'r1', style: 'primary' },
    { id: 'decline', label: { ko: '반려', en: 'Decline' }, value: 'r1', style: 'danger' },
  ],
  ...over,
})
const base = { events: ['*'], clusters: ['*'], language: 'en' as const }

const dialects: [string, () => Promise<string | null>][] = [
  ['pglite', async () => null],
  ['postgres', freshDatabaseUrl],
]
describe.each(dialects)('outbox on %s', (_, databaseUrl) => {
  let store: Store
  let receiver: Receiver
  let now = Date.now()
  const clock = { now: () => now }
  beforeAll(async () => {
    store = await testStore(await databaseUrl())
    receiver = await startReceiver()
  })
  afterAll(async () => {
    await receiver.close()
    await store.close()
  })
  beforeEach(async () => {
    await store.db.delete(outbox)
    receiver.received.length = 0
    receiver.reply = () => ({ status: 200 })
  })

  const config = (channels: ChannelConfig[]) =>
    testConfig({ notifications: { allow: ['127.0.0.1'], slack: null, channels } })
  const hook = (name = 'hook', over: Partial<ChannelConfig> = {}): ChannelConfig =>
    ({ kind: 'webhook', name, ...base, url: `${receiver.url}/in`, secret: SECRET, ...over }) as ChannelConfig
  const serviceOf = (channels: ChannelConfig[]) =>
    createOutbox({ config: config(channels), store, clock, log: silentLogger })
  const put = (channels: ChannelConfig[], notice = noticeOf(), options = {}) =>
    enqueueNotice(store.db, { config: config(channels), nowMs: now }, notice, options)
  const rows = () => store.db.select().from(outbox).orderBy(outbox.seq)

  it('is written with what it tells, or not at all', async () => {
    await expect(
      store.db.transaction(async tx => {
        await enqueueNotice(tx, { config: config([hook()]), nowMs: now }, noticeOf())
        throw new Error('rolled back')
      }),
    ).rejects.toThrow('rolled back')
    expect(await rows()).toEqual([])
  })

  it('sends a signed webhook that the Standard Webhooks libraries would take, with the same id at every attempt', async () => {
    const channels = [hook()]
    await put(channels)
    const service = serviceOf(channels)
    receiver.reply = () => ({ status: 503 })
    await service.drain()
    expect(await rows()).toMatchObject([{ state: 'pending', attempts: 1, error: 'HTTP_503' }])
    receiver.reply = () => ({ status: 204 })
    await service.drain()
    expect(receiver.received).toHaveLength(1)
    now += 10_000
    await service.drain()
    expect(await rows()).toMatchObject([{ state: 'sent', attempts: 2, error: null }])
    const [first, second] = receiver.received
    expect(first?.headers['webhook-id']).toBe(second?.headers['webhook-id'])
    expect(second?.headers['idempotency-key']).toBe(second?.headers['webhook-id'])
    for (const one of receiver.received) expect(verifyStandardWebhook(one, SECRET, now)).toBe(true)
    expect(second && verifyStandardWebhook({ ...second, text: `${second.text} ` }, SECRET, now)).toBe(false)
    expect(second?.json).toMatchObject({
      type: 'request.submitted',
      data: {
        subject: 'request:r1',
        cluster: 'prod',
        request: 'r1',
        url: 'http://127.0.0.1:3000/requests/r1',
      },
    })
  })

  it('is listed to those who may see the cluster and the topic that it tells of', async () => {
    const channels = [hook()]
    await put(channels, noticeOf({ cluster: 'prod', data: { request: { topic: 'order.a.b' } } }))
    await put(channels, noticeOf({ cluster: 'prod', data: { request: { topic: 'payment.a.b' } } }))
    await put(channels, noticeOf({ cluster: 'dev', subject: 'request:r2' }))
    await put(channels, noticeOf({ cluster: null, subject: 'test' }))
    const seen = async (grant: object) => {
      const actor = { kind: 'user' as const, name: 'a', grants: [{ role: 'auditor' as const, ...grant }] }
      const ctx = { ...testContext({ store, clock, config: config(channels) }), actor }
      const first = await listNotices(ctx, { limit: 1 })
      const rest = first.next ? await listNotices(ctx, { limit: 100, cursor: first.next }) : { items: [] }
      return [...first.items, ...rest.items].map(one => one.subject)
    }
    expect(await seen({})).toEqual(['test', 'request:r2', 'request:r1', 'request:r1'])
    expect(await seen({ clusters: ['dev*'] })).toEqual(['test', 'request:r2'])
    expect(await seen({ clusters: ['prod'], topics: ['order.*'] })).toEqual(['test', 'request:r1'])
  })

  it('goes to the channels that want the event and the cluster, once for a key', async () => {
    const channels = [
      hook('all'),
      hook('dead', { events: ['dead-letter.*'] }),
      hook('dev', { clusters: ['dev-*'] }),
      hook('requests', { events: ['request.*'], clusters: ['pr*'] }),
    ]
    expect(await put(channels, noticeOf(), { dedupe: 'k' })).toBe(2)
    await put(channels, noticeOf(), { dedupe: 'k' })
    expect((await rows()).map(row => row.channel)).toEqual(['all', 'requests'])
    await put(channels, noticeOf({ cluster: null, event: 'test' }))
    expect((await rows()).map(row => row.channel)).toEqual(['all', 'requests', 'all', 'dev'])
  })

  it('keeps the order of a subject, and lets another subject pass', async () => {
    const channels = [hook()]
    receiver.reply = ({ json }) => ({ status: at(json, 'data.subject') === 'a' ? 500 : 200 })
    for (const subject of ['a', 'a', 'b']) await put(channels, noticeOf({ subject }))
    const service = serviceOf(channels)
    await service.drain()
    expect((await rows()).map(({ state, attempts }) => [state, attempts])).toEqual([
      ['pending', 1],
      ['pending', 0],
      ['sent', 1],
    ])
    receiver.reply = () => ({ status: 200 })
    now += 10_000
    await service.drain()
    const ids = receiver.received
      .filter(one => at(one.json, 'data.subject') === 'a')
      .map(one => at(one.json, 'data.id'))
    expect(ids).toEqual([ids[0], ids[0], (await rows())[1]?.id])
  })

  it('sends each message once though two dispatchers look', async () => {
    const channels = [hook()]
    for (let i = 0; i < 40; i++) await put(channels, noticeOf({ subject: `s${i}` }))
    await Promise.all([serviceOf(channels).drain(), serviceOf(channels).drain()])
    expect(receiver.received).toHaveLength(40)
    expect(new Set(receiver.received.map(one => one.headers['webhook-id'])).size).toBe(40)
  })

  it('takes over what a crashed process had leased, and does not believe its late answer', async () => {
    const channels = [hook()]
    await put(channels)
    let release = () => {}
    const gate = new Promise<void>(resolve => {
      release = resolve
    })
    const slow = new Dispatcher({
      store,
      clock,
      log: silentLogger,
      instance: 'slow',
      channelOf: () => ({ deliver: () => gate.then(() => Promise.reject(new Error('late'))) }),
    })
    const late = slow.drain()
    await expect.poll(async () => (await rows())[0]?.leaseOwner).toBe('slow')
    const quick = serviceOf(channels)
    await quick.drain()
    expect(receiver.received).toHaveLength(0)
    now += 61_000
    await quick.drain()
    expect(await rows()).toMatchObject([{ state: 'sent', attempts: 2 }])
    release()
    await late
    expect(await rows()).toMatchObject([{ state: 'sent', attempts: 2, error: null }])
  })

  it('is given up after a day, says so, and is sent by hand', async () => {
    const channels = [hook()]
    await put(channels)
    receiver.reply = () => ({ status: 500 })
    const service = serviceOf(channels)
    const begun = now
    for (let i = 0; i < 100 && (await rows())[0]?.state === 'pending'; i++) {
      await service.drain()
      now = Math.max(now, (await rows())[0]?.nextAtMs ?? 0)
    }
    expect(await rows()).toMatchObject([{ state: 'dead', error: 'HTTP_500' }])
    expect(now - begun).toBe(DAY_MS)
    expect((await rows())[0]?.attempts).toBeGreaterThan(20)
    expect(service.counts()).toMatchObject({ dead: 1, pending: 0 })

    const ctx = testContext({ store, clock, config: config(channels), services: { outbox: service } })
    const { items } = await listNotices(ctx, { state: 'dead', limit: 10 })
    expect(items).toMatchObject([{ state: 'dead', error: 'HTTP_500', nextAt: null }])
    expect(JSON.stringify(items)).not.toContain(receiver.url)
    const viewer = testContext({ store, clock, roles: ['viewer'] })
    const notice = items[0]?.id ?? ''
    await expect(resendNotice(viewer, { notice })).rejects.toMatchObject({ code: 'DENIED' })
    receiver.reply = () => ({ status: 200 })
    expect(await resendNotice(ctx, { notice })).toMatchObject({ state: 'pending' })
    await service.drain()
    expect(await rows()).toMatchObject([{ state: 'sent' }])
    expect(await lastAuditRow(store)).toMatchObject({ action: 'notice.resend', outcome: 'succeeded' })
    await expect(resendNotice(ctx, { notice })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
  })

  it('rests as long as the receiver asks', async () => {
    const channels = [hook()]
    await put(channels)
    receiver.reply = () => ({ status: 429, headers: { 'retry-after': '120' } })
    await serviceOf(channels).drain()
    expect((await rows())[0]?.nextAtMs).toBe(now + 120_000)
  })

  it('backs off exponentially to an hour', () => {
    expect([1, 2, 3, 12, 30].map(attempt => backOffMs(attempt, 1))).toEqual([
      2000, 4000, 8000, 3_600_000, 3_600_000,
    ])
    expect(backOffMs(3, 0)).toBe(4000)
  })

  it('updates one Slack message by the bot, and posts another where that one is gone', async () => {
    const slack = await startSlack()
    const channel: ChannelConfig = {
      kind: 'slack',
      name: 'bot',
      ...base,
      url: null,
      token: 'xoxb-test',
      channel: '#kafka',
      apiUrl: `${slack.url}/api`,
    }
    const service = serviceOf([channel])
    const subject = `request:slack-${now}`
    await put([channel], noticeOf({ subject }))
    await put([channel], noticeOf({ subject, event: 'request.approved', tone: 'ok', actions: [] }))
    await service.drain()
    expect(slack.received.map(one => one.path)).toEqual(['/api/chat.postMessage', '/api/chat.update'])
    expect(slack.messages.size).toBe(1)
    const [posted] = slack.received
    expect(at(posted?.json, 'text')).toBe('order.order-service.created &lt;requested&gt; &amp; more')
    expect(posted?.text).toContain('&lt;!channel&gt; kim')
    expect(at(posted?.json, 'blocks.2')).toMatchObject({
      type: 'actions',
      elements: [{ action_id: 'approve', value: 'r1' }, { action_id: 'decline' }],
    })
    slack.messages.clear()
    await put([channel], noticeOf({ subject, event: 'request.applied' }))
    await service.drain()
    expect(slack.received.slice(2).map(one => one.path)).toEqual([
      '/api/chat.update',
      '/api/chat.postMessage',
    ])
    await slack.close()
  })

  it('posts to an incoming webhook of Slack, and answers a click where Slack said', async () => {
    const slack = await startSlack()
    const url = `${slack.url}/services/T0/B0/xyz`
    const channel: ChannelConfig = {
      kind: 'slack',
      name: 'in',
      ...base,
      language: 'ko',
      url,
      token: null,
      channel: null,
      apiUrl: 'https://slack.com/api',
    }
    await put([channel])
    const answer = { url: `${slack.url}/respond`, language: 'ko' as const, notice: noticeOf() }
    await enqueueSlackAnswer(store.db, now, answer)
    await serviceOf([channel]).drain()
    expect((await rows()).map(row => row.state)).toEqual(['sent', 'sent'])
    expect(at(slack.received.find(one => one.path === '/services/T0/B0/xyz')?.json, 'text')).toBe(
      '토픽 생성 요청',
    )
    expect(slack.received.find(one => one.path === '/respond')?.json).toEqual({
      response_type: 'ephemeral',
      replace_original: false,
      text: '토픽 생성 요청',
    })
    await slack.close()
  })

  it('makes one Jira issue a subject, though the answer to its making was lost, then comments and moves it', async () => {
    const jira = await startJira()
    const channel: ChannelConfig = {
      kind: 'jira',
      name: 'jira',
      ...base,
      url: jira.url,
      email: 'bot@example.com',
      token: 'jira-token',
      project: 'KAFKA',
      issueType: 'Task',
      labels: ['kafka-topic'],
      transitions: { approved: 'Approved' },
      webhook: null,
    }
    const service = serviceOf([channel])
    const subject = `request:jira-${now}`
    await put([channel], noticeOf({ subject, title: { ko: 'a', en: `two\nlines ${'x'.repeat(300)}` } }))
    const answering = jira.receiver.reply
    jira.receiver.reply = async received => {
      await answering(received)
      return { status: 502 }
    }
    await service.drain()
    expect(jira.issues).toHaveLength(1)
    jira.receiver.reply = answering
    now += 10_000
    await service.drain()
    expect(jira.issues).toHaveLength(1)
    expect(jira.issues[0]?.labels).toContain('kafka-topic')
    await put([channel], noticeOf({ subject, event: 'request.approved', status: 'approved' }))
    await service.drain()
    expect(jira.issues).toMatchObject([
      { status: 'Approved', comments: [expect.stringContaining('requested')] },
    ])
    expect((await rows()).map(row => row.state)).toEqual(['sent', 'sent'])
    await jira.close()
  })

  it('writes an e-mail to the list and to those who are called', async () => {
    const mailbox = await startMailbox()
    const channel: ChannelConfig = {
      kind: 'email',
      name: 'mail',
      ...base,
      host: '127.0.0.1',
      port: mailbox.port,
      tls: 'none',
      username: null,
      password: null,
      from: 'milena@example.com',
      to: ['kafka@example.com'],
    }
    await put([channel], noticeOf({ title: { ko: 'a', en: 'Line one\r\nBcc: x@evil.example' } }))
    await serviceOf([channel]).drain()
    expect(await rows()).toMatchObject([{ state: 'sent' }])
    const [mail] = mailbox.mails
    expect(mail?.to).toEqual(['kafka@example.com'])
    expect(mail?.data).toContain(`Message-ID: <${(await rows())[0]?.id}@127.0.0.1>`)
    expect(mail?.data.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/m)
    await mailbox.close()
  })

  it('tells about channels without their secrets, and sends a test', async () => {
    const channels = [hook()]
    const service = serviceOf(channels)
    const ctx = testContext({ store, clock, config: config(channels), services: { outbox: service } })
    expect(await testChannel(ctx, { channel: 'hook' })).toMatchObject({ state: 'pending', event: 'test' })
    await expect(testChannel(ctx, { channel: 'none' })).rejects.toMatchObject({ code: 'CHANNEL_UNKNOWN' })
    const summary = await getNoticeSummary(ctx, {})
    expect(summary).toMatchObject({ pending: 1, dead: 0, channels: [{ name: 'hook', kind: 'webhook' }] })
    expect(JSON.stringify(summary)).not.toMatch(/whsec|\/in/)
    await service.drain()
    expect(receiver.received).toHaveLength(1)
    // Of a channel that the configuration lost: it waits, and is told.
    await put([hook('lost')])
    await service.drain()
    const [lost] = await store.db.select().from(outbox).where(eq(outbox.channel, 'lost'))
    expect(lost).toMatchObject({ state: 'pending', error: 'CHANNEL_UNKNOWN' })
  })
})

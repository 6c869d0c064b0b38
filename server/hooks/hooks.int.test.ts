import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { AppError } from '@/lib/errors'
import en from '@/lib/i18n/en/errors.json'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import type { ChannelConfig } from '@/server/config/types'
import { installTestRuntime } from '@/server/http/testing'
import { at, startJira, startSlack } from '@/server/outbox/testing'
import { type Desk, type Name, requestDesk } from '@/server/requests/testing'
import { takeJiraEvent } from './jira-hook'
import { serveHook } from './serve-hook'
import { takeSlackClick } from './slack-hook'

const slackPost = serveHook('slack', takeSlackClick)
const jiraPost = serveHook('jira', takeJiraEvent)
const SECRET = 'a signing secret of tests'
const JIRA_SECRET = 'a webhook secret of jira'
const base = { events: ['*'], clusters: ['*'], language: 'en' as const }
let desk: Desk
let slack: Awaited<ReturnType<typeof startSlack>>
let jira: Awaited<ReturnType<typeof startJira>>

beforeAll(async () => {
  slack = await startSlack()
  jira = await startJira()
  const channels: ChannelConfig[] = [
    {
      kind: 'slack',
      name: 'bot',
      ...base,
      url: null,
      token: 'xoxb-test',
      channel: '#kafka',
      apiUrl: `${slack.url}/api`,
    },
    {
      kind: 'jira',
      name: 'jira',
      ...base,
      url: jira.url,
      email: 'bot@example.com',
      token: 'jira-token',
      project: 'KAFKA',
      issueType: 'Task',
      labels: ['kafka-topic'],
      transitions: { applied: 'Done', declined: 'Declined' },
      webhook: { secret: JIRA_SECRET, approve: 'Approved', decline: 'Declined' },
    },
  ]
  desk = await requestDesk(kafkaBootstrap(), { channels })
  installTestRuntime({
    config: desk.config,
    store: desk.store,
    clusters: desk.world.clusters,
    services: { ...desk.as('boss').services },
  })
})
afterAll(async () => {
  await desk.close()
  await slack.close()
  await jira.close()
})

const file = async (name: Name = 'dev') => {
  const request = await desk.file({}, name)
  await desk.outbox.drain()
  return request
}
const post = (kind: 'slack' | 'jira', body: string, headers: Record<string, string>) =>
  (kind === 'slack' ? slackPost : jiraPost)(
    new Request(`http://127.0.0.1:3000/api/hooks/${kind}`, { method: 'POST', body, headers }),
  ).then(async response => ({
    status: response.status,
    code: response.ok ? null : (await response.json()).code,
  }))

it.each(['slack', 'jira'] as const)('10 MB to the door of %s are not read to their end', async kind => {
  expect(await post(kind, 'x'.repeat(10 * 1024 * 1024), {})).toEqual({ status: 413, code: 'BODY_TOO_LARGE' })
})

describe('Slack', () => {
  const nowS = () => Math.floor(Date.now() / 1000)
  const sign = (body: string, at: number, secret = SECRET) =>
    `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`
  const bodyOf = (user: string, action: string, value: string) =>
    new URLSearchParams({
      payload: JSON.stringify({
        type: 'block_actions',
        user: { id: user },
        actions: [{ action_id: action, value }],
        response_url: `${slack.url}/respond`,
        trigger_id: trigger(),
      }),
    }).toString()
  let clicks = 0
  const trigger = () => `${nowS()}.${++clicks}.${'ab12'.repeat(8)}`
  const sent = (body: string, timestamp = nowS()) =>
    post('slack', body, {
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': sign(body, timestamp),
    })
  /** The form as Slack sends it back when somebody presses its button. */
  const submit = (user: string, reason: string | null, over: object = {}) => {
    const view = slack.views.at(-1)
    const payload = {
      type: 'view_submission',
      user: { id: user },
      view: {
        callback_id: at(view, 'callback_id'),
        private_metadata: at(view, 'private_metadata'),
        state: { values: { reason: { reason: { type: 'plain_text_input', value: reason } } } },
        ...over,
      },
      // No two forms are the same body, so that none is taken for a replay.
      hash: String(++clicks),
    }
    return new URLSearchParams({ payload: JSON.stringify(payload) }).toString()
  }
  const click = (user: string, action: string, value: string, timestamp = nowS()) => {
    const body = bodyOf(user, action, value)
    return post('slack', body, {
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': sign(body, timestamp),
    })
  }
  const answers = () =>
    slack.received.filter(one => one.path === '/respond').map(one => String(at(one.json, 'text')))

  it('a click approves as the person who clicked, who is told, and the message moves with the request', async () => {
    const filed = await file()
    const posted = slack.received.filter(one => one.path === '/api/chat.postMessage').at(-1)
    const actions = JSON.stringify(at(posted?.json, 'blocks'))
    expect(actions).toContain(`"value":"${filed.id}:1"`)
    expect(await click('UAPPROVER', 'approve', `${filed.id}:1`)).toEqual({ status: 200, code: null })
    expect(await desk.get(filed.id)).toMatchObject({
      state: 'approved',
      approvals: [{ by: 'approver', via: 'slack' }],
    })
    await desk.runner.round()
    await desk.outbox.drain()
    expect((await desk.get(filed.id)).state).toBe('applied')
    expect(answers().at(-1)).toBe(`Request ${filed.id} (${filed.topic}): Approved`)
    const updates = slack.received.filter(one => one.path === '/api/chat.update')
    expect(String(at(updates.at(-1)?.json, 'text'))).toContain('Applied')
    expect(JSON.stringify(at(updates.at(-1)?.json, 'blocks'))).not.toContain('"actions"')
    expect(await desk.audit(`request:${filed.id}`)).toEqual([
      'approver request.approve succeeded',
      'milena request.apply succeeded',
    ])
  })

  it('a click is answered while its work is held, and what comes of it follows', async () => {
    const filed = await file()
    const transaction = desk.store.db.transaction.bind(desk.store.db)
    const gate = Promise.withResolvers<void>()
    // The first transaction of a click is the audit row of its decision.
    const spy = vi.spyOn(desk.store.db, 'transaction').mockImplementation(async (run, config) => {
      await gate.promise
      return transaction(run, config)
    })
    try {
      expect(await click('UAPPROVER', 'approve', `${filed.id}:1`)).toEqual({ status: 200, code: null })
      await expect.poll(() => spy.mock.calls.length).toBeGreaterThan(0)
      expect((await desk.get(filed.id)).state).toBe('pending')
    } finally {
      gate.resolve()
      spy.mockRestore()
    }
    const told = async () => {
      await desk.outbox.drain()
      return answers().at(-1)
    }
    await expect.poll(told).toBe(`Request ${filed.id} (${filed.topic}): Approved`)
    expect((await desk.get(filed.id)).approvals).toMatchObject([{ by: 'approver', via: 'slack' }])

    const broken = await file()
    const broke = Promise.withResolvers<never>()
    broke.promise.catch(() => undefined)
    vi.spyOn(desk.store.db, 'transaction').mockImplementationOnce(() => broke.promise)
    expect((await click('UAPPROVER', 'approve', `${broken.id}:1`)).status).toBe(200)
    broke.reject(new AppError('STORE_UNAVAILABLE'))
    await expect.poll(told).toBe(en.STORE_UNAVAILABLE.title)
    expect((await desk.get(broken.id)).state).toBe('pending')
  })

  it('is refused when forged, too old, of the future, replayed, or not ours', async () => {
    const filed = await file()
    const body = bodyOf('UAPPROVER', 'approve', `${filed.id}:1`)
    const t = nowS()
    const headers = { 'x-slack-request-timestamp': String(t), 'x-slack-signature': sign(body, t) }
    const unauthenticated = { status: 401, code: 'UNAUTHENTICATED' }
    expect(await post('slack', body, {})).toEqual(unauthenticated)
    expect(
      await post('slack', body, { ...headers, 'x-slack-signature': sign(body, t, 'another secret') }),
    ).toEqual(unauthenticated)
    expect(await post('slack', body.replace('approve', 'decline'), headers)).toEqual(unauthenticated)
    expect(await post('slack', body, { ...headers, 'x-slack-request-timestamp': String(t + 1) })).toEqual(
      unauthenticated,
    )
    // Farther ahead than a busy machine takes from here to there.
    for (const off of [-301, 400])
      expect(await click('UAPPROVER', 'approve', `${filed.id}:1`, nowS() + off)).toEqual(unauthenticated)
    expect((await desk.get(filed.id)).state).toBe('pending')
    const own = bodyOf('UDEV', 'approve', `${filed.id}:1`)
    const once = { 'x-slack-request-timestamp': String(t), 'x-slack-signature': sign(own, t) }
    expect((await post('slack', own, once)).status).toBe(200)
    expect(await post('slack', own, once)).toEqual({ status: 409, code: 'STATE_CONFLICT' })
    const bad = 'payload=%7B'
    const signed = { 'x-slack-request-timestamp': String(t), 'x-slack-signature': sign(bad, t) }
    expect(await post('slack', bad, signed)).toEqual({ status: 400, code: 'INPUT_INVALID' })
  })

  it('gives no right: nobody’s own, nobody unknown, nobody without the role, no stale message', async () => {
    const filed = await file('boss')
    for (const user of ['UBOSS', 'UVIEWER', 'UNOBODY', 'UDEV']) {
      expect((await click(user, 'approve', `${filed.id}:1`)).status, user).toBe(200)
      expect((await desk.get(filed.id)).state, user).toBe('pending')
    }
    expect((await click('UAPPROVER', 'approve', `${filed.id}:7`)).status).toBe(200)
    expect((await desk.get(filed.id)).state).toBe('pending')
    await desk.outbox.drain()
    expect(answers().slice(-5)).toEqual([
      'You cannot approve your own request',
      expect.any(String),
      'This Slack account belongs to no user of Milena.',
      expect.any(String),
      'Somebody else was faster',
    ])
    expect(await desk.audit(`request:${filed.id}`)).toContain('boss request.approve denied SELF_APPROVAL')
  })

  it('declining asks why in a form, and declines as the person who sent it off, with the reason', async () => {
    const filed = await file()
    expect(await click('UAPPROVER', 'decline', `${filed.id}:1`)).toEqual({ status: 200, code: null })
    expect((await desk.get(filed.id)).state).toBe('pending')
    expect(slack.views.at(-1)).toMatchObject({
      callback_id: 'decline',
      title: { type: 'plain_text', text: `Decline #${filed.id}` },
    })
    // Signed like a click; forged or replayed ones do nothing.
    const unsigned = await post('slack', submit('UAPPROVER', 'no'), {})
    expect(unsigned.code).toBe('UNAUTHENTICATED')
    const body = submit('UAPPROVER', '  twelve partitions are too many \n')
    const timestamp = nowS()
    const headers = {
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': sign(body, timestamp),
    }
    expect((await post('slack', body, headers)).status).toBe(200)
    expect((await post('slack', body, headers)).code).toBe('STATE_CONFLICT')
    const declined = await desk.get(filed.id)
    expect(declined.state).toBe('declined')
    expect(declined.events.at(-1)).toMatchObject({
      kind: 'declined',
      actor: 'approver',
      via: 'slack',
      text: 'twelve partitions are too many',
    })
    await desk.outbox.drain()
    expect(answers().at(-1)).toBe(`Request ${filed.id} (${filed.topic}): Declined`)
    const updates = slack.received.filter(one => one.path === '/api/chat.update')
    expect(String(at(updates.at(-1)?.json, 'text'))).toContain('Declined')
    expect(await desk.audit(`request:${filed.id}`)).toEqual(['approver request.decline succeeded'])
  })

  it('the form gives no right either: it is refused at its field, or not opened at all', async () => {
    const own = await file('boss')
    const opened = slack.views.length
    for (const user of ['UBOSS', 'UVIEWER', 'UNOBODY', 'UDEV'])
      expect((await click(user, 'decline', `${own.id}:1`)).status, user).toBe(200)
    expect((await click('UAPPROVER', 'decline', `${own.id}:7`)).status).toBe(200)
    expect(slack.views).toHaveLength(opened)
    expect(await desk.audit(`request:${own.id}`)).toContain('boss request.decline denied SELF_APPROVAL')

    expect((await click('UAPPROVER', 'decline', `${own.id}:1`)).status).toBe(200)
    expect(slack.views).toHaveLength(opened + 1)
    const refused = async (user: string, reason: string | null, over: object = {}) => {
      const text = submit(user, reason, over)
      const timestamp = nowS()
      const response = await slackPost(
        new Request('http://127.0.0.1:3000/api/hooks/slack', {
          method: 'POST',
          body: text,
          headers: {
            'x-slack-request-timestamp': String(timestamp),
            'x-slack-signature': sign(text, timestamp),
          },
        }),
      )
      const answer: unknown = await response.json()
      return at(answer, 'errors.reason') ?? at(answer, 'code')
    }
    expect(await refused('UAPPROVER', ' ')).toBe('Write the reason.')
    expect(await refused('UAPPROVER', null)).toBe('Write the reason.')
    expect(await refused('UNOBODY', 'no')).toBe('This Slack account belongs to no user of Milena.')
    expect(await refused('UBOSS', 'no')).toBe('You cannot approve your own request')
    expect(await refused('UAPPROVER', 'no', { callback_id: 'approve' })).toBe('INPUT_INVALID')
    expect(await refused('UAPPROVER', 'no', { private_metadata: '{"request":"x"}' })).toBe('INPUT_INVALID')
    expect((await desk.get(own.id)).state).toBe('pending')
    // It was decided while the form was open, by the same person.
    expect((await click('UAPPROVER', 'approve', `${own.id}:1`)).status).toBe(200)
    expect(await refused('UAPPROVER', 'too late')).toBe('You have moved this request already')
  })

  it('where no form opens, the console is where to decline', async () => {
    const filed = await file()
    const body = bodyOf('UAPPROVER', 'decline', `${filed.id}:1`).replace(/trigger_id/, 'no_trigger_id')
    expect((await sent(body)).status).toBe(200)
    await desk.outbox.drain()
    expect(answers().at(-1)).toContain('is declined in Milena')
    expect((await desk.get(filed.id)).state).toBe('pending')
  })
})

describe('Jira', () => {
  let count = 0
  const move = (
    key: string,
    status: string,
    account: string,
    over: { secret?: string; id?: string; at?: number } = {},
  ) => {
    const body = JSON.stringify({
      timestamp: over.at ?? ++count,
      webhookEvent: 'jira:issue_updated',
      user: { accountId: account },
      issue: { key, fields: {} },
      changelog: {
        items: [
          { field: 'labels', toString: 'x' },
          { field: 'status', fromString: 'To Do', toString: status },
        ],
      },
    })
    const hex = createHmac('sha256', over.secret ?? JIRA_SECRET)
      .update(body)
      .digest('hex')
    return post('jira', body, {
      'x-hub-signature': `sha256=${hex}`,
      'x-atlassian-webhook-identifier': over.id ?? `hook-${++count}`,
    })
  }
  const keyOf = async (id: string) => (await desk.get(id)).outside.find(one => one.kind === 'jira')?.key ?? ''

  it('an issue moved there approves as the account’s user, once; forged and own ones do nothing', async () => {
    const filed = await file('boss')
    const key = await keyOf(filed.id)
    expect(key).toMatch(/^KAFKA-\d+$/)
    expect(await move(key, 'Approved', 'account-approver', { secret: 'not the secret' })).toEqual({
      status: 401,
      code: 'UNAUTHENTICATED',
    })
    for (const [status, account] of [
      ['Approved', 'account-boss'],
      ['Approved', 'account-nobody'],
      ['Approved', 'account-viewer'],
      ['In Progress', 'account-approver'],
    ] as const) {
      expect((await move(key, status, account)).status).toBe(200)
      expect((await desk.get(filed.id)).state).toBe('pending')
    }
    expect((await move('KAFKA-999', 'Approved', 'account-approver')).status).toBe(200)
    // An event that somebody kept, under another identifier: what is signed is the same, so it was taken.
    const tries = async () => (await desk.audit(`request:${filed.id}`)).length
    await move(key, 'Approved', 'account-boss', { at: 1e12, id: 'one' })
    const before = await tries()
    expect((await move(key, 'Approved', 'account-boss', { at: 1e12, id: 'another' })).status).toBe(200)
    expect(await tries()).toBe(before)
    expect((await move(key, 'Approved', 'account-approver')).status).toBe(200)
    expect(await desk.get(filed.id)).toMatchObject({
      state: 'approved',
      approvals: [{ by: 'approver', via: 'jira' }],
    })
    await desk.runner.round()
    await desk.outbox.drain()
    const issue = jira.issues.find(one => one.key === key)
    expect(issue?.status).toBe('Done')
    expect(issue?.comments.length).toBeGreaterThanOrEqual(2)
    expect(await desk.audit(`request:${filed.id}`)).toEqual([
      'boss request.approve denied SELF_APPROVAL',
      'boss request.approve denied SELF_APPROVAL',
      'approver request.approve succeeded',
      'milena request.apply succeeded',
    ])
  })
})

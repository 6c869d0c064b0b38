import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { policies } from '@/lib/contracts/policies'
import { type PolicySpec, policySpec } from '@/lib/contracts/policy-spec'
import { requests as contracts } from '@/lib/contracts/requests'
import { topicChanges } from '@/lib/contracts/topic-changes'
import { topics } from '@/lib/contracts/topics'
import { toAppError } from '@/lib/errors'
import { DEFAULT_SPEC } from '@/lib/naming-policy/default-spec'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import type { ChannelConfig } from '@/server/config/types'
import { takeJiraEvent } from '@/server/hooks/jira-hook'
import { serveHook } from '@/server/hooks/serve-hook'
import { takeSlackClick } from '@/server/hooks/slack-hook'
import { installTestRuntime } from '@/server/http/testing'
import { makeTopic } from '@/server/kafka/testing'
import { exportPolicy } from '@/server/policies/list-policy-versions'
import { policyFor } from '@/server/policies/policy-for'
import { putPolicy } from '@/server/policies/put-policy'
import { outboxRef } from '@/server/store/schema/index'
import { recreateTopic } from '@/server/topic-changes/recreate-topic'
import { createTopic } from '@/server/topics/create-topic'
import { approveMany } from './approve-many'
import { approveRequest } from './approve-request'
import { editRequest } from './edit-request'
import { type Desk, requestDesk } from './testing'

const mark = uniqueName('way')
const SLACK = 'a signing secret of tests'
const JIRA = 'a webhook secret of jira'
const slackPost = serveHook('slack', takeSlackClick)
const jiraPost = serveHook('jira', takeJiraEvent)
let desk: Desk

/** Small limits, so that random wishes fall on both sides of each. */
const spec = (partitions = { min: 2, max: 3 }): PolicySpec =>
  policySpec.parse({
    ...DEFAULT_SPEC,
    limits: {
      ...DEFAULT_SPEC.limits,
      partitions,
      cleanupPolicies: ['delete'],
      configs: { allowed: ['retention.*', 'cleanup.policy'], denied: ['retention.bytes'] },
    },
    required: { owner: true, description: false, classification: false, schema: false },
  })

beforeAll(async () => {
  const jira: ChannelConfig = {
    kind: 'jira',
    name: 'jira',
    events: ['nothing'],
    clusters: ['*'],
    language: 'en',
    url: 'http://127.0.0.1:9',
    email: 'bot@example.com',
    token: 't',
    project: 'KAFKA',
    issueType: 'Task',
    labels: [],
    transitions: {},
    webhook: { secret: JIRA, approve: 'Approved', decline: 'Declined' },
  }
  desk = await requestDesk(kafkaBootstrap(), { channels: [jira] })
  installTestRuntime({
    config: desk.config,
    store: desk.store,
    clusters: desk.world.clusters,
    services: { ...desk.as('boss').services },
  })
  await importPolicy(spec())
})
afterAll(() => desk.close())

async function importPolicy(policy: PolicySpec): Promise<void> {
  const ctx = desk.as('boss')
  const { version: base } = await policyFor(ctx, 'c', { fresh: true })
  // The way of GitOps: as YAML.
  await putPolicy(ctx, policies.put.input.parse({ cluster: 'c', yaml: JSON.stringify(policy), base }))
}

type Wish = {
  name: string
  partitions: number
  replicationFactor: number
  configs: Record<string, string>
  owner: string | undefined
}

const token = () =>
  desk.contextOf({ kind: 'token', name: 'ci', person: 'dev', grants: [{ role: 'developer' }] })
const asked = ({ name: topic, ...wish }: Wish) => ({ cluster: 'c', kind: 'create', topic, ...wish })
const file = async (input: object, ctx = desk.as('dev')) => (await desk.ask(input, ctx)).request ?? null
const decide = { cluster: 'c' }
const approve = async (request: { id: string } | null) => {
  if (request) await approveRequest(desk.as('approver'), { ...decide, id: request.id })
}

const GOOD = { partitions: 2, replicationFactor: 1, configs: {}, owner: 'order-team' }
let clicks = 0

/** Every way that leads to a topic; each rejects, answers, or leaves the request where it is. */
const WAYS: Record<string, (wish: Wish) => Promise<unknown>> = {
  direct: wish => createTopic(desk.as('boss'), topics.create.input.parse({ cluster: 'c', ...wish })),
  request: async wish => approve(await file(asked(wish))),
  'request by token': async wish => approve(await file(asked(wish), token())),
  'request that proposes': async wish =>
    approve(await file({ ...asked(wish), propose: [{ kind: 'service', name: mark }] })),
  draft: async wish => {
    const request = await file({ ...asked(wish), draft: true })
    const { topic: _, kind: __, ...rest } = asked(wish)
    await editRequest(desk.as('dev'), contracts.edit.input.parse({ ...rest, id: request?.id }))
    await approve(request)
  },
  'an edit of what was approvable': async wish => {
    const name = `order.${mark}.good-${wish.name.length}-${++clicks}`
    const request = await file(asked({ ...GOOD, name }))
    const { kind: _, ...rest } = asked(wish)
    try {
      await editRequest(desk.as('dev'), contracts.edit.input.parse({ ...rest, id: request?.id }))
    } catch (error) {
      // What was asked before stays as it was, and is nobody's way to the other.
      expect(toAppError(error).status).toBeLessThan(500)
      throw error
    }
    await approve(request)
  },
  'bulk approval': async wish => {
    const request = await file(asked(wish))
    if (!request) return
    const { id, version } = request
    await approveMany(desk.as('approver'), { requests: [{ cluster: 'c', id, version }] })
  },
  'a click in Slack': async wish => {
    const request = await file(asked(wish))
    const payload = JSON.stringify({
      type: 'block_actions',
      user: { id: 'UAPPROVER' },
      actions: [{ action_id: 'approve', value: `${request?.id}:1` }],
      click: ++clicks,
    })
    const body = new URLSearchParams({ payload }).toString()
    const at = Math.floor(Date.now() / 1000)
    const signature = createHmac('sha256', SLACK).update(`v0:${at}:${body}`).digest('hex')
    const headers = { 'x-slack-request-timestamp': String(at), 'x-slack-signature': `v0=${signature}` }
    await slackPost(new Request('http://127.0.0.1/api/hooks/slack', { method: 'POST', body, headers }))
  },
  'an issue moved in Jira': async wish => {
    const request = await file(asked(wish))
    const key = `KAFKA-${++clicks}`
    const subject = `request:${request?.id}`
    await desk.store.db.insert(outboxRef).values({ channel: 'jira', subject, ref: '{}', key, atMs: 0 })
    const body = JSON.stringify({
      webhookEvent: 'jira:issue_updated',
      user: { accountId: 'account-approver' },
      issue: { key },
      changelog: { items: [{ field: 'status', toString: 'Approved' }] },
    })
    const headers = {
      'x-hub-signature': `sha256=${createHmac('sha256', JIRA).update(body).digest('hex')}`,
      'x-atlassian-webhook-identifier': key,
    }
    await jiraPost(new Request('http://127.0.0.1/api/hooks/jira', { method: 'POST', body, headers }))
  },
}

const there = async (name: string) => {
  const { topics: found } = await desk.world.cluster.metadata({ topics: [name], maxAgeMs: 0 })
  const answer = found.get(name)
  return answer?.ok ? answer.value : null
}

/** Reads the policy by hand: it is no second call of the function under test. */
function isAllowed(wish: Wish): boolean {
  return (
    /^order\.[a-z0-9-]+\.e-[a-z0-9-]+$/.test(wish.name) &&
    wish.name.length <= 249 &&
    !wish.name.endsWith('-dlt-dlt') &&
    [2, 3].includes(wish.partitions) &&
    [-1, 1].includes(wish.replicationFactor) &&
    wish.owner === 'order-team' &&
    Object.entries(wish.configs).every(
      ([name, value]) =>
        (name === 'retention.ms' && value === '7200000') || (name === 'cleanup.policy' && value === 'delete'),
    )
  )
}

const wishes = fc.record({
  shape: fc.oneof(
    { weight: 5, arbitrary: fc.constant((id: string) => `order.${mark}.e-${id}`) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        (id: string) => `Order.${mark}.e-${id}`,
        (id: string) => `order.${mark}.e_${id}`,
        (id: string) => `orders-${mark}-${id}`,
        (id: string) => `shop.${mark}.e-${id}`,
        (id: string) => `order.${mark}.e-${id}-dlt-dlt`,
        (id: string) => `оrder.${mark}.e-${id}`,
        (id: string) => ` order.${mark}.e-${id}`,
        (id: string) => `order.${mark}.e-${id}\u0000`,
        (id: string) => `__${mark}-${id}`,
        (id: string) => `order.${mark}.e-${id}-${'x'.repeat(249)}`,
      ),
    },
  ),
  partitions: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(2, 3) },
    { weight: 1, arbitrary: fc.constantFrom(-1, 0, 1, 4) },
  ),
  replicationFactor: fc.constantFrom(-1, 1, 1, 1, 2),
  configs: fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom<Record<string, string>>(
        {},
        { 'retention.ms': '7200000' },
        { 'cleanup.policy': 'delete' },
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Record<string, string>>(
        { 'retention.ms': '-1' },
        { 'retention.ms': '+99999999999' },
        { 'retention.bytes': '0' },
        { 'cleanup.policy': 'compact' },
        { 'max.message.bytes': '5' },
      ),
    },
  ),
  owner: fc.constantFrom<string | undefined>('order-team', 'order-team', 'order-team', undefined, ' '),
})

it('no way creates a topic that the policy forbids, and each creates what it allows', async () => {
  let n = 0
  const ways = Object.keys(WAYS)
  await fc.assert(
    fc.asyncProperty(wishes, fc.constantFrom(...ways), async ({ shape, ...rest }, way) => {
      const wish: Wish = { name: shape(String(++n)), ...rest }
      desk.made.add(wish.name)
      await WAYS[way]?.(wish).catch(() => undefined)
      const look = async () => {
        await desk.runner.round()
        return there(wish.name).catch(() => null)
      }
      // A click is answered before it is done, and a broker tells of a new topic a moment after the controller made it.
      if (isAllowed(wish)) await expect.poll(look, { timeout: 15_000 }).not.toBeNull()
      const found = await look()
      expect([way, wish, found !== null]).toEqual([way, wish, isAllowed(wish)])
      if (found) expect([2, 3]).toContain(found.partitions.length)
    }),
    { numRuns: 45 },
  )
  // Nothing slipped in beside what was looked at.
  const { topics: all } = await desk.world.cluster.metadata({ maxAgeMs: 0 })
  const ours = [...all.keys()].filter(name => name.toLowerCase().includes(mark))
  expect(ours.filter(name => !/^order\.[a-z0-9-]+\.(e|good)-[a-z0-9-]+$/.test(name))).toEqual([])
  for (const name of ours) desk.made.add(name)
}, 300_000)

it('a policy that became stricter after the approval decides, by import too', async () => {
  const name = `order.${mark}.e-strict`
  desk.made.add(name)
  const request = await file(asked({ ...GOOD, name, partitions: 3 }))
  await approve(request)
  await importPolicy(spec({ min: 2, max: 2 }))
  const { bytes } = await exportPolicy(desk.as('boss'), { cluster: 'c', json: false })
  expect(Buffer.from(bytes).toString('utf8')).toContain('max: 2')
  await desk.runner.round()
  expect(await there(name)).toBeNull()
  expect(await desk.audit(`request:${request?.id}`)).toContain(
    'milena request.apply failed LIMIT_POLICY_VIOLATION',
  )
  await importPolicy(spec())
})

it('what was made outside, against the policy, is not made anew, and grows no further past it', async () => {
  const wild = `order.${mark}.e-wild`
  desk.made.add(wild)
  await makeTopic(desk.world.cluster, {
    name: wild,
    partitions: 4,
    configs: { 'max.message.bytes': '5000' },
  })
  const before = await there(wild)
  const input = { cluster: 'c', topic: wild, confirm: wild, override: true }
  await expect(
    recreateTopic(desk.as('boss'), topicChanges.recreate.input.parse(input)),
  ).rejects.toMatchObject({ code: 'LIMIT_POLICY_VIOLATION' })
  await expect(file({ cluster: 'c', topic: wild, kind: 'partitions', partitions: 5 })).rejects.toMatchObject({
    code: 'LIMIT_POLICY_VIOLATION',
  })
  await expect(
    file({ cluster: 'c', topic: wild, kind: 'configs', configs: { 'retention.bytes': '5' } }),
  ).rejects.toMatchObject({ code: 'LIMIT_POLICY_VIOLATION' })
  expect((await there(wild))?.topicId).toBe(before?.topicId)
})

it('its settings lent to another topic are judged as if they were typed', async () => {
  const wish = {
    ...GOOD,
    name: `order.${mark}.e-clone`,
    partitions: 4,
    configs: { 'max.message.bytes': '5000' },
  }
  await expect(WAYS.direct?.(wish)).rejects.toMatchObject({ code: 'LIMIT_POLICY_VIOLATION' })
  await expect(file(asked(wish))).rejects.toMatchObject({ code: 'LIMIT_POLICY_VIOLATION' })
})

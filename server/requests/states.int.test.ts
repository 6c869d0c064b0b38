import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { requests as contracts, REQUEST_STATES, type RequestEvent } from '@/lib/contracts/requests'
import { AppError } from '@/lib/errors'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import { listAudit } from '@/server/audit/list-audit'
import { approveRequest } from './approve-request'
import { declineRequest, requestChanges } from './decline-request'
import { editRequest } from './edit-request'
import { retryRequest } from './retry-request'
import { type Desk, requestDesk } from './testing'
import { withdrawRequest } from './withdraw-request'

let desk: Desk
beforeAll(async () => {
  desk = await requestDesk(kafkaBootstrap())
})
afterAll(() => desk.close())

const sized = { partitions: 2, replicationFactor: 1 }
const file = async (input: object = {}) => (await desk.file(input)).id
const at = (id: string) => ({ cluster: 'c', id })
const edit = (id: string, input: object) =>
  editRequest(desk.as('dev'), contracts.edit.input.parse({ ...at(id), ...input }))
const approve = (id: string) => approveRequest(desk.as('approver'), at(id))

const seen = new Set<string>()
async function stateOf(id: string): Promise<string> {
  const { state } = await desk.get(id)
  seen.add(state)
  return state
}

/**
 * The audit row that each line of the timeline must have; an attempt to apply is one row, whose outcome is
 * what came of it.
 */
const ACTION: Record<RequestEvent['kind'], string | null> = {
  drafted: 'request.draft',
  submitted: 'request.file',
  edited: 'request.edit',
  approved: 'request.approve',
  'changes-requested': 'request.request-changes',
  declined: 'request.decline',
  withdrawn: 'request.withdraw',
  commented: 'request.comment',
  applying: null,
  applied: 'request.apply',
  failed: 'request.apply',
  retried: 'request.retry',
  reopened: 'request.reopen',
  expired: 'request.expire',
}

/** What the audit log says of a request by its number alone, oldest first, beside what its timeline says. */
async function bothOf(id: string): Promise<{ told: string[]; logged: string[] }> {
  const { events } = await desk.get(id)
  const told = events.flatMap(({ kind, actor, code }, i) => {
    const action = kind === 'submitted' && i > 0 ? 'request.edit' : ACTION[kind]
    if (action === null) return []
    return [`${actor} ${action} ${kind === 'failed' ? `failed ${code}` : 'succeeded'}`]
  })
  const { items } = await listAudit(desk.as('auditor'), { limit: 500 })
  const logged = items
    .filter(
      ({ resource, action, details }) =>
        action.startsWith('request.') && (resource === `request:${id}` || details.request === id),
    )
    .reverse()
    .map(({ actor, action, outcome, code }) => [actor, action, outcome, code].filter(Boolean).join(' '))
  return { told, logged }
}

it('every state is reached, and each change of it stands in the audit log by the number of the request', async () => {
  const walked = await file({ topic: '', draft: true, partitions: undefined, replicationFactor: undefined })
  expect(await stateOf(walked)).toBe('draft')
  const topic = desk.newName()
  await edit(walked, { topic, draft: true })
  await edit(walked, { topic, ...sized })
  expect(await stateOf(walked)).toBe('pending')
  await requestChanges(desk.as('approver'), { ...at(walked), reason: 'say what for' })
  expect(await stateOf(walked)).toBe('changes-requested')
  await edit(walked, { ...sized, purpose: 'orders' })
  await approve(walked)
  expect(await stateOf(walked)).toBe('approved')

  const { cluster } = desk.world
  const create = cluster.createTopic.bind(cluster)
  cluster.createTopic = async (wanted, options) => {
    if (wanted.name !== topic || options?.validateOnly) return create(wanted, options)
    expect(await stateOf(walked)).toBe('applying')
    throw new AppError('KAFKA_ERROR', { params: { kafka: 'NOT_CONTROLLER' } })
  }
  try {
    await desk.runner.round()
  } finally {
    cluster.createTopic = create
  }
  expect(await stateOf(walked)).toBe('failed')
  await retryRequest(desk.as('dev'), at(walked))
  await desk.runner.round()
  expect(await stateOf(walked)).toBe('applied')

  const declined = await file()
  await declineRequest(desk.as('approver'), { ...at(declined), reason: 'there is one' })
  const withdrawn = await file()
  await withdrawRequest(desk.as('dev'), at(withdrawn))
  const expired = await file()
  desk.time.shiftMs = 31 * 86_400_000
  // Two replicas find it at once; the log says it once.
  await Promise.all([desk.runner.round(), desk.newRunner('another-replica').round()])
  desk.time.shiftMs = 0
  for (const [id, state] of Object.entries({ declined, withdrawn, expired }).map(([k, v]) => [v, k] as const))
    expect(await stateOf(id)).toBe(state)
  expect([...seen].sort()).toEqual([...REQUEST_STATES].sort())

  const ways = await Promise.all([walked, declined, withdrawn, expired].map(bothOf))
  for (const { told, logged } of ways) expect(logged).toEqual(told)
  // Who looks for the topic alone finds who let it be made.
  const { items: about } = await listAudit(desk.as('auditor'), { topic, limit: 100 })
  expect(about.map(({ actor, action }) => `${actor} ${action}`)).toEqual(
    expect.arrayContaining(['approver request.approve', 'dev request.retry', 'milena topic.create']),
  )
  expect(ways[0]?.logged).toEqual([
    'dev request.draft succeeded',
    'dev request.edit succeeded',
    'dev request.edit succeeded',
    'approver request.request-changes succeeded',
    'dev request.edit succeeded',
    'approver request.approve succeeded',
    'milena request.apply failed KAFKA_ERROR',
    'dev request.retry succeeded',
    'milena request.apply succeeded',
  ])
})

it('that a topic goes although it is in use holds for one attempt, and the audit says who lost it', async () => {
  const { topic, id } = await desk.file()
  await approve(id)
  await desk.runner.round()
  await expect.poll(() => desk.write(topic)).toBe('done')
  const gone = (await desk.file({ topic, kind: 'delete', override: true })).id
  // Who uses it is told from the start, to whoever decides and in the audit log.
  expect((await desk.get(gone, 'approver')).users).toMatchObject({
    filed: { inUse: true, groups: [], groupsInAll: 0, recordsLastHour: '1' },
    applied: null,
  })
  const about = { topic, action: 'request.file', limit: 1 }
  expect((await listAudit(desk.as('auditor'), about)).items[0]?.details).toMatchObject({
    ...{ kind: 'delete', override: true, usedBy: { recordsLastHour: '1' } },
  })
  await expect.poll(() => desk.write(topic)).toBe('done')
  await approve(gone)
  const { cluster } = desk.world
  const drop = cluster.deleteTopic.bind(cluster)
  cluster.deleteTopic = async () => {
    throw new AppError('KAFKA_ERROR', { params: { kafka: 'NOT_CONTROLLER' } })
  }
  try {
    await desk.runner.round()
  } finally {
    cluster.deleteTopic = drop
  }
  expect(await desk.get(gone)).toMatchObject({ state: 'failed', failure: { code: 'KAFKA_ERROR' } })
  // Its author may try again, but not that it goes from under those who use it.
  await retryRequest(desk.as('dev'), at(gone))
  await desk.runner.round()
  expect(await desk.get(gone)).toMatchObject({ state: 'failed', failure: { code: 'TOPIC_IN_USE' } })
  expect(await desk.exists(topic)).toBe(true)
  await retryRequest(desk.as('approver'), { ...at(gone), override: true, confirm: topic })
  await desk.runner.round()
  expect(await desk.get(gone)).toMatchObject({
    state: 'applied',
    users: { filed: { recordsLastHour: '1' }, applied: { inUse: true, recordsLastHour: '2' } },
  })
  const { items } = await listAudit(desk.as('auditor'), { resource: `topic:${topic}`, limit: 1 })
  expect(items[0]).toMatchObject({
    action: 'topic.delete',
    details: { request: gone, override: true, usedBy: { groups: [], recordsLastHour: '2' } },
  })
})

it('what a longer retention costs is estimated by what comes in, as it was measured', async () => {
  const { topic, id } = await desk.file()
  await approve(id)
  await desk.runner.round()
  await expect.poll(() => desk.exists(topic)).toBe(true)
  const wanted = { topic, kind: 'configs', configs: { 'retention.ms': '7200000' }, dryRun: true }
  const costOf = async () => (await desk.ask(wanted)).review.cost
  expect(await costOf()).toMatchObject({ bytes: null, bytesFrom: null, retentionMs: '7200000' })
  const sample = vi.spyOn(desk.world.topics, 'sample').mockReturnValue({
    ...{ messages: 10n, bytes: 1000n, ratePerSecond: 5, sampledAtMs: Date.now() },
  } as ReturnType<typeof desk.world.topics.sample>)
  // Five a second of a hundred bytes, for two hours, on one replica.
  expect(await costOf()).toMatchObject({ bytes: '3600000', bytesFrom: 'measured' })
  sample.mockRestore()
})

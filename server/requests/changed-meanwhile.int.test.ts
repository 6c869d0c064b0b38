import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { requests as contracts } from '@/lib/contracts/requests'
import { AppError } from '@/lib/errors'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import { toProblem } from '@/server/http/problem'
import { approveMany } from './approve-many'
import { approveRequest } from './approve-request'
import { declineRequest, requestChanges } from './decline-request'
import { editRequest } from './edit-request'
import { retryRequest } from './retry-request'
import { type Desk, type Name, refusal, requestDesk } from './testing'
import { withdrawRequest } from './withdraw-request'

let desk: Desk
beforeAll(async () => {
  desk = await requestDesk(kafkaBootstrap())
})
afterAll(() => desk.close())

const at = (id: string, version?: number) => ({ cluster: 'c', id, ...(version ? { version } : {}) })
const approve = (id: string, name: Name = 'approver', version?: number) =>
  approveRequest(desk.as(name), at(id, version))
/** Title and hint of what a call was refused with, in English. */
async function said(call: Promise<unknown>): Promise<string> {
  const { title, hint } = toProblem(await refusal(call), 'r', 'en')
  return `${title}: ${hint}`
}
async function applied(): Promise<string> {
  const { id } = await desk.file()
  await approve(id)
  await desk.runner.round()
  expect((await desk.get(id)).state).toBe('applied')
  return id
}
/** A new topic whose creation the broker refuses after everybody agreed to it. */
async function failed(): Promise<{ id: string; topic: string }> {
  const { id, topic } = await desk.file()
  await approve(id)
  const { cluster } = desk.world
  const create = cluster.createTopic.bind(cluster)
  cluster.createTopic = async (wanted, options) => {
    if (wanted.name !== topic || options?.validateOnly) return create(wanted, options)
    throw new AppError('KAFKA_ERROR', { params: { kafka: 'NOT_CONTROLLER' } })
  }
  try {
    await desk.runner.round()
  } finally {
    cluster.createTopic = create
  }
  return { id, topic }
}

it('who was faster is named, and not the machine that applied it after them', async () => {
  const id = await applied()
  expect(await said(approve(id, 'second', 1))).toBe(
    'Somebody else was faster: approver has approved it. It is now “applied”. It is over: file another request for more.',
  )
})

it('what one did oneself is said so, and of what is applied no further approval is missing', async () => {
  const id = await applied()
  const own = /^You have moved this request already: You have approved it. It is now “applied”/
  expect(await said(approve(id, 'approver', 1))).toMatch(own)
  expect(await said(approve(id))).toMatch(own)
  const taken = await desk.file()
  await withdrawRequest(desk.as('dev'), at(taken.id))
  expect(await said(withdrawRequest(desk.as('dev'), at(taken.id, 1)))).toMatch(/You have withdrawn it/)
})

it('a wrong state is no race: the state is said, and what can be done', async () => {
  const { id } = await desk.file()
  expect(await said(retryRequest(desk.as('dev'), at(id)))).toBe(
    'Not possible in the state that the request is in: You have filed it. It is now “pending”. Look at it again and decide anew.',
  )
  await requestChanges(desk.as('approver'), { ...at(id), reason: 'fewer' })
  expect(await said(approve(id, 'second'))).toMatch(
    /^Not possible in .*approver has given it back.*“changes-requested”. Its requester can edit it/,
  )
  const late = await desk.file()
  desk.time.shiftMs = 31 * 86_400_000
  await desk.runner.round()
  desk.time.shiftMs = 0
  expect(await said(declineRequest(desk.as('approver'), { ...at(late.id, 1), reason: 'x' }))).toMatch(
    /^It has changed meanwhile: Milena has ended it: nobody decided in time/,
  )
})

it('one that could not be applied is edited, and waits for its approvals again', async () => {
  const { id } = await failed()
  const topic = desk.newName()
  expect((await desk.get(id)).may).toMatchObject({ edit: null, retry: null, withdraw: null })
  expect((await desk.get(id, 'approver')).may.edit).toBe('DENIED')
  const edit = { ...at(id), topic, partitions: 1, replicationFactor: 1 }
  await editRequest(desk.as('dev'), contracts.edit.input.parse(edit))
  const edited = await desk.get(id)
  expect(edited).toMatchObject({ state: 'pending', topic, failure: null, approvals: [] })
  expect(edited.events.at(-1)).toMatchObject({
    kind: 'edited',
    changes: [
      { field: 'topic', after: topic },
      { field: 'partitions', before: '2', after: '1' },
    ],
  })
  await approve(id)
  await desk.runner.round()
  expect(await desk.get(id)).toMatchObject({ state: 'applied', topic })
})

it('who lacks a right is told which, where, and who has it', async () => {
  const { id, topic } = await failed()
  const denied = await refusal(retryRequest(desk.as('member'), at(id)))
  expect(denied).toMatchObject({
    code: 'DENIED',
    params: { action: 'request.approve', resource: `c/${topic}`, roles: 'approver, admin' },
  })
  for (const call of [
    withdrawRequest(desk.as('member'), at(id)),
    editRequest(
      desk.as('member'),
      contracts.edit.input.parse({ ...at(id), partitions: 1, replicationFactor: 1 }),
    ),
  ])
    expect(await said(call)).not.toContain('…')
})

it('of several that are approved at once each says what came of it', async () => {
  const [fine, taken, decided] = [await desk.file(), await desk.file(), await desk.file()]
  await declineRequest(desk.as('second'), { ...at(decided.id), reason: 'there is one' })
  // Somebody makes it otherwise, between the approval and its application.
  await desk.world.cluster.createTopic({
    ...{ name: taken.topic, partitions: 5, replicationFactor: 1, configs: {} },
  })
  await expect.poll(() => desk.exists(taken.topic)).toBe(true)
  const settled = vi.spyOn(desk.runner, 'settled').mockImplementation(() => desk.runner.round())
  try {
    const chosen = [fine, taken, decided].map(({ id }) => ({ cluster: 'c', id, version: 1 }))
    const { items } = await approveMany(desk.as('approver'), { requests: chosen })
    expect(items).toMatchObject([
      { id: fine.id, ok: true, request: { state: 'applied' } },
      { id: taken.id, ok: true, request: { state: 'failed', failure: { code: 'TOPIC_EXISTS' } } },
      { id: decided.id, ok: false, code: 'REQUEST_CHANGED', params: { by: 'second', did: 'declined' } },
    ])
  } finally {
    settled.mockRestore()
  }
})

it('what was before stays known when it is applied', async () => {
  const { topic, id } = await desk.file()
  await approve(id)
  await desk.runner.round()
  await expect.poll(() => desk.exists(topic)).toBe(true)
  const asked = [
    { topic, kind: 'configs', configs: { 'retention.ms': '7200000' } },
    { topic, kind: 'partitions', partitions: 3 },
  ]
  const [configs, partitions] = [await desk.file(asked[0]), await desk.file(asked[1])]
  for (const one of [configs, partitions]) await approve(one.id)
  await desk.runner.round()
  const linesOf = async (request: string, kind: string) =>
    (await desk.get(request)).events.find(event => event.kind === kind)?.changes
  for (const kind of ['submitted', 'applied']) {
    expect(await linesOf(configs.id, kind)).toEqual([
      { field: 'configs.retention.ms', before: expect.stringMatching(/^-?\d+$/), after: '7200000' },
    ])
    expect(await linesOf(partitions.id, kind)).toEqual([{ field: 'partitions', before: '2', after: '3' }])
  }
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { requests as contracts } from '@/lib/contracts/requests'
import { names } from '@/lib/contracts/topics'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { listCatalogue } from '@/server/catalogue/list-catalogue'
import { checkName } from '@/server/topics/check-name'
import { approveRequest } from './approve-request'
import { requestChanges } from './decline-request'
import { editRequest } from './edit-request'
import { type Desk, requestDesk } from './testing'

let desk: Desk
beforeAll(async () => {
  desk = await requestDesk(kafkaBootstrap())
})
afterAll(() => desk.close())

const entries = async () => (await listCatalogue(desk.as('dev'), { cluster: 'c' })).items

it('a domain that is not registered is proposed with the request, and registered by its application', async () => {
  const domain = uniqueName('shop')
  const topic = `${domain}.shop-api.created`
  desk.made.add(topic)
  await expect(desk.ask({ topic })).rejects.toMatchObject({
    code: 'NAME_POLICY_VIOLATION',
    fields: [{ code: 'not-registered' }],
  })
  const propose = [{ kind: 'domain', name: domain }]
  const ask = (more: object) =>
    checkName(desk.as('dev'), names.check.input.parse({ cluster: 'c', name: topic, ...more }))
  expect((await ask({})).valid).toBe(false)
  expect((await ask({ propose })).valid).toBe(true)
  const { request, review } = await desk.ask({ topic, propose })
  expect(review.diff).toContainEqual({ field: 'domain', before: null, after: domain })
  const found = (await entries()).find(one => one.name === domain)
  expect(found).toMatchObject({ kind: 'domain', sources: ['requests'], revision: 0 })
  // Asking for it registers nothing: another name under it is refused as before.
  await expect(desk.ask({ topic: `${topic}-too` })).rejects.toMatchObject({ code: 'NAME_POLICY_VIOLATION' })

  const id = request?.id ?? ''
  await approveRequest(desk.as('approver'), { cluster: 'c', id })
  await desk.runner.round()
  expect(await desk.get(id)).toMatchObject({ state: 'applied' })
  expect((await entries()).find(one => one.name === domain)).toMatchObject({ revision: 1 })
  expect(await desk.audit(`domain:${domain}`)).toEqual(['milena catalogue.write succeeded'])
  expect((await ask({})).violations.map(one => one.code)).toEqual(['exists'])
})

it('a proposal does not make a wrong name right', async () => {
  const domain = uniqueName('Shop')
  const propose = [{ kind: 'domain', name: domain }]
  await expect(desk.ask({ topic: `${domain}.shop-api.created`, propose })).rejects.toMatchObject({
    code: 'NAME_POLICY_VIOLATION',
  })
})

it('a draft waits for its owner alone, and a returned request may get another name', async () => {
  const wrong = `order.${uniqueName('draft')}.wrong`
  const right = wrong.replace('wrong', 'right')
  for (const topic of [wrong, right]) desk.made.add(topic)
  const { request: draft } = await desk.ask({
    topic: wrong,
    draft: true,
    links: ['https://jira.example.com/K-1'],
  })
  const id = draft?.id ?? ''
  const at = { cluster: 'c', id }
  await expect(desk.get(id, 'approver')).rejects.toMatchObject({ code: 'REQUEST_UNKNOWN' })
  const edit = (input: object) =>
    editRequest(
      desk.as('dev'),
      contracts.edit.input.parse({ ...at, partitions: 1, replicationFactor: 1, ...input }),
    )
  expect(await edit({ draft: true, purpose: 'not yet @approver' })).toMatchObject({ state: 'draft' })
  expect(await edit({ purpose: 'events @approver' })).toMatchObject({ state: 'pending', topic: wrong })
  await requestChanges(desk.as('approver'), { ...at, reason: 'call it right' })
  // A look at the edited one is not stopped by the request that it replaces.
  const ask = (name: 'dev' | 'member', replaces: object) =>
    checkName(desk.as(name), names.check.input.parse({ cluster: 'c', name: wrong, ...replaces }))
  expect((await ask('dev', {})).violations.map(one => one.code)).toEqual(['requested'])
  expect((await ask('dev', { replaces: id })).valid).toBe(true)
  expect((await ask('member', { replaces: id })).valid).toBe(false)
  const look = await desk.ask({ topic: wrong, dryRun: true, replaces: id })
  expect(look.review.violations).toEqual([])
  const renamed = await edit({ topic: right, partitions: 2 })
  expect(renamed).toMatchObject({ state: 'pending', topic: right })
  await approveRequest(desk.as('approver'), at)
  await desk.runner.round()
  const applied = await desk.get(id)
  expect(applied).toMatchObject({ state: 'applied', topic: right, links: ['https://jira.example.com/K-1'] })
  expect(applied.events.map(event => event.kind)).toEqual([
    'drafted',
    'edited',
    'submitted',
    'changes-requested',
    'edited',
    'approved',
    'applying',
    'applied',
  ])
  // As long as it had that name.
  expect(await desk.audit(wrong)).toEqual([
    'dev request.draft succeeded',
    'dev request.edit succeeded',
    'dev request.edit succeeded',
    'approver request.request-changes succeeded',
  ])
  expect(await desk.audit(`request:${id}`)).toEqual([
    'dev request.edit succeeded',
    'dev request.edit succeeded',
    'approver request.request-changes succeeded',
    'dev request.edit succeeded',
    'approver request.approve succeeded',
    'milena request.apply succeeded',
  ])
  const there = await desk.world.cluster.metadata({ topics: [wrong, right], maxAgeMs: 0 })
  expect([there.topics.get(wrong)?.ok, there.topics.get(right)?.ok]).toEqual([false, true])
})

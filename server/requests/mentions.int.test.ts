import { afterAll, beforeAll, expect, it } from 'vitest'
import { requests as contracts } from '@/lib/contracts/requests'
import { toAppError } from '@/lib/errors'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { startSlack } from '@/server/outbox/testing'
import { commentRequest } from './comment-request'
import { fileRequest } from './file-request'
import { getRequest } from './get-request'
import { listPeople } from './list-people'
import { type Name, requestDesk } from './testing'

let slack: Awaited<ReturnType<typeof startSlack>>
let desk: Awaited<ReturnType<typeof requestDesk>>
beforeAll(async () => {
  slack = await startSlack()
  desk = await requestDesk(kafkaBootstrap(), {
    channels: [
      {
        kind: 'slack',
        name: 'bot',
        events: ['request.commented'],
        clusters: ['*'],
        language: 'en',
        url: null,
        token: 'xoxb-test',
        channel: '#kafka',
        apiUrl: `${slack.url}/api`,
      },
    ],
  })
  desk.outbox.start()
})
afterAll(async () => {
  await desk.close()
  await slack.close()
})

const file = async (topic: string, draft = false) => {
  const wanted = { cluster: 'c', kind: 'create', topic, partitions: 1, replicationFactor: 1, draft }
  const { request } = await fileRequest(desk.as('dev'), contracts.file.input.parse(wanted))
  return request?.id ?? ''
}
const people = async (id: string, query: string, name: Name = 'dev') =>
  (await listPeople(desk.as(name), contracts.people.input.parse({ cluster: 'c', id, query }))).items.map(
    one => one.username,
  )
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: unknown) => toAppError(error).code,
  )

it('offers who may see the request, whoever may comment on it, and tells nobody else', async () => {
  const order = await file(`order.${uniqueName('call')}.created`)
  const payment = await file(`payment.${uniqueName('call')}.created`)
  expect(await people(order, '')).toEqual([
    'approver',
    'auditor',
    'boss',
    'dev',
    'member',
    'second',
    'viewer',
  ])
  expect(await people(order, 'AP')).toEqual(['approver'])
  // Who begins so comes first, who only holds it follows.
  expect(await people(order, 'e')).toEqual(['approver', 'dev', 'member', 'second', 'viewer'])
  expect(await people(payment, 'limit')).toEqual(['limited'])
  expect(await people(order, 'limit')).toEqual([])
  expect(await codeOf(people(order, '', 'viewer'))).toBe('DENIED')
  // Not theirs to see: as if there were none.
  expect(await codeOf(people(order, '', 'limited'))).toBe(await codeOf(people('999999999', '', 'limited')))
  const draft = await file('', true)
  expect(await codeOf(people(draft, '', 'approver'))).toBe('REQUEST_UNKNOWN')
  const comment = { cluster: 'c', id: draft, text: 'seen' }
  expect(await codeOf(commentRequest(desk.as('approver'), comment))).toBe('REQUEST_UNKNOWN')
  // Nor do channels hear of a draft from its owner's notes.
  await commentRequest(desk.as('dev'), { ...comment, text: 'a note to myself, @boss' })

  const text = 'what of it, @approver and @limited?'
  await commentRequest(desk.as('dev'), { cluster: 'c', id: order, text })
  const { events } = await getRequest(desk.as('dev'), { cluster: 'c', id: order })
  expect(events.at(-1)).toMatchObject({ text, mentions: ['approver'] })
  await expect.poll(() => slack.received.length, { timeout: 20_000 }).toBeGreaterThan(0)
  const told = JSON.stringify(slack.received)
  expect(told).toContain('<@UAPPROVER>')
  expect(told).not.toContain('<@ULIMITED>')
  expect(told).not.toContain('<@UBOSS>')
})

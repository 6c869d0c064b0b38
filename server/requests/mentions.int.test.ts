import { afterAll, beforeAll, expect, it } from 'vitest'
import { requests as contracts } from '@/lib/contracts/requests'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import { startSlack } from '@/server/outbox/testing'
import { commentRequest } from './comment-request'
import { listPeople } from './list-people'
import { codeOf, type Desk, type Name, requestDesk } from './testing'

let slack: Awaited<ReturnType<typeof startSlack>>
let desk: Desk
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

const people = async (id: string, query: string, name: Name = 'dev') =>
  (await listPeople(desk.as(name), contracts.people.input.parse({ cluster: 'c', id, query }))).items.map(
    one => one.username,
  )
it('offers who may see the request, whoever may comment on it, and tells nobody else', async () => {
  const order = (await desk.file()).id
  const payment = (await desk.file({ topic: desk.newName('payment') })).id
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
  const { id: draft } = await desk.file({ topic: '', draft: true })
  expect(await codeOf(people(draft, '', 'approver'))).toBe('REQUEST_UNKNOWN')
  const comment = { cluster: 'c', id: draft, text: 'seen' }
  expect(await codeOf(commentRequest(desk.as('approver'), comment))).toBe('REQUEST_UNKNOWN')
  // Nor do channels hear of a draft from its owner's notes.
  await commentRequest(desk.as('dev'), { ...comment, text: 'a note to myself, @boss' })

  const text = 'what of it, @approver and @limited?'
  await commentRequest(desk.as('dev'), { cluster: 'c', id: order, text })
  const { events } = await desk.get(order)
  expect(events.at(-1)).toMatchObject({ text, mentions: ['approver'] })
  await expect.poll(() => slack.received.length, { timeout: 20_000 }).toBeGreaterThan(0)
  const told = JSON.stringify(slack.received)
  expect(told).toContain('<@UAPPROVER>')
  expect(told).not.toContain('<@ULIMITED>')
  expect(told).not.toContain('<@UBOSS>')
})

import { afterAll, beforeAll, expect, it } from 'vitest'
import { requests as contracts } from '@/lib/contracts/requests'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import { topicRequest } from '@/server/store/schema/index'
import { commentRequest } from './comment-request'
import { editRequest } from './edit-request'
import { type Desk, refusal, requestDesk } from './testing'

let desk: Desk
beforeAll(async () => {
  desk = await requestDesk(kafkaBootstrap())
})
afterAll(() => desk.close())

const draft = (input: object = {}) => desk.file({ topic: 'order.x', draft: true, ...input })
const edit = (id: string, input: object) =>
  editRequest(desk.as('dev'), contracts.edit.input.parse({ cluster: 'c', id, draft: true, ...input }))
const comment = (id: string, text: string) => commentRequest(desk.as('dev'), { cluster: 'c', id, text })
const configs = (many: number, value: string) =>
  Object.fromEntries(Array.from({ length: many }, (_, i) => [`config.${i}`, value]))

it('a draft of sixty thousand configs, or of a megabyte of them, is refused', async () => {
  const many = await refusal(draft({ configs: configs(60_000, 'a') }))
  expect(many.fields).toMatchObject([{ path: 'configs', code: 'TOO_MANY' }])
  const large = await refusal(draft({ configs: configs(100, 'a'.repeat(10_000)) }))
  expect(large.fields).toMatchObject([{ path: 'configs', code: 'TOO_BIG' }])
  await draft({ configs: configs(200, 'a') })
})

it('edits and comments of one request end at three hundred, and its answer at a megabyte of what they changed', async () => {
  const { id } = await draft()
  for (let i = 0; i < 60; i++) await edit(id, { configs: configs(200, (i % 2 ? 'a' : 'b').repeat(250)) })
  for (let i = 60; i < 300; i++) await comment(id, `comment ${i}`)
  expect((await refusal(comment(id, 'one more'))).fields).toMatchObject([{ path: 'text', code: 'TOO_MANY' }])
  expect((await refusal(edit(id, {}))).fields).toMatchObject([{ path: 'topic', code: 'TOO_MANY' }])
  const seen = await desk.get(id)
  expect(seen.events).toHaveLength(301)
  expect(JSON.stringify(seen).length).toBeLessThan(2_000_000)
  // The newest are told with what they changed.
  const edited = seen.events.filter(event => event.kind === 'edited')
  expect(edited.at(-1)?.changes).toHaveLength(200)
  expect(edited[1]?.changes).toEqual([])
}, 300_000)

it('a person begins a thousand requests a day; others are not held up, and the next day goes on', async () => {
  const row = { cluster: 'c', topic: 'x', kind: 'create' as const, state: 'withdrawn' as const, version: 1 }
  const nowMs = Date.now()
  const old = { ...row, by: 'dev', change: '{}', links: '[]', approvals: '[]', approvalsNeeded: 1 }
  const rows = Array.from({ length: 1000 }, () => ({ ...old, createdAtMs: nowMs, updatedAtMs: nowMs }))
  await desk.store.db.insert(topicRequest).values(rows)
  expect((await refusal(draft())).code).toBe('RATE_LIMITED')
  await desk.file({ topic: 'order.x', draft: true }, 'member')
  desk.time.shiftMs = 86_400_001
  await draft()
})

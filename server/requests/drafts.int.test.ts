import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requests as contracts } from '@/lib/contracts/requests'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import { editRequest } from './edit-request'
import { fileRequest } from './file-request'
import { listRequests } from './list-requests'
import { codeOf, type Desk, type Name, requestDesk } from './testing'
import { withdrawRequest } from './withdraw-request'

let desk: Desk
beforeAll(async () => {
  desk = await requestDesk(kafkaBootstrap())
})
afterAll(() => desk.close())

const keep = async (input: object, name: Name = 'dev') => {
  const wanted = contracts.file.input.parse({ cluster: 'c', draft: true, ...input })
  const answer = await fileRequest(desk.as(name), wanted)
  expect(contracts.file.output.parse(answer)).toEqual(answer)
  if (!answer.request) throw new Error('nothing was kept')
  return answer.request
}
const edit = (id: string, input: object, name: Name = 'dev') =>
  editRequest(desk.as(name), contracts.edit.input.parse({ cluster: 'c', id, ...input }))
const get = async (id: string) => {
  const seen = await desk.get(id)
  expect(contracts.get.output.parse(seen)).toEqual(seen)
  return seen
}

const UNFINISHED: [what: string, input: object][] = [
  ['nothing but its kind', { kind: 'create', topic: '' }],
  ['a name that Kafka has no room for', { kind: 'create', topic: `order.order-api.${'a'.repeat(284)}` }],
  ['a name with control characters', { kind: 'create', topic: 'order.\u0007\n', partitions: 1 }],
  [
    'a size that no policy lets pass',
    { kind: 'create', topic: 'x', partitions: 99_999, replicationFactor: 99 },
  ],
  ['configs of no topic', { kind: 'configs', topic: '', configs: { 'no.such.config': 'x' } }],
  ['configs, without one', { kind: 'configs', topic: 'no.such.topic' }],
  ['partitions, without how many', { kind: 'partitions', topic: 'no.such.topic' }],
  ['partitions of a name that is none', { kind: 'partitions', topic: '\u0007', partitions: -1 }],
  ['access of nobody', { kind: 'access', topic: '..', principal: 'everybody' }],
  ['the end of nothing', { kind: 'delete', topic: '' }],
]

describe('a draft', () => {
  it.each(UNFINISHED)(
    'holds %s, is shown and listed, and is checked when it is filed',
    async (_what, input) => {
      const draft = await keep(input)
      expect(draft).toMatchObject({ state: 'draft', submittedAt: null })
      const seen = await get(draft.id)
      expect(seen.problems).toEqual([])
      const { items } = await listRequests(
        desk.as('dev'),
        contracts.list.input.parse({ cluster: 'c', tab: 'mine' }),
      )
      expect(items.map(item => item.id)).toContain(draft.id)
      const { kind, topic, ...change } = contracts.file.input.parse({ cluster: 'c', ...input })
      expect(seen).toMatchObject({ kind, topic })
      expect(await codeOf(edit(draft.id, { ...change, topic, draft: false }))).toMatch(
        /^(INPUT_INVALID|NAME_POLICY_VIOLATION|TOPIC_UNKNOWN|LIMIT_POLICY_VIOLATION)$/,
      )
      expect((await get(draft.id)).state).toBe('draft')
      expect(await withdrawRequest(desk.as('dev'), { cluster: 'c', id: draft.id })).toMatchObject({
        state: 'withdrawn',
      })
    },
  )

  it('of any kind gets another topic, and is filed once it is whole', async () => {
    const topic = desk.newName()
    await desk.world.cluster.createTopic({ name: topic, partitions: 1, replicationFactor: 1, configs: {} })
    const draft = await keep({ kind: 'partitions', topic: '' })
    expect(await edit(draft.id, { topic: 'another', draft: true })).toMatchObject({
      state: 'draft',
      topic: 'another',
    })
    expect(await codeOf(edit(draft.id, { topic: '', partitions: 2 }))).toBe('INPUT_INVALID')
    await expect
      .poll(() => codeOf(edit(draft.id, { topic, partitions: 2 })), { timeout: 20_000 })
      .toBe('done')
    expect(await get(draft.id)).toMatchObject({ state: 'pending', topic, change: { partitions: 2 } })
    // It was seen: another topic would be another request.
    expect(await codeOf(edit(draft.id, { topic: 'another', partitions: 2 }))).toBe('INPUT_INVALID')
    await withdrawRequest(desk.as('dev'), { cluster: 'c', id: draft.id })
    expect(await desk.audit(`request:${draft.id}`)).toEqual([
      'dev request.edit succeeded',
      'dev request.edit succeeded',
      'dev request.withdraw succeeded',
    ])
  })

  it('is nobody else’s, and no way around a right', async () => {
    const draft = await keep({ kind: 'create', topic: '' })
    for (const name of ['approver', 'boss', 'auditor'] as const)
      expect(await codeOf(desk.get(draft.id, name)), name).toBe('REQUEST_UNKNOWN')
    const anything = { cluster: 'c', kind: 'create', topic: '', draft: true }
    const file = (name: Name, input: object) =>
      codeOf(fileRequest(desk.as(name), contracts.file.input.parse({ ...anything, ...input })))
    for (const name of ['viewer', 'auditor'] as const) expect(await file(name, {}), name).toBe('DENIED')
    // Limited to payment.*: a draft may be without a name, but not about what is hidden.
    expect(await file('limited', {})).toBe('done')
    expect(await file('limited', { kind: 'configs' })).toBe('done')
    expect(await file('limited', { kind: 'configs', topic: 'order.a.b' })).toBe('DENIED')
    expect(await file('dev', { draft: false, partitions: 1, replicationFactor: 1 })).toBe('INPUT_INVALID')
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { policies } from '@/lib/contracts/policies'
import { requests as contracts } from '@/lib/contracts/requests'
import { AppError, toAppError } from '@/lib/errors'
import { DEFAULT_SPEC } from '@/lib/naming-policy/default-spec'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { makeTopic } from '@/server/kafka/testing'
import { putPolicy } from '@/server/policies/put-policy'
import { approveMany } from './approve-many'
import { approveRequest } from './approve-request'
import { commentRequest } from './comment-request'
import { listRequests } from './list-requests'
import { retryRequest } from './retry-request'
import { codeOf, type Desk, requestDesk } from './testing'

let desk: Desk
beforeAll(async () => {
  desk = await requestDesk(kafkaBootstrap())
})
afterAll(() => desk.close())

const stem = `order.${uniqueName('long')}.`
const NAMES: [what: string, topic: string][] = [
  ['250 characters', stem.padEnd(250, 'a')],
  ['one dot', '.'],
  ['two dots', '..'],
  ['Kafka’s own prefix', '__x'],
  ['a control character', 'order.order-api.a\u0007'],
  ['a NUL', 'order.order-api.a\u0000'],
  ['a letter that looks like another', 'оrder.order-api.created'],
  ['a right-to-left mark', 'order.order-api.\u202ecreated'],
  ['a path', '../../etc/passwd'],
  ['a property of every object', '__proto__'],
]

describe('names', () => {
  it.each(NAMES)(
    '%s: refused as a request and never kept as a draft that breaks an answer',
    async (_what, topic) => {
      expect(await codeOf(desk.ask({ topic }))).toBe('NAME_POLICY_VIOLATION')
      const draft = await desk.ask({ topic, draft: true }).catch(error => toAppError(error))
      if (draft instanceof AppError) expect(draft.code).toBe('INPUT_INVALID')
      else expect(contracts.file.output.parse(draft)).toEqual(draft)
      expect(await codeOf(listRequests(desk.as('dev'), contracts.list.input.parse({ cluster: 'c' })))).toBe(
        'done',
      )
    },
  )

  it('of 249 characters is one like others, where the policy lets its parts be so long', async () => {
    const spec = structuredClone(DEFAULT_SPEC)
    Object.assign(spec.naming.segments[2] ?? {}, { maxLength: 249 })
    await putPolicy(desk.as('boss'), policies.put.input.parse({ cluster: 'c', policy: spec, base: 0 }))
    const topic = stem.padEnd(249, 'a')
    desk.made.add(topic)
    expect(await desk.file({ topic })).toMatchObject({ state: 'pending', topic })
  })

  it('a NUL in what people say is refused at its field, and no failure of the store', () => {
    const bad = { cluster: 'c', kind: 'create', topic: 'order.a.b', partitions: 1, replicationFactor: 1 }
    for (const field of ['purpose', 'owner', 'description', 'schema'])
      expect(contracts.file.input.safeParse({ ...bad, [field]: 'a\u0000' }).success, field).toBe(false)
    expect(contracts.comment.input.safeParse({ cluster: 'c', id: '1', text: '\u0000' }).success).toBe(false)
    expect(contracts.list.input.safeParse({ cluster: 'c', query: '\u0000' }).success).toBe(false)
    for (const link of ['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x'])
      expect(contracts.file.input.safeParse({ ...bad, links: [link] }).success, link).toBe(false)
  })

  it('what people say is kept as they said it, whatever it looks like', async () => {
    const text =
      "<script>alert(1)</script> {{7*7}} %24{x} \u202e %s '; drop table topic_request; -- @approver"
    const { id } = await desk.file({ purpose: text })
    await commentRequest(desk.as('approver'), { cluster: 'c', id, text })
    const { events } = await desk.get(id)
    expect(events.map(event => event.text)).toEqual([text, text])
    expect(events[1]?.mentions).toEqual(['approver'])
  })
})

describe('a cluster that says no', () => {
  /** The real cluster, whose answer to this topic's creation is another. */
  async function answering(topic: string, answer: (validateOnly: boolean) => void, run: () => Promise<void>) {
    const { cluster } = desk.world
    const create = cluster.createTopic.bind(cluster)
    cluster.createTopic = async (wanted, options) => {
      if (wanted.name === topic) answer(options?.validateOnly ?? false)
      return create(wanted, options)
    }
    try {
      await run()
    } finally {
      cluster.createTopic = create
    }
  }
  const approve = async (id: string) => {
    await approveRequest(desk.as('approver'), { cluster: 'c', id })
    await desk.runner.round()
  }

  it('by a policy of its own refuses the filing, with its own words', async () => {
    const topic = desk.newName()
    const params = { kafka: 'POLICY_VIOLATION', message: 'No topics on Fridays' }
    const say = () => {
      throw new AppError('BROKER_POLICY_VIOLATION', { params })
    }
    await answering(topic, say, async () => {
      await expect(desk.ask({ topic })).rejects.toMatchObject({ code: 'BROKER_POLICY_VIOLATION', params })
      const { review } = await desk.ask({ topic, draft: true })
      expect(review.broker).toMatchObject({ ok: false, message: 'No topics on Fridays' })
    })
  })

  it('only when it is applied fails the request, which can be tried again', async () => {
    const { id, topic } = await desk.file({ partitions: 1 })
    const say = (validateOnly: boolean) => {
      if (!validateOnly) throw new AppError('KAFKA_ERROR', { params: { kafka: 'NOT_CONTROLLER' } })
    }
    await answering(topic, say, () => approve(id))
    expect(await desk.get(id)).toMatchObject({
      state: 'failed',
      failure: { code: 'KAFKA_ERROR', params: { kafka: 'NOT_CONTROLLER' } },
    })
    await retryRequest(desk.as('dev'), { cluster: 'c', id })
    await desk.runner.round()
    expect(await desk.get(id)).toMatchObject({ state: 'applied', outcome: 'done' })
    expect(await desk.audit(`request:${id}`)).toEqual([
      'approver request.approve succeeded',
      'milena request.apply failed KAFKA_ERROR',
      'dev request.retry succeeded',
      'milena request.apply succeeded',
    ])
  })

  it('with no answer at all is unknown until somebody finds it, and then it is applied', async () => {
    const { id, topic } = await desk.file({ partitions: 1 })
    const say = (validateOnly: boolean) => {
      if (!validateOnly) throw new AppError('OUTCOME_UNKNOWN')
    }
    await answering(topic, say, () => approve(id))
    expect(await desk.get(id)).toMatchObject({ state: 'failed', failure: { code: 'OUTCOME_UNKNOWN' } })
    // The creation had arrived, and was only slow.
    await makeTopic(desk.world.cluster, { name: topic })
    await retryRequest(desk.as('dev'), { cluster: 'c', id })
    await desk.runner.round()
    expect(await desk.get(id)).toMatchObject({ state: 'applied', outcome: 'reconciled' })
  }, 60_000)
})

it('nobody approves their own among others', async () => {
  const both = await Promise.all([desk.file({}, 'boss'), desk.file()])
  const requests = both.map(({ id, version }) => ({ cluster: 'c', id, version }))
  const { items } = await approveMany(desk.as('boss'), { requests })
  expect(items.map(item => [item.ok, item.code])).toEqual([
    [false, 'SELF_APPROVAL'],
    [true, null],
  ])
  const [first] = requests
  expect((await desk.get(first?.id ?? '')).state).toBe('pending')
})

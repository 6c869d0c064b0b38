import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toAppError } from '@/lib/errors'
import { kafkaBootstrap, type SecureKafkaInfo, secureKafka, uniqueName } from '@/scripts/services/in-test'
import { makeTopic, testCluster } from '@/server/kafka/testing'
import { approveRequest } from './approve-request'
import { codeOf, type Desk, requestDesk } from './testing'

let secure: SecureKafkaInfo
let desk: Desk
let alice: ReturnType<typeof testCluster>
const topic = `order.${uniqueName('acl')}.created`

beforeAll(async () => {
  secure = await secureKafka()
  desk = await requestDesk(secure.bootstrap)
  alice = testCluster(secure.listeners.saslPlaintext, {
    sasl: { mechanism: 'SCRAM-SHA-512', username: 'alice', password: 'alice-pw' },
  })
  await makeTopic(desk.world.cluster, { name: topic })
})
afterAll(async () => {
  await alice.close()
  await desk.world.cluster.deleteTopic(topic).catch(() => undefined)
  await desk.close()
})

const wanted = (over: object = {}) => ({
  kind: 'access',
  topic,
  principal: 'User:alice',
  operations: ['write'],
  ...over,
})
const file = (over: object = {}) => desk.file(wanted(over))
const apply = async (id: string) => {
  await approveRequest(desk.as('approver'), { cluster: 'c', id })
  await desk.runner.round()
  return desk.get(id)
}
const write = () =>
  alice
    .produce(topic, { partition: 0, key: null, value: Buffer.from('x'), headers: [] }, { timeoutMs: 5000 })
    .then(
      () => 'written',
      error => toAppError(error).code,
    )

describe('access, on a broker with an authorizer', () => {
  it('is denied before, given by the approved request, and told as given already the second time', async () => {
    expect(await write()).not.toBe('written')
    const first = await file()
    const seen = await desk.get(first.id, 'approver')
    expect(seen.review).toMatchObject({
      diff: [{ field: 'acl', before: null, after: `User:alice write topic ${topic}` }],
      broker: { ok: true },
    })
    expect(await apply(first.id)).toMatchObject({ state: 'applied', outcome: 'done' })
    // An authorizer takes new ACLs up a little later.
    await expect.poll(write, { timeout: 20_000 }).toBe('written')
    expect(await desk.audit(topic)).toContain('milena acl.create succeeded')

    const again = await file()
    const now = await desk.get(again.id, 'approver')
    expect(now.review?.diff).toMatchObject([{ before: `User:alice write topic ${topic}` }])
    expect(await apply(again.id)).toMatchObject({ state: 'applied', outcome: 'already' })
  })

  it('to read comes with its group', async () => {
    const group = uniqueName('readers')
    const request = await file({ operations: ['read'], group })
    expect(await apply(request.id)).toMatchObject({ state: 'applied', outcome: 'done' })
    const given = await desk.world.cluster.describeAcls({ resource: 'group', name: group })
    expect(given).toMatchObject([
      { principal: 'User:alice', operation: 'read', pattern: 'literal', host: '*' },
    ])
  })

  it('is not asked for everybody, and not about a topic that is not there', async () => {
    const refused = (over: object) => codeOf(desk.ask(wanted(over)))
    expect(await refused({ principal: 'User:*' })).toBe('INPUT_INVALID')
    expect(await refused({ principal: 'alice' })).toBe('INPUT_INVALID')
    expect(await refused({ topic: `${topic}-not` })).toBe('TOPIC_UNKNOWN')
  })
})

it('on a broker without one it is refused when it is filed, with the reason', async () => {
  const open = await requestDesk(kafkaBootstrap())
  try {
    await makeTopic(open.world.cluster, { name: topic })
    await expect(open.ask(wanted())).rejects.toMatchObject({ code: 'SECURITY_DISABLED' })
  } finally {
    await open.world.cluster.deleteTopic(topic).catch(() => undefined)
    await open.close()
  }
})

import { afterAll, describe, expect, it } from 'vitest'
import { requests as contracts } from '@/lib/contracts/requests'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { approveRequest } from './approve-request'
import { fileRequest } from './file-request'
import { getRequest } from './get-request'
import { type Name, requestDesk } from './testing'

const desks: Awaited<ReturnType<typeof requestDesk>>[] = []
const made: string[] = []
const newName = (domain = 'order') => {
  const name = `${domain}.${uniqueName('who')}.created`
  made.push(name)
  return name
}
const openDesk = async (options: Parameters<typeof requestDesk>[1]) => {
  const desk = await requestDesk(kafkaBootstrap(), options)
  desks.push(desk)
  return desk
}
afterAll(async () => {
  const [desk] = desks
  await Promise.all(made.map(name => desk?.world.cluster.deleteTopic(name).catch(() => undefined)))
  await Promise.all(desks.map(one => one.close()))
})

describe('approvers', () => {
  const rule = { clusters: ['*'], domains: ['*'], owners: ['*'], kinds: [], users: [], teams: [] }

  it('are narrowed by domain and owner, and owners may be let in', async () => {
    const desk = await openDesk({
      requests: {
        ownersApprove: true,
        approvers: [
          { ...rule, domains: ['order'], teams: ['order-team'] },
          { ...rule, owners: ['payment-team'], users: ['second'] },
        ],
      },
    })
    const file = async (owner: string, domain: string) => {
      const input = {
        cluster: 'c',
        kind: 'create',
        topic: newName(domain),
        partitions: 1,
        replicationFactor: 1,
        owner,
      }
      const { request } = await fileRequest(desk.as('dev'), contracts.file.input.parse(input))
      return request?.id ?? ''
    }
    const code = async (id: string, name: Name) => {
      const { may } = await getRequest(desk.as(name), { cluster: 'c', id })
      return may.approve
    }
    const order = await file('order-team', 'order')
    expect(await code(order, 'approver')).toBeNull()
    expect(await code(order, 'second')).toBe('NOT_APPROVER')
    // A developer of the team that owns it.
    expect(await code(order, 'member')).toBeNull()
    const payment = await file('payment-team', 'payment')
    expect(await code(payment, 'approver')).toBe('NOT_APPROVER')
    expect(await code(payment, 'second')).toBeNull()
    expect(await code(payment, 'member')).toBe('DENIED')
    await approveRequest(desk.as('member'), { cluster: 'c', id: order })
    expect(await desk.audit(`request:${order}`)).toEqual(['member request.approve succeeded'])
  })

  it('approve nothing into a cluster that is read-only: filed, but not applied', async () => {
    const desk = await openDesk({ readOnly: true })
    const input = { cluster: 'c', kind: 'create', topic: newName(), partitions: 1, replicationFactor: 1 }
    const { request } = await fileRequest(desk.as('dev'), contracts.file.input.parse(input))
    const id = request?.id ?? ''
    await approveRequest(desk.as('approver'), { cluster: 'c', id })
    await desk.runner.round()
    expect(await getRequest(desk.as('dev'), { cluster: 'c', id })).toMatchObject({
      state: 'failed',
      failure: { code: 'CLUSTER_READ_ONLY' },
    })
  })
})

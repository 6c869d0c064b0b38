import { afterAll, describe, expect, it } from 'vitest'
import { policies } from '@/lib/contracts/policies'
import { DEFAULT_SPEC } from '@/lib/naming-policy/default-spec'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { getPolicy } from '@/server/policies/get-policy'
import { putPolicy } from '@/server/policies/put-policy'
import { approveRequest } from './approve-request'
import { retryRequest } from './retry-request'
import { type Desk, type Name, refusal, requestDesk } from './testing'

const desks: Desk[] = []
const openDesk = async (options: Parameters<typeof requestDesk>[1]) => {
  const desk = await requestDesk(kafkaBootstrap(), options)
  desks.push(desk)
  return desk
}
afterAll(async () => {
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
    const file = async (owner: string, domain: string, over: object = {}) =>
      (await desk.file({ topic: desk.newName(domain), owner, ...over })).id
    const code = async (id: string, name: Name) => {
      const { may } = await desk.get(id, name)
      return may.approve
    }
    const order = await file('order-team', 'order')
    expect(await code(order, 'approver')).toBeNull()
    expect(await code(order, 'second')).toBe('NOT_APPROVER')
    // A developer of the team that owns it.
    expect(await code(order, 'member')).toBeNull()
    // What it would register is for those who may write the catalogue.
    const fresh = uniqueName('fresh')
    const proposal = await file('order-team', fresh, { propose: [{ kind: 'domain', name: fresh }] })
    expect(await code(proposal, 'member')).toBe('DENIED')
    expect(await code(proposal, 'approver')).toBeNull()
    const payment = await file('payment-team', 'payment')
    expect(await code(payment, 'approver')).toBe('NOT_APPROVER')
    expect(await code(payment, 'second')).toBeNull()
    expect(await code(payment, 'member')).toBe('DENIED')
    await approveRequest(desk.as('member'), { cluster: 'c', id: order })
    expect(await desk.audit(`request:${order}`)).toEqual(['member request.approve succeeded'])
  })

  it('approve nothing into a cluster that is read-only: filed, but not applied', async () => {
    const desk = await openDesk({ readOnly: true })
    const { id } = await desk.file()
    await approveRequest(desk.as('approver'), { cluster: 'c', id })
    await desk.runner.round()
    expect(await desk.get(id)).toMatchObject({
      state: 'failed',
      failure: { code: 'CLUSTER_READ_ONLY' },
    })
  })

  it('needs as many people as the policy says, each once, and asks again when the policy asks for more', async () => {
    const desk = await openDesk({})
    const approve = ({ id }: { id: string }, name: Name = 'approver') =>
      approveRequest(desk.as(name), { cluster: 'c', id })
    const put = async (count: number) => {
      const active = await policyVersionOf()
      const policy = { ...structuredClone(DEFAULT_SPEC), approvals: { count } }
      await putPolicy(desk.as('boss'), policies.put.input.parse({ cluster: 'c', policy, base: active }))
    }
    const policyVersionOf = async () => {
      return (await getPolicy(desk.as('boss'), { cluster: 'c' })).bases.default
    }
    const early = await desk.file()
    await approve(early)
    await put(2)
    // Two replicas find it at once; the log says it once.
    await Promise.all([desk.runner.round(), desk.newRunner('another-replica').round()])
    const reopened = await desk.get(early.id)
    expect(reopened).toMatchObject({ state: 'pending', approvalsNeeded: 2 })
    expect(reopened.events.at(-1)).toMatchObject({ kind: 'reopened', code: 'APPROVALS_RAISED' })
    expect(await desk.audit(`request:${early.id}`)).toEqual([
      'approver request.approve succeeded',
      'milena request.reopen succeeded',
    ])
    expect((await refusal(approve({ id: early.id }))).code).toBe('APPROVED_ALREADY')
    expect(await approve({ id: early.id }, 'second')).toMatchObject({ state: 'approved' })
    await desk.runner.round()
    expect((await desk.get(early.id)).state).toBe('applied')
    expect(await desk.exists(early.topic)).toBe(true)
    // To delete it although it is in use is another thing than what two approved: they are asked anew.
    await expect.poll(() => desk.write(early.topic)).toBe('done')
    const gone = await desk.file({ topic: early.topic, kind: 'delete' })
    await approve(gone)
    await approve(gone, 'second')
    await desk.runner.round()
    expect(await desk.get(gone.id)).toMatchObject({ state: 'failed', failure: { code: 'TOPIC_IN_USE' } })
    const anyway = { cluster: 'c', id: gone.id, override: true, confirm: early.topic }
    const waiting = { state: 'pending', approvals: [{ by: 'second' }], approvalsNeeded: 2 }
    expect(await retryRequest(desk.as('second'), anyway)).toMatchObject(waiting)
    await desk.runner.round()
    expect(await desk.exists(early.topic)).toBe(true)
    expect((await refusal(approve(gone, 'second'))).code).toBe('APPROVED_ALREADY')
    await approve(gone)
    await desk.runner.round()
    expect((await desk.get(gone.id)).state).toBe('applied')
    // A policy that got stricter holds when it is applied.
    const late = await desk.file({ partitions: 4 })
    await approve(late)
    await approve({ id: late.id }, 'second')
    const limits = { ...DEFAULT_SPEC.limits, partitions: { min: 1, max: 3 } }
    const stricter = { ...structuredClone(DEFAULT_SPEC), limits, approvals: { count: 2 } }
    const input = { cluster: 'c', policy: stricter, base: await policyVersionOf() }
    await putPolicy(desk.as('boss'), policies.put.input.parse(input))
    await desk.runner.round()
    const failed = await desk.get(late.id)
    expect(failed).toMatchObject({
      state: 'failed',
      failure: { code: 'LIMIT_POLICY_VIOLATION', params: { field: 'partitions' } },
    })
    expect(await desk.exists(late.topic)).toBe(false)
    expect(failed.review?.violations).toMatchObject([{ code: 'partitions-range' }])
  })
})

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { policies } from '@/lib/contracts/policies'
import { type PolicySpec, policySpec } from '@/lib/contracts/policy-spec'
import { topics as contracts } from '@/lib/contracts/topics'
import { keepsConvention } from '@/lib/naming-policy/check-name'
import { DEFAULT_SPEC } from '@/lib/naming-policy/default-spec'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { testStore } from '@/server/http/testing'
import { policyFor } from '@/server/policies/policy-for'
import { putPolicy } from '@/server/policies/put-policy'
import type { Store } from '@/server/store/types'
import { createTopic } from './create-topic'
import { getTopic } from './get-topic'
import { topicsWorld } from './testing'

const world = topicsWorld(kafkaBootstrap())
const mark = uniqueName('past')
const made = new Set<string>()
let store: Store

/** Small limits, so that random wishes fall on both sides of each. */
const spec: PolicySpec = policySpec.parse({
  ...DEFAULT_SPEC,
  limits: {
    ...DEFAULT_SPEC.limits,
    partitions: { min: 2, max: 3 },
    cleanupPolicies: ['delete'],
    configs: { allowed: ['retention.*', 'min.insync.replicas', 'cleanup.policy'], denied: [] },
  },
  required: { owner: true, description: false, classification: false, schema: false },
})

beforeAll(async () => {
  store = await testStore()
  const input = policies.put.input.parse({ cluster: 'c', policy: spec, base: 0 })
  await putPolicy(world.context({ store }), input)
})
afterAll(async () => {
  await Promise.all([...made].map(name => world.cluster.deleteTopic(name).catch(() => undefined)))
  await world.close()
  await store.close()
})

const there = async (name: string) =>
  (await world.cluster.metadata({ topics: [name], maxAgeMs: 0, timeoutMs: 5000 })).topics.get(name)

describe('no way past the policy', () => {
  it('what stands on the cluster after any wish is what the policy allows', async () => {
    const { policy } = await policyFor(world.context({ store }), 'c', { fresh: true })
    let n = 0
    const wish = fc.record({
      shape: fc.constantFrom(
        (id: string) => `order.${mark}.e-${id}`,
        (id: string) => `order.${mark}.e-${id}-dlt`,
        (id: string) => `Order.${mark}.e-${id}`,
        (id: string) => `order.${mark}.e_${id}`,
        (id: string) => `orders-${mark}-${id}`,
        (id: string) => `shop.${mark}.e-${id}`,
        (id: string) => `order.${mark}.e-${id}-dlt-dlt`,
        (id: string) => `оrder.${mark}.e-${id}`,
        (id: string) => ` order.${mark}.e-${id}`,
        (id: string) => `order.${mark}.e-${id}\u0000`,
      ),
      partitions: fc.constantFrom(-1, 0, 1, 2, 3, 4),
      replicationFactor: fc.constantFrom(-1, 1, 2),
      configs: fc.constantFrom<Record<string, string>>(
        {},
        { 'retention.ms': '7200000' },
        { 'retention.ms': '-1' },
        { 'retention.ms': ' 5 ' },
        { 'retention.ms': '+99999999999' },
        { 'retention.bytes': '0' },
        { 'cleanup.policy': 'compact' },
        { 'cleanup.policy': 'delete' },
        { 'max.message.bytes': '5' },
        { 'min.insync.replicas': '5' },
      ),
      owner: fc.constantFrom<string | undefined>(undefined, ' ', 'order-team'),
    })
    await fc.assert(
      fc.asyncProperty(wish, async ({ shape, ...wanted }) => {
        n++
        const name = shape(String(n))
        made.add(name)
        const parsed = contracts.create.input.safeParse({ cluster: 'c', name, ...wanted })
        const outcome = parsed.success
          ? await createTopic(world.context({ store }), parsed.data).then(
              () => 'created',
              () => 'refused',
            )
          : 'refused'
        // The oracle reads the policy by hand: it is no second call of the function under test.
        const retention = wanted.configs['retention.ms']
        const isAllowed =
          keepsConvention(policy, name) &&
          [2, 3].includes(wanted.partitions) &&
          [-1, 1].includes(wanted.replicationFactor) &&
          wanted.owner === 'order-team' &&
          (retention === undefined || retention === '7200000') &&
          !['retention.bytes', 'max.message.bytes', 'min.insync.replicas'].some(one =>
            Object.hasOwn(wanted.configs, one),
          ) &&
          wanted.configs['cleanup.policy'] !== 'compact'
        expect([name, wanted, outcome]).toEqual([name, wanted, isAllowed ? 'created' : 'refused'])
        const found = await there(name).catch(() => undefined)
        expect(found?.ok ?? false).toBe(isAllowed)
      }),
      { numRuns: 120 },
    )
  }, 240_000)

  it('looking at a topic that is not there makes none, whatever the broker would do by itself', async () => {
    const name = `orders-${mark}-looked-at`
    await expect(getTopic(world.context({ store }), { cluster: 'c', topic: name })).rejects.toMatchObject({
      code: 'TOPIC_UNKNOWN',
    })
    expect((await there(name))?.ok ?? false).toBe(false)
  })

  it('a policy that changes between the form and the click decides by its newest version', async () => {
    const ctx = world.context({ store })
    const name = `order.${mark}.changed`
    made.add(name)
    const wanted = { cluster: 'c', name, partitions: 3, replicationFactor: 1, owner: 'order-team' }
    const dry = await createTopic(ctx, contracts.create.input.parse({ ...wanted, dryRun: true }))
    const tighter = { ...spec, limits: { ...spec.limits, partitions: { min: 2, max: 2 } } }
    await putPolicy(ctx, policies.put.input.parse({ cluster: 'c', policy: tighter, base: dry.policyVersion }))
    await expect(createTopic(ctx, contracts.create.input.parse(wanted))).rejects.toMatchObject({
      code: 'LIMIT_POLICY_VIOLATION',
    })
  })
})

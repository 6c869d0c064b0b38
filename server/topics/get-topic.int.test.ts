import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { topics as contracts, names as nameContracts } from '@/lib/contracts/topics'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { connectTestProducer } from '@/scripts/services/test-producer'
import { testStore } from '@/server/http/testing'
import { makeTopic } from '@/server/kafka/testing'
import type { Store } from '@/server/store/types'
import { checkName } from './check-name'
import { getTopic } from './get-topic'
import { getTopicConfigs } from './get-topic-configs'
import { topicsWorld } from './testing'

const world = topicsWorld(kafkaBootstrap())
const base = `order.${uniqueName('read')}.created`
const derived = ['-dlt', '-retry-1000', '-changelog'].map(suffix => base + suffix)
let store: Store
let ctx: ReturnType<typeof world.context>
const one = (topic: string) => ({ cluster: 'c', topic })

beforeAll(async () => {
  store = await testStore()
  ctx = world.context({ store })
  const configs = { 'retention.ms': '7200000', 'min.insync.replicas': '1' }
  await makeTopic(world.cluster, { name: base, partitions: 3, configs })
  for (const name of derived) await makeTopic(world.cluster, { name })
  const producer = await connectTestProducer(uniqueName('tx'))
  const tx = await producer.transaction()
  await tx.send({
    topic: base,
    messages: Array.from({ length: 5 }, () => ({ partition: 1, value: 'x'.repeat(50) })),
  })
  await tx.commit()
  await producer.disconnect()
  world.topics.start()
  await vi.waitFor(() => expect(world.topics.sample(`${base}-dlt`)?.messages).toBe(0n), { timeout: 30_000 })
})
afterAll(async () => {
  await Promise.all([base, ...derived].map(name => world.cluster.deleteTopic(name)))
  await world.close()
  await store.close()
})

describe('one topic', () => {
  it('comes with its partitions, sizes, settings and the topics around it', async () => {
    const answer = await getTopic(ctx, one(base))
    expect(contracts.get.output.parse(answer)).toEqual(answer)
    expect(answer).toMatchObject({
      name: base,
      partitions: 3,
      kind: 'normal',
      messages: '6',
      cleanupPolicy: 'delete',
      retentionMs: '7200000',
      minInsyncReplicas: 1,
      configOverrides: 2,
      offline: 0,
      related: [
        { topic: `${base}-changelog`, kind: 'changelog', messages: '0' },
        { topic: `${base}-dlt`, kind: 'dead-letter', messages: '0' },
        { topic: `${base}-retry-1000`, kind: 'retry', messages: '0' },
      ],
      problems: [],
    })
    expect(answer.partitionRows.map(p => [p.partition, p.firstOffset, p.lastOffset, p.messages])).toEqual([
      [0, '0', '0', '0'],
      // Five records and the marker of their transaction.
      [1, '0', '6', '6'],
      [2, '0', '0', '0'],
    ])
    const [empty, full] = answer.partitionRows
    expect(empty).toMatchObject({
      bytes: '0',
      leader: expect.any(Number),
      isr: [empty?.leader],
      problem: null,
    })
    expect(Number(full?.bytes)).toBeGreaterThan(250)
    expect(answer.bytes).toBe(full?.bytes)
  })

  it('a derived topic names its origin', async () => {
    const { related } = await getTopic(ctx, one(`${base}-retry-1000`))
    expect(related.map(r => [r.topic, r.kind])).toEqual([
      [base, 'origin'],
      [`${base}-changelog`, 'changelog'],
      [`${base}-dlt`, 'dead-letter'],
    ])
  })

  it('has configs with source, default and Kafka’s words, and says which are its own', async () => {
    const answer = await getTopicConfigs(ctx, one(base))
    expect(contracts.configs.output.parse(answer)).toEqual(answer)
    const config = (name: string) => answer.items.find(item => item.name === name)
    expect(config('retention.ms')).toMatchObject({
      value: '7200000',
      source: 'topic',
      defaultValue: '-1',
      type: 'long',
    })
    // The broker has it in hours.
    expect(config('segment.ms')).toMatchObject({ defaultValue: '604800000' })
    expect(config('retention.ms')?.documentation).toMatch(/time/i)
    expect(config('cleanup.policy')).toMatchObject({
      value: 'delete',
      source: 'default',
      defaultValue: 'delete',
    })
    expect(answer.items.map(item => item.name)).toEqual(answer.items.map(item => item.name).sort())
    expect(answer.items.every(item => !item.sensitive || item.value === null)).toBe(true)
  })

  it('that is not there is TOPIC_UNKNOWN, whatever its name', async () => {
    for (const topic of ['no-such-topic', 'a/b', '주문', '.', 'x'.repeat(249)]) {
      await expect(getTopic(ctx, one(topic))).rejects.toMatchObject({ code: 'TOPIC_UNKNOWN' })
      await expect(getTopicConfigs(ctx, one(topic))).rejects.toMatchObject({
        code: expect.stringMatching(/TOPIC_UNKNOWN|NAME_INVALID/),
      })
    }
  })

  it('that the caller may not see is denied before anything is asked', async () => {
    const stranger = world.context({ grants: [{ role: 'admin', topics: ['payment.*'] }] })
    for (const verb of [getTopic, getTopicConfigs])
      await expect(verb(stranger, one(base))).rejects.toMatchObject({ code: 'DENIED' })
  })
})

describe('a name', () => {
  const check = (name: string) => checkName(ctx, nameContracts.check.input.parse({ cluster: 'c', name }))

  it('is held against the convention and the topics that are there', async () => {
    const taken = await check(base)
    expect(nameContracts.check.output.parse(taken)).toEqual(taken)
    expect(taken.violations.map(v => v.code)).toEqual(['exists'])
    const folded = await check(base.replaceAll('.', '_'))
    expect(folded.violations.map(v => v.code)).toContain('collides')
    expect(await check(base.replace('created', 'shipped'))).toMatchObject({ valid: true, violations: [] })
    const [, service] = base.split('.')
    const wrong = await check(`Orders.${service}.Shipped`)
    expect(wrong.valid).toBe(false)
    expect(wrong).toMatchObject({ suggestions: [`order.${service}.shipped`], taken: [] })
    expect(await check(base.replace('order.', 'Order.'))).toMatchObject({
      suggestions: [base],
      taken: [{ code: 'exists', params: { name: base } }],
    })
  })

  it('hostile ones are answered, quickly', async () => {
    const startedMs = performance.now()
    for (const name of [
      '',
      '.',
      '..',
      '__consumer_offsets',
      'a'.repeat(300),
      '../../etc',
      '주문.서비스.생성',
      '<script>',
      'a.'.repeat(150),
    ])
      expect((await check(name)).valid).toBe(false)
    expect(performance.now() - startedMs).toBeLessThan(15_000)
  })
})

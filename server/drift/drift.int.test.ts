import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { drift as contracts } from '@/lib/contracts/drift'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { sendMessages } from '@/scripts/services/test-producer'
import { listAudit } from '@/server/audit/list-audit'
import { writeTopicMeta } from '@/server/catalogue/topic-meta'
import { testStore } from '@/server/http/testing'
import { makeTopic } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import type { Store } from '@/server/store/types'
import { topicsWorld } from '@/server/topics/testing'
import { ClusterDriftWatch } from './drift-watch'
import { exportDrift, getDrift, getDriftTrend } from './get-drift'
import { unwaiveDrift, waiveDrift } from './waivers'

const world = topicsWorld(kafkaBootstrap())
const mark = uniqueName('drift')
const bad = `Drift_${mark}`
const old = `order.${mark}.logs`
const owned = `order.${mark}.created`
const DAY_MS = 86_400_000

let store: Store
let watch: ClusterDriftWatch
/** How much later it is for the watch. */
let shiftMs = 0
beforeAll(async () => {
  store = await testStore()
  const forever = { 'retention.ms': '-1', 'retention.bytes': '-1' }
  await makeTopic(world.cluster, { name: bad, partitions: 50, configs: { 'retention.ms': '0' } })
  await makeTopic(world.cluster, { name: old, configs: forever })
  await makeTopic(world.cluster, { name: owned, configs: { 'retention.ms': '7200000' } })
  const longAgo = String(Date.now() - 90 * DAY_MS)
  await sendMessages(old, [{ value: 'x', timestamp: longAgo }])
  await sendMessages(owned, [{ value: 'x' }])
  const ctx = world.context({ store })
  await writeTopicMeta(ctx, 'c', owned, { owner: 'order-team', tags: ['core'] })
  world.topics.start()
  world.lag.start()
  const { clusters, cluster, lag, topics } = world
  const samplers = { lag: { of: () => lag }, topics: { of: () => topics } }
  watch = new ClusterDriftWatch({
    ...{ cluster, clusters, store, samplers, log: silentLogger },
    config: ctx.config,
    clock: { now: () => Date.now() + shiftMs },
  })
  await vi.waitFor(() => expect(topics.sample(old)?.messages).toBe(1n), { timeout: 30_000 })
  await vi.waitFor(() => expect(lag.snapshot()).not.toBeNull(), { timeout: 30_000 })
  await watch.look()
}, 90_000)
afterAll(async () => {
  await watch.stop()
  await Promise.all([bad, old, owned].map(name => world.cluster.deleteTopic(name).catch(() => undefined)))
  await world.close()
  await store.close()
})

const context = (over: Parameters<typeof world.context>[0] = {}) => {
  const { lag, topics } = world
  const services = {
    ...{ lag: { of: () => lag }, topics: { of: () => topics } },
    drift: { of: () => watch },
  }
  return world.context({ store, services, ...over })
}
const report = (input: object = {}, over: Parameters<typeof world.context>[0] = {}) =>
  getDrift(context(over), contracts.report.input.parse({ cluster: 'c', query: mark, ...input }))
const rulesOf = async (topic: string, input: object = {}) =>
  (await report(input)).items.find(row => row.topic === topic)?.findings.map(one => one.rule)

describe('drift', () => {
  it('tells what breaks the policy, what nobody owns or uses, and what keeps nothing or everything', async () => {
    const answer = await report()
    expect(contracts.report.output.parse(answer)).toEqual(answer)
    expect(await rulesOf(bad)).toEqual(
      expect.arrayContaining(['naming', 'partitions', 'retention', 'unowned', 'retention-zero']),
    )
    expect(await rulesOf(old)).toEqual(
      expect.arrayContaining(['retention', 'unowned', 'retention-unlimited', 'unused']),
    )
    expect(await rulesOf(old, { unusedDays: 120 })).not.toContain('unused')
    // Written to now, owned, named and sized as agreed.
    expect(await rulesOf(owned)).toBeUndefined()
    expect(answer.items[0]?.topic).toBe(bad)
    expect(answer.summary.byRule.naming).toBeGreaterThan(0)
    const byOldest = await report({ sort: 'last', rule: 'unused' })
    expect(byOldest.items.map(row => row.topic)).toContain(old)
  })

  it('waived findings are gone until they expire, and come back', async () => {
    const until = new Date(Date.now() + DAY_MS).toISOString()
    const waive = (over: object = {}) =>
      waiveDrift(
        context(),
        contracts.waive.input.parse({
          cluster: 'c',
          topic: old,
          rules: ['unused', 'retention'],
          reason: 'kept for the audit',
          until,
          ...over,
        }),
      )
    const { items } = await waive()
    expect(await rulesOf(old)).not.toContain('unused')
    const all = await report({ waived: true })
    expect(all.items.find(row => row.topic === old)?.findings).toContainEqual(
      expect.objectContaining({
        rule: 'unused',
        waiver: expect.objectContaining({ reason: 'kept for the audit' }),
      }),
    )
    const later = { now: () => Date.now() + 2 * DAY_MS }
    const after = await report({}, { clock: later })
    expect(after.items.find(row => row.topic === old)?.findings.map(one => one.rule)).toContain('unused')
    for (const { id } of items) await unwaiveDrift(context(), { cluster: 'c', waiver: id })
    expect(await rulesOf(old)).toContain('unused')
    await expect(unwaiveDrift(context(), { cluster: 'c', waiver: 'none' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await expect(waive({ until: new Date(Date.now() - 1000).toISOString() })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    })
    const audit = await listAudit(context(), { resource: `topic:${old}`, limit: 10 })
    expect(audit.items.map(item => item.action)).toEqual(['drift.unwaive', 'drift.unwaive', 'drift.waive'])
  })

  it('shows nobody a topic that is hidden from them, nor lets them waive it', async () => {
    const grants = [{ role: 'operator' as const, topics: ['payment.*'] }]
    const answer = await report({}, { grants })
    expect(answer.items).toEqual([])
    expect(answer.summary.topics).toBe(0)
    const until = new Date(Date.now() + DAY_MS).toISOString()
    const input = { cluster: 'c', topic: old, rules: ['unused' as const], reason: 'mine', until }
    await expect(waiveDrift(context({ grants }), input)).rejects.toMatchObject({ code: 'DENIED' })
    await expect(waiveDrift(context({ roles: ['developer'] }), input)).rejects.toMatchObject({
      code: 'DENIED',
    })
  })

  it('is a file for a spreadsheet, and a trend', async () => {
    const input = contracts.export.input.parse({ cluster: 'c', query: mark })
    const { bytes, filename } = await exportDrift(context(), input)
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    expect(filename).toMatch(/^drift-c-\d{4}-\d\d-\d\d\.csv$/)
    expect(text.startsWith('\ufefftopic,owner,rule,')).toBe(true)
    expect(text.split('\r\n').filter(line => line.startsWith(bad)).length).toBeGreaterThan(3)
    const { items } = await getDriftTrend(context(), { cluster: 'c', days: 1 })
    expect(items).toHaveLength(1)
    expect(items[0]?.byRule.unused).toBeGreaterThan(0)
  })

  it('keeps a point an hour, the last one of it, for 400 days', async () => {
    const points = (days: number) =>
      getDriftTrend(context({ clock: { now: () => Date.now() + shiftMs } }), { cluster: 'c', days })
    const lookAt = async (ms: number) => {
      shiftMs = ms
      await watch.look()
      return (await points(90)).items
    }
    const hourMs = 3_600_000
    const [first] = (await points(1)).items
    const later = await lookAt(2 * hourMs)
    expect(later.map(one => Date.parse(one.at) % hourMs)).toEqual([0, 0])
    expect(later[0]).toEqual(first)
    // The same hour again, after a topic's findings were waived: the last look stands.
    const rules = [...new Set(await rulesOf(old))]
    const until = new Date(Date.now() + DAY_MS).toISOString()
    const input = { cluster: 'c', topic: old, rules, reason: 'kept', until }
    await waiveDrift(context(), contracts.waive.input.parse(input))
    const again = await lookAt(2 * hourMs)
    expect(again.map(one => one.waived)).toEqual([0, 1])
    expect(later.map(one => one.waived)).toEqual([0, 0])
    // Half a year later they are out of sight of 90 days, and there; after 400 days they are gone.
    expect(await lookAt(180 * DAY_MS)).toHaveLength(1)
    expect((await points(365)).items).toHaveLength(3)
    shiftMs = 401 * DAY_MS
    await watch.look()
    expect((await points(400)).items).toHaveLength(2)
    shiftMs = 0
  })
})

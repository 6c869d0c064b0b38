import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { groups as contracts } from '@/lib/contracts/groups'
import { topicChanges } from '@/lib/contracts/topic-changes'
import { AppError, toAppError } from '@/lib/errors'
import en from '@/lib/i18n/en/errors.json'
import ko from '@/lib/i18n/ko/errors.json'
import { type GroupsApp, startGroupsApp } from '@/scripts/services/frameworks/groups-app'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { sendMessages } from '@/scripts/services/test-producer'
import { testConfig as httpConfig, testContext, testStore } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import { makeTopic, testConfig } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import { sayIn } from '@/server/outbox/words'
import { connectorsOn } from '@/server/topic-changes/connectors-on'
import { deleteTopic } from '@/server/topic-changes/delete-topic'
import { ClusterTopicSampler } from '@/server/topics/topic-sampler'
import { getGroup } from './get-group'
import { ClusterLagSampler } from './lag-sampler'

const clock = { now: () => Date.now() }
const store = await testStore()
const clusters = createKafkaClusters([testConfig(kafkaBootstrap(), { id: 'c' })], { clock })
const cluster = clusters.get('c')
const sampler = new ClusterLagSampler({ cluster, clock, log: silentLogger, intervalMs: 1000 })
const sizes = new ClusterTopicSampler({ cluster, clock, log: silentLogger })
const services = { lag: { of: () => sampler }, topics: { of: () => sizes } }
const ctx = testContext({ clusters, store, services })
const name = uniqueName('real')
const topics = { input: `${name}-in`, output: `${name}-out`, sink: `${name}-sink`, routed: `${name}-routed` }
const connector = `${name}-files`
let app: GroupsApp

const read = (group: string) => getGroup(ctx, { cluster: 'c', group })
const when = (group: string) => expect.poll(() => read(group).catch(error => error), { timeout: 60_000 })

beforeAll(async () => {
  for (const topic of Object.values(topics)) await makeTopic(cluster, { name: topic, partitions: 2 })
  const messages = Array.from({ length: 20 }, (_, i) => ({ partition: i % 2, value: `${i}` }))
  for (const topic of [topics.input, topics.sink]) await sendMessages(topic, messages)
  app = await startGroupsApp(kafkaBootstrap(), name)
  await app.makeSink(connector, { topics: topics.sink })
  sampler.start()
}, 180_000)
afterAll(async () => {
  await app?.stop()
  await sampler.stop()
  await clusters.close()
  await store.close()
})

describe('groups of real frameworks', () => {
  it('Kafka Streams on its own protocol (KIP-1071): topology, tasks, lag', async () => {
    const group = `${name}-service`
    await when(group).toMatchObject({ type: 'streams', state: 'Stable', members: 1, lag: '0' })
    // The second step commits after the first: until then there is no commit, which is not a lag of 0.
    const lags = async () => (await read(group)).partitions.map(row => row.lag)
    await expect.poll(lags, { timeout: 60_000 }).toEqual(['0', '0', '0', '0'])
    const detail = await read(group)
    expect(contracts.get.output.parse(detail)).toEqual(detail)
    const between = `${group}-by-value-repartition`
    expect(detail.subtopologies).toMatchObject([
      { sources: [topics.input], sinks: [between], changelogs: [] },
      { sources: [between], sinks: [], changelogs: [] },
    ])
    const [first, second] = detail.subtopologies ?? []
    const tasks = detail.memberList.flatMap(member => member.streams?.tasks ?? [])
    expect(tasks.filter(task => task.role === 'active')).toEqual(
      expect.arrayContaining([
        { role: 'active', subtopology: first?.id, partitions: [0, 1] },
        { role: 'active', subtopology: second?.id, partitions: [0, 1] },
      ]),
    )
    expect(detail.memberList[0]?.assigned.map(one => one.topic).sort()).toEqual(
      [between, topics.input].sort(),
    )
    expect(detail.partitions.map(row => [row.topic, row.partition, row.lag])).toEqual(
      [between, topics.input].sort().flatMap(topic => [0, 1].map(partition => [topic, partition, '0'])),
    )
    expect(detail.partitions.every(row => row.memberId === detail.memberList[0]?.memberId)).toBe(true)
  })

  it('a sink of Kafka Connect is a consumer group like any other', async () => {
    const group = `connect-${connector}`
    await when(group).toMatchObject({ type: 'classic', protocolType: 'consumer', members: 1, lag: '0' })
    expect(await read(group)).toMatchObject({
      topics: [topics.sink],
      memberList: [{ subscribed: [topics.sink], assigned: [{ topic: topics.sink, partitions: [0, 1] }] }],
    })
  })

  it('the workers of Kafka Connect are a group that reads nothing: members, no lag, no false alarm', async () => {
    const group = `${name}-workers`
    await when(group).toMatchObject({ type: 'other', protocolType: 'connect', state: 'Stable', members: 1 })
    const detail = await read(group)
    expect(contracts.get.output.parse(detail)).toEqual(detail)
    expect(detail).toMatchObject({ lag: null, timeLagMs: null, status: 'unknown', problem: null })
    expect(detail).toMatchObject({ topics: [], partitions: [], signals: [] })
    expect(detail.memberList).toMatchObject([{ subscribed: [], assigned: [], target: null }])
  })

  it('the worker tells which connectors read or write a topic, before somebody deletes it', async () => {
    const [byPattern, source] = [`${name}-by-pattern`, `${name}-source`]
    await app.makeSink(byPattern, { 'topics.regex': `${name}-(sink|other)` })
    await app.makeSource(source, `${name}-raw`, topics.routed)
    const connect = [{ name: 'main', url: app.connectUrl }]
    const on = async (topic: string) =>
      (await connectorsOn({ connect }, topic, new AbortController().signal))
        ?.map(one => `${one.worker} ${one.name} ${one.type} ${one.state}`)
        .sort()
    const soon = (topic: string) => expect.poll(() => on(topic), { timeout: 60_000 })
    await soon(topics.sink).toEqual([`main ${byPattern} sink RUNNING`, `main ${connector} sink RUNNING`])
    // Seen by what Connect wrote (KIP-558): its configuration names another topic.
    await soon(topics.routed).toEqual([`main ${source} source RUNNING`])
    expect(await on(topics.input)).toEqual([])
    const remove = (topic: string) =>
      deleteTopic(
        { ...ctx, config: httpConfig({ clusters: [{ ...cluster.config, connect }] }) },
        topicChanges.remove.input.parse({ cluster: 'c', topic, confirm: topic }),
      ).catch(toAppError)
    const held = await remove(topics.sink)
    if (!(held instanceof AppError)) throw new Error('it is gone')
    expect(held).toMatchObject({ code: 'TOPIC_IN_USE', params: { connectors: 2 } })
    const hint = sayIn({ ko, en }, 'TOPIC_IN_USE.hint', held.params)
    for (const words of [hint.ko, hint.en]) {
      expect(words).toContain(`main/${connector}`)
      expect(words).toContain(`main/${byPattern}`)
    }
    expect(await remove(topics.routed)).toMatchObject({
      code: 'TOPIC_IN_USE',
      params: { connectors: 1, connectorNames: `main/${source}` },
    })
    await app.pause(byPattern)
    await soon(topics.sink).toEqual([`main ${byPattern} sink PAUSED`, `main ${connector} sink RUNNING`])
    await app.stop()
    expect(await on(topics.sink)).toBeUndefined()
  })
})

import { Kafka, Partitioners } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '@/lib/errors'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { deleteRecordsBefore, makeTopic, testCluster, withTopic } from './testing'

const cluster = testCluster(kafkaBootstrap())
const kafka = new Kafka({ ...cluster.link.kafkaJsOptions() })
const newProducer = () =>
  kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    transactionalId: uniqueName('cluster-test'),
    idempotent: true,
    maxInFlightRequests: 1,
  })
const producer = newProducer()
beforeAll(() => producer.connect())
afterAll(async () => {
  await producer.disconnect()
  await cluster.close()
})

const codeOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return error instanceof AppError ? { code: error.code, params: error.params } : null
}

describe('metadata', () => {
  it('answers named topics, a missing one as its own problem, and never makes one', async () => {
    const name = uniqueName('meta')
    await withTopic(cluster, { name, partitions: 3 }, async () => {
      const absent = uniqueName('absent')
      const metadata = await cluster.metadata({ topics: [name, absent], maxAgeMs: 0 })
      const topic = metadata.topics.get(name)
      expect(topic).toMatchObject({ ok: true, value: { name, internal: false } })
      expect(topic?.ok && topic.value.partitions.map(one => one.partition)).toEqual([0, 1, 2])
      expect(metadata.topics.get(absent)).toEqual({
        ok: false,
        problem: {
          scope: `topic:${absent}`,
          code: 'TOPIC_UNKNOWN',
          params: { topic: absent, kafka: 'UNKNOWN_TOPIC_OR_PARTITION' },
        },
      })
      const all = await cluster.metadata({ maxAgeMs: 0 })
      expect(all.topics.has(name)).toBe(true)
      expect(all.topics.has(absent)).toBe(false)
    })
  })

  it('shares one answer between concurrent callers and keeps it as long as asked', async () => {
    const [a, b] = await Promise.all([
      cluster.metadata({ maxAgeMs: 500 }),
      cluster.metadata({ maxAgeMs: 500 }),
    ])
    expect(a).toBe(b)
    expect(await cluster.metadata({ maxAgeMs: 60_000 })).toBe(a)
    expect(await cluster.metadata({ maxAgeMs: 0 })).not.toBe(a)
  })

  it('answers a hostile name without asking', async () => {
    const metadata = await cluster.metadata({ topics: ['../../etc', '', 'a b'], maxAgeMs: 0 })
    for (const answer of metadata.topics.values()) expect(answer.ok).toBe(false)
    expect(metadata.topics.size).toBe(3)
  })
})

describe('topics', () => {
  it('makes one, says what came of it, and deletes it', async () => {
    const name = uniqueName('made')
    const made = await cluster.createTopic({
      name,
      partitions: -1,
      replicationFactor: -1,
      configs: { 'cleanup.policy': 'compact' },
    })
    expect(made).toMatchObject({ name, partitions: 1, replicationFactor: 1 })
    expect(made.topicId).toMatch(/^[0-9a-f-]{36}$/)
    expect(made.configs.find(one => one.name === 'cleanup.policy')).toEqual({
      name: 'cleanup.policy',
      value: 'compact',
      source: 'topic',
    })
    expect(
      await codeOf(cluster.createTopic({ name, partitions: 1, replicationFactor: 1, configs: {} })),
    ).toMatchObject({ code: 'TOPIC_EXISTS', params: { topic: name, kafka: 'TOPIC_ALREADY_EXISTS' } })
    await cluster.deleteTopic(name)
    expect(await codeOf(cluster.deleteTopic(name))).toMatchObject({ code: 'TOPIC_UNKNOWN' })
  })

  it('with validateOnly asks and makes nothing', async () => {
    const name = uniqueName('dry')
    const dry = await cluster.createTopic(
      { name, partitions: 7, replicationFactor: 1, configs: {} },
      { validateOnly: true },
    )
    expect(dry).toMatchObject({ partitions: 7, topicId: null })
    const metadata = await cluster.metadata({ topics: [name], maxAgeMs: 0 })
    expect(metadata.topics.get(name)?.ok).toBe(false)
  })

  it('tells each refusal apart', async () => {
    const topic = { partitions: 1, replicationFactor: 1, configs: {} }
    const refuse = (over: object) =>
      codeOf(cluster.createTopic({ name: uniqueName('no'), ...topic, ...over }, { validateOnly: true }))
    expect(await refuse({ name: 'no good' })).toMatchObject({ code: 'NAME_INVALID' })
    expect(await refuse({ partitions: -3 })).toMatchObject({ code: 'PARTITIONS_INVALID' })
    expect(await refuse({ replicationFactor: 9 })).toMatchObject({ code: 'REPLICATION_INVALID' })
    const config = await refuse({ configs: { 'retention.ms': 'soon' } })
    expect(config).toMatchObject({ code: 'CONFIG_INVALID', params: { kafka: 'INVALID_CONFIG' } })
    expect(String(config?.params?.message)).toContain('retention.ms')
    const dotted = uniqueName('twin.a')
    await withTopic(cluster, { name: dotted }, async () => {
      expect(await refuse({ name: dotted.replace('.', '_') })).toMatchObject({ code: 'TOPIC_COLLIDES' })
    })
  })
})

describe('configs', () => {
  it('reads values with their source, default and documentation, and changes one alone', async () => {
    const name = uniqueName('config')
    await withTopic(cluster, { name, configs: { 'max.message.bytes': '2000000' } }, async () => {
      const resource = { type: 'topic', name } as const
      await cluster.incrementalAlterConfigs(resource, [
        { name: 'segment.bytes', op: 'set', value: '3600000' },
      ])
      await expect
        .poll(async () => {
          const [found] = await cluster.describeConfigs([resource], { documentation: true })
          return found?.answer.ok ? found.answer.value.find(one => one.name === 'segment.bytes') : null
        })
        .toMatchObject({
          value: '3600000',
          source: 'topic',
          type: 'int',
          documentation: expect.stringContaining('segment file size'),
          synonyms: [
            { source: 'topic', value: '3600000' },
            { source: 'default', value: '1073741824' },
          ],
        })
      const [kept] = await cluster.describeConfigs([resource], { names: ['max.message.bytes'] })
      expect(kept?.answer).toMatchObject({ ok: true, value: [{ value: '2000000', documentation: null }] })
      await cluster.incrementalAlterConfigs(resource, [{ name: 'segment.bytes', op: 'delete' }])
      await expect
        .poll(async () => {
          const [found] = await cluster.describeConfigs([resource], { names: ['segment.bytes'] })
          return found?.answer.ok && found.answer.value[0]?.source
        })
        .toBe('default')
    })
  })

  it('validates without changing, and answers brokers, groups and missing topics side by side', async () => {
    const name = uniqueName('config')
    await withTopic(cluster, { name }, async () => {
      const change = cluster.incrementalAlterConfigs(
        { type: 'topic', name },
        [{ name: 'retention.ms', op: 'set', value: 'x' }],
        { validateOnly: true },
      )
      expect(await codeOf(change)).toMatchObject({ code: 'CONFIG_INVALID' })
      const [broker] = (await cluster.metadata()).brokers
      const absent = uniqueName('absent')
      const answers = await cluster.describeConfigs([
        { type: 'topic', name: absent },
        { type: 'broker', name: String(broker?.id) },
        { type: 'topic', name },
        { type: 'group', name: 'some-group' },
      ])
      expect(answers.map(({ answer }) => answer.ok)).toEqual([false, true, true, true])
      expect(answers[0]?.answer).toMatchObject({
        problem: { scope: `topic:${absent}`, code: 'TOPIC_UNKNOWN' },
      })
    })
  })

  it('never shows a secret', async () => {
    const [broker] = (await cluster.metadata()).brokers
    const [found] = await cluster.describeConfigs([{ type: 'broker', name: String(broker?.id) }])
    const secrets = found?.answer.ok ? found.answer.value.filter(one => one.sensitive) : []
    expect(secrets.length).toBeGreaterThan(0)
    expect(secrets.every(one => one.value === null && one.synonyms.every(s => s.value === null))).toBe(true)
  })
})

describe('offsets', () => {
  it('answers earliest, latest, by time and by greatest timestamp; problems partition by partition', async () => {
    const name = uniqueName('offsets')
    await withTopic(cluster, { name, partitions: 2 }, async () => {
      const transaction = await producer.transaction()
      await transaction.send({
        topic: name,
        messages: [1000, 3000, 2000].map(time => ({ value: 'x', partition: 0, timestamp: String(time) })),
      })
      await transaction.commit()
      const open = await producer.transaction()
      await open.send({ topic: name, messages: [{ value: 'y', partition: 0, timestamp: '500' }] })

      const at = { topic: name, partition: 0 }
      const one = async (...args: [Parameters<typeof cluster.listOffsets>[1], object?]) => {
        const [found] = await cluster.listOffsets([at], args[0], args[1])
        return found?.answer.ok ? found.answer.value : null
      }
      expect((await one('earliest'))?.offset).toBe(0n)
      expect((await one('latest'))?.offset).toBe(5n) // three records, a marker, one pending record
      expect((await one('latest', { isolation: 'read_committed' }))?.offset).toBe(4n)
      // The marker's own time is the greatest: Kafka counts control records here.
      expect((await one('max-timestamp'))?.offset).toBe(3n)
      expect(await one({ timestampMs: 1500 })).toMatchObject({ offset: 1n, timestampMs: 3000 })
      expect((await one({ timestampMs: 9_000_000_000_000 }))?.offset).toBe(-1n)
      await open.abort()

      const absent = uniqueName('absent')
      const answers = await cluster.listOffsets(
        [
          { topic: absent, partition: 0 },
          { topic: name, partition: 9 },
          { topic: name, partition: 1 },
        ],
        'latest',
      )
      expect(answers).toMatchObject([
        { topic: absent, answer: { ok: false, problem: { code: 'TOPIC_UNKNOWN' } } },
        {
          partition: 9,
          answer: { ok: false, problem: { code: 'PARTITION_UNKNOWN', scope: `partition:${name}/9` } },
        },
        { partition: 1, answer: { ok: true, value: { offset: 0n } } },
      ])
    })
  })
})

describe('brokers', () => {
  it('probes them, reads the quorum, features and disks', async () => {
    const [probe] = await cluster.probeBrokers()
    expect(probe?.answer).toMatchObject({ ok: true, value: { latencyMs: expect.any(Number) } })
    const quorum = await cluster.describeQuorum()
    expect(quorum).toMatchObject({ leaderId: probe?.id })
    expect(quorum?.voters).toHaveLength(1)
    expect((await cluster.features()).get('group.version')).toBe(1)

    const name = uniqueName('disk')
    await makeTopic(cluster, { name, partitions: 2 })
    const ask = async () => {
      const [dirs] = await cluster.describeLogDirs({ topics: [name] })
      return dirs?.answer.ok ? dirs.answer.value : null
    }
    await expect.poll(async () => (await ask())?.replicas.map(one => one.topic)).toEqual([name, name])
    expect((await ask())?.dirs[0]?.totalBytes).toBeGreaterThan(0n)
    await cluster.deleteTopic(name)
  })

  it('finds a time although records before it were deleted a moment ago', async () => {
    const name = uniqueName('deleted')
    await withTopic(cluster, { name, configs: { 'segment.ms': '1' } }, async () => {
      const since = async (timestampMs: number) => {
        const [found] = await cluster.listOffsets([{ topic: name, partition: 0 }], { timestampMs })
        return found?.answer.ok ? found.answer.value.offset : null
      }
      const send = (timestampMs: number) =>
        cluster.produce(name, { partition: 0, key: null, value: null, headers: [], timestampMs })
      for (let i = 1; i <= 6; i++) await send(i * 1000)
      await deleteRecordsBefore(cluster, name, 0, 3n)
      expect(await Promise.all([1500, 5000, 6001].map(since))).toEqual([3n, 4n, -1n])
      // What a broker finds may be a transaction's marker, whose time is the broker's.
      const own = newProducer()
      await own.connect()
      const transaction = await own.transaction()
      await transaction.send({ topic: name, messages: [{ value: 'x', partition: 0, timestamp: '6000' }] })
      await transaction.commit()
      await own.disconnect()
      await expect.poll(() => Promise.all([1500, 6001].map(since))).toEqual([3n, 7n])
    })
  })
})

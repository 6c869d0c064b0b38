import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deadLetters } from '@/lib/contracts/dead-letters'
import { isErrorCode } from '@/lib/errors'
import { springDeadLetterHeaders } from '@/scripts/demo/company/spring-dead-letter'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { connectTestProducer } from '@/scripts/services/test-producer'
import { testCluster, testContext, testStore } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import { makeTopic } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import type { Store } from '@/server/store/types'
import { ClusterDeadLetterIndex } from './cluster-index'
import { getRecord } from './get-record'
import { listIssues } from './list-issues'
import { listRecords } from './list-records'
import { listTopics } from './list-topics'
import { genericHeaders, recordsOf, springHeaders, until } from './testing'

/** How long a letter may take here is not claimed: a busy machine takes what it takes. */
const HANGS_MS = 30_000
const clock = { now: () => Date.now() }
const config = testCluster(kafkaBootstrap(), { id: 'int', deadLetters: { topics: [], exclude: [] } })
const clusters = createKafkaClusters([config], { clock })
const cluster = clusters.get('int')
const all = { may: () => true }
const made: string[] = []
let producer: Awaited<ReturnType<typeof connectTestProducer>>
let store: Store
let index: ClusterDeadLetterIndex

const topicOf = async (name: string, partitions = 1) => {
  await makeTopic(cluster, { name, partitions, configs: { 'retention.ms': '604800000' } })
  made.push(name)
  return name
}
/** kafkajs keeps values as they are, binary included, and writes duplicates of a name together. */
const headersOf = (headers: { name: Buffer; value: Buffer | null }[]) =>
  Object.fromEntries(headers.map(({ name, value }) => [name.toString(), value ?? Buffer.alloc(0)]))

beforeAll(async () => {
  store = await testStore()
  producer = await connectTestProducer()
  index = new ClusterDeadLetterIndex({ cluster, store, clock, log: silentLogger })
  index.start()
  await until('the first round', () => index.sampledAtMs(), 20_000)
})
afterAll(async () => {
  await index?.stop()
  await producer.disconnect()
  await Promise.all(made.map(name => cluster.deleteTopic(name).catch(() => undefined)))
  await clusters.close()
  await store.close()
})

const context = (over: Parameters<typeof testContext>[0] = {}) =>
  testContext({ clusters, store, services: { deadLetters: { of: () => index } }, ...over })

describe('on a real broker', () => {
  it('a Spring letter in a topic made just now is indexed and read back decoded', async () => {
    const origin = await topicOf(uniqueName('order'), 3)
    const [source] = await producer.send({
      topic: origin,
      messages: [{ key: 'o-1', value: '{"order":1}', partition: 2 }],
    })
    const topic = await topicOf(`${origin}-dlt`, 3)
    // Written by the demo company's payment service, which shares no code with the decoder.
    const headers = springDeadLetterHeaders(
      {
        topic: origin,
        partition: 2,
        offset: source?.baseOffset ?? '',
        timestampMs: 1_793_800_000_000,
        headers: { traceparent: Buffer.from('00-a-b-01'), 'original-topic': Buffer.from('business') },
      },
      'payment-service',
      'public void com.acme.pay.Payments.onOrder(com.acme.Order)',
      {
        className: 'com.acme.pay.PaymentFailed',
        message: 'card 4711 declined',
        frames: ['com.acme.pay.Payments.onOrder(Payments.java:22)'],
        cause: {
          className: 'com.acme.pay.CardDeclinedException',
          message: 'no',
          frames: ['com.acme.pay.Payments.charge(Payments.java:41)'],
        },
      },
    )
    await producer.send({ topic, messages: [{ key: 'o-1', value: '{"order":1}', partition: 2, headers }] })
    const [row] = await until(
      'indexed',
      () => {
        const rows = recordsOf(index, { ...all, topic })
        return rows.length > 0 ? rows : null
      },
      HANGS_MS,
    )
    expect(row).toMatchObject({
      topic,
      message: { partition: 2, offset: '0' },
      family: 'spring',
      key: 'o-1',
      preview: '{"order":1}',
      origin: { topic: origin, partition: 2, offset: source?.baseOffset },
      exception: { class: 'com.acme.pay.CardDeclinedException', message: 'card 4711 declined' },
      consumerGroup: 'payment-service',
      status: 'new',
    })

    const letter = await getRecord(context(), { cluster: 'int', topic, partition: 2, offset: '0' })
    expect(deadLetters.record.output.safeParse(letter).error).toBeUndefined()
    expect(letter).toMatchObject({
      family: 'spring',
      fingerprint: row?.fingerprint,
      exception: { message: 'card 4711 declined', rootCause: 'com.acme.pay.CardDeclinedException' },
      originState: 'present',
      status: 'new',
      replays: [],
    })
    const byName = new Map(
      letter.message.headers.map((header, i) => [header.name, { ...header, role: letter.headerRoles[i] }]),
    )
    expect(byName.get('kafka_dlt-original-partition')).toMatchObject({
      value: { format: 'number', text: '2', bytes: 4 },
      role: 'strip',
    })
    expect(byName.get('traceparent')?.role).toBe('keep')
    expect(byName.get('original-topic')?.role).toBe('keep')
    expect(letter.frames.filter(frame => frame.application).map(frame => frame.text.trim())).toContain(
      'at com.acme.pay.Payments.charge(Payments.java:41)',
    )
    expect(letter.expiresAt).not.toBeNull()

    // The origin is named by a header: whether it is there is told only to those who may read it.
    const narrow = context({ grants: [{ role: 'viewer', topics: [topic] }] })
    const seen = await getRecord(narrow, { cluster: 'int', topic, partition: 2, offset: '0' })
    expect(seen.originState).toBe('denied')
  })

  it('a hand-written letter on -dlq, and one whose origin is not there', async () => {
    const topic = await topicOf(`${uniqueName('inventory')}-dlq`)
    await producer.send({
      topic,
      messages: [
        {
          value: 'x',
          headers: headersOf(genericHeaders({ topic: 'inventory.reserved', message: 'out of stock: P-100' })),
        },
        { value: null, headers: headersOf(springHeaders({ topic: uniqueName('gone') })) },
      ],
    })
    await until('indexed', () => recordsOf(index, { ...all, topic }).length === 2, HANGS_MS)
    const generic = await getRecord(context(), { cluster: 'int', topic, partition: 0, offset: '0' })
    expect(generic).toMatchObject({
      family: 'generic',
      origin: { topic: 'inventory.reserved', partition: null, offset: null },
      exception: { class: null, message: 'out of stock: P-100' },
      attempts: 1,
      originState: 'unknown',
      headerRoles: ['strip', 'strip', 'strip'],
    })
    const gone = await getRecord(context(), { cluster: 'int', topic, partition: 0, offset: '1' })
    // The topic that it names is not there: nothing expired.
    expect(gone).toMatchObject({ originState: 'unknown', message: { value: null } })
  })

  it('says what is wrong with a place', async () => {
    const topic = await topicOf(`${uniqueName('places')}-dlt`)
    await producer.send({ topic, messages: [{ value: 'x' }] })
    const code = async (over: { topic?: string; partition?: number; offset?: string }, ctx = context()) => {
      const error: unknown = await getRecord(ctx, {
        cluster: 'int',
        topic,
        partition: 0,
        offset: '0',
        ...over,
      }).catch((e: unknown) => e)
      return error instanceof Error && 'code' in error && isErrorCode(error.code) ? error.code : error
    }
    expect(await code({ offset: '1' })).toBe('RECORD_UNKNOWN')
    expect(await code({ offset: '9223372036854775807' })).toBe('RECORD_UNKNOWN')
    expect(await code({ partition: 7 })).toBe('PARTITION_UNKNOWN')
    expect(await code({ topic: uniqueName('nowhere') })).toBe('TOPIC_UNKNOWN')
    expect(await code({}, context({ roles: ['auditor'] }))).toBe('DENIED')
    expect(await code({}, context({ grants: [{ role: 'viewer', topics: ['other*'] }] }))).toBe('DENIED')
  })

  it('lists by right: an auditor sees what went wrong, not what is in it', async () => {
    const topic = await topicOf(`${uniqueName('rights')}-dlt`)
    await producer.send({
      topic,
      messages: [{ key: 'k', value: 'secret', headers: headersOf(springHeaders({ topic })) }],
    })
    await until('indexed', () => recordsOf(index, { ...all, topic }).length === 1, HANGS_MS)
    const input = { cluster: 'int', topic, limit: 10 }
    const operator = await listRecords(context({ roles: ['operator'] }), input)
    expect(operator.items).toMatchObject([{ key: 'k', preview: 'secret' }])
    const auditor = await listRecords(context({ roles: ['auditor'] }), input)
    expect(auditor.items).toMatchObject([
      { key: null, preview: null, exception: { class: 'com.acme.pay.CardDeclinedException' } },
    ])

    const elsewhere = context({ grants: [{ role: 'viewer', topics: ['nothing-here*'] }] })
    expect((await listTopics(elsewhere, { cluster: 'int' })).items).toEqual([])
    expect(await listIssues(elsewhere, { cluster: 'int', sort: 'lastSeen', limit: 10 })).toMatchObject({
      items: [],
      total: 0,
      topics: 0,
    })
    await expect(listRecords(elsewhere, input)).rejects.toMatchObject({ code: 'DENIED' })
    await expect(listRecords(elsewhere, { cluster: 'int', limit: 10 })).resolves.toMatchObject({ items: [] })
  })

  it('10,000 letters: indexed, paged, each page once', async () => {
    const topic = await topicOf(`${uniqueName('many')}-dlt`, 4)
    const total = 10_000
    for (let sent = 0; sent < total; sent += 1000)
      await producer.send({
        topic,
        messages: Array.from({ length: 1000 }, (_, i) => ({
          key: `o-${sent + i}`,
          value: `{"order":${sent + i}}`,
          partition: i % 4,
          timestamp: String(Date.now() - (total - sent - i)),
          headers: headersOf(
            springHeaders({
              topic: 'orders',
              offset: sent + i,
              message: `card ${sent + i} declined`,
              exception: `com.acme.E${i % 5}`,
            }),
          ),
        })),
      })
    await until(
      'all indexed',
      () => recordsOf(index, { ...all, topic }).length === total,
      60_000,
      () => ({
        indexed: recordsOf(index, { ...all, topic }).length,
        topic: index.topics().find(one => one.topic === topic),
        problems: index.problems(),
        sampledAgoMs: Date.now() - (index.sampledAtMs() ?? 0),
      }),
    )

    const ctx = context()
    const issues = await listIssues(ctx, { cluster: 'int', topic, sort: 'count', limit: 10 })
    expect(issues.items.map(issue => issue.count)).toEqual([2000, 2000, 2000, 2000, 2000])
    expect(issues.byStatus).toMatchObject({ new: 5, replayed: 0 })
    const found = await listIssues(ctx, { cluster: 'int', topic, query: 'ACME.e3', sort: 'count', limit: 10 })
    expect(found.items.map(issue => issue.exceptionClass)).toEqual(['com.acme.E3'])
    expect(found).toMatchObject({ open: 2000, expiringSoon: 0 })
    const [last] = issues.items.slice(-1)
    const one = { cluster: 'int', fingerprint: last?.fingerprint, sort: 'lastSeen' as const, limit: 1 }
    expect(await listIssues(ctx, { ...one, unresolved: true })).toMatchObject({
      items: [{ fingerprint: last?.fingerprint }],
      matched: 1,
    })

    const seen: string[] = []
    let cursor: string | undefined
    let previous: string | null = null
    let pages = 0
    do {
      const page = await listRecords(ctx, { cluster: 'int', topic, limit: 999, cursor })
      expect(page.matched).toBe(total)
      expect(deadLetters.records.output.safeParse(page).error).toBeUndefined()
      seen.push(...page.items.map(({ message }) => `${message.partition}/${message.offset}`))
      cursor = page.next ?? undefined
      previous = page.previous
      pages++
    } while (cursor !== undefined)
    expect(pages).toBe(11)
    expect(new Set(seen).size).toBe(total)
    const back = await listRecords(ctx, { cluster: 'int', topic, limit: 999, cursor: previous ?? '' })
    expect(back.items.map(({ message }) => `${message.partition}/${message.offset}`)).toEqual(
      seen.slice(8991, 9990),
    )
    await expect(listRecords(ctx, { cluster: 'int', limit: 10, cursor: 'bm90IGE' })).rejects.toMatchObject({
      code: 'CURSOR_INVALID',
    })
  })

  it('a transaction that was aborted left no letters', async () => {
    const topic = await topicOf(`${uniqueName('aborted')}-dlt`)
    const writer = await connectTestProducer(uniqueName('tx'))
    const write = async (value: string, end: 'commit' | 'abort') => {
      const transaction = await writer.transaction()
      await transaction.send({ topic, messages: [{ value, headers: headersOf(springHeaders({})) }] })
      await transaction[end]()
    }
    await write('aborted', 'abort')
    await write('committed', 'commit')
    await writer.disconnect()
    await until('indexed', () => recordsOf(index, { ...all, topic }).length > 0, HANGS_MS)
    expect(recordsOf(index, { ...all, topic }).map(row => row.preview)).toEqual(['committed'])
    await until('read to the end', () => index.topics().find(one => one.topic === topic)?.complete, HANGS_MS)
    expect(index.topics().find(one => one.topic === topic)?.records).toBe('1')
  })
})

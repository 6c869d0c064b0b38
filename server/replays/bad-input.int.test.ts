import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { AppError } from '@/lib/errors'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { testStore } from '@/server/http/testing'
import type { KafkaCluster } from '@/server/kafka/port'
import type { Store } from '@/server/store/types'
import { cancelReplay } from './cancel-replay'
import { getReport } from './get-report'
import { LEDGER_TOPIC } from './ledger'
import { resumeReplay } from './resume-replay'
import {
  type Bed,
  CLUSTER,
  expireBefore,
  ledgerOf,
  makeBed,
  makeLetters,
  makeTopic,
  plan,
  readCommitted,
  run,
  springHeaders,
  untilState,
  valuesOf,
  withWriter,
  writeAll,
} from './testing'

const range = (count: number) => Array.from({ length: count }, (_, n) => `${n}`)
const ENDS = ['completed', 'partial', 'failed', 'stopped'] as const

let bed: Bed
const beds: Bed[] = []
async function newBed(...args: Parameters<typeof makeBed>): Promise<Bed> {
  const made = await makeBed(...args)
  beds.push(made)
  return made
}
beforeAll(async () => {
  bed = await makeBed(kafkaBootstrap())
})
afterEach(async () => {
  for (const one of beds.splice(0)) await one.close()
})
afterAll(() => bed?.close())

async function endOf(cluster: KafkaCluster, topic: string, isolation: 'read_committed' | 'read_uncommitted') {
  const [found] = await cluster.listOffsets([{ topic, partition: 0 }], 'latest', { isolation })
  return found?.answer.ok ? found.answer.value.offset : null
}

test('a record that is too large only with its stack trace goes without it; its copy, which keeps it, is refused', async () => {
  const origin = await makeTopic(bed.cluster, uniqueName('order.small.limit'), 1, {
    'max.message.bytes': '1500',
  })
  const letters = await makeTopic(bed.cluster, `${origin}-dlt`)
  const trace = Buffer.from(
    `java.lang.IllegalStateException: no stock\n${'\tat a.B.c(B.java:1)\n'.repeat(200)}`,
  )
  const headers = (offset: bigint) => [
    ...springHeaders(origin, 0, offset).filter(one => !one.name.toString().endsWith('stacktrace')),
    { name: Buffer.from('kafka_dlt-exception-stacktrace'), value: trace },
  ]
  const letter = { partition: 0, key: null, timestampMs: Date.now() }
  await writeAll(bed.cluster, letters, [
    { ...letter, headers: headers(0n), value: Buffer.from('small') },
    { ...letter, headers: headers(1n), value: Buffer.alloc(1500) },
  ])
  const ctx = bed.context()
  const selection = { topic: letters, records: [0, 1].map(n => ({ partition: 0, offset: `${n}` })) }
  const planned = await plan(ctx, { selection })
  expect(planned.refusals).toMatchObject([
    { reason: 'too-large', count: 1, samples: [{ offset: '1', params: { max: 1500, target: origin } }] },
  ])
  const { id } = await run(ctx, { planId: planned.planId })
  expect(await untilState(ctx, id, ENDS)).toMatchObject({ state: 'completed', replayed: 1, refused: 1 })
  const copy = { kind: 'copy' as const, target: { kind: 'topic' as const, topic: origin } }
  expect((await plan(ctx, { ...copy, selection })).refusals).toMatchObject([
    { reason: 'too-large', count: 2 },
  ])
})

test('a transaction that the coordinator ended for its timeout is begun anew: each record once', async () => {
  let target = ''
  let waits = 1
  const own = await newBed(kafkaBootstrap(), {
    wrap: cluster =>
      withWriter(
        cluster,
        writer => ({
          commit: async () => {
            if (waits-- > 0)
              await expect
                .poll(
                  async () =>
                    (await endOf(cluster, target, 'read_committed')) ===
                    (await endOf(cluster, target, 'read_uncommitted')),
                  { timeout: 60_000 },
                )
                .toBe(true)
            return writer.commit()
          },
        }),
        { transactionTimeoutMs: 1_000 },
      ),
    runner: { leaseMs: 60_000 },
  })
  const { origin, letters, refs } = await makeLetters(own.cluster, 40)
  target = origin
  const ctx = own.context()
  const { id } = await run(ctx, { selection: { topic: letters, records: refs } })
  expect(await untilState(ctx, id, ENDS, 90_000)).toMatchObject({ state: 'completed', replayed: 40 })
  expect(waits).toBeLessThan(0)
  expect(valuesOf(await readCommitted(own.cluster, origin))).toEqual(range(40))
  expect(await ledgerOf(own.cluster, letters)).toHaveLength(40)
})

test('a target that comes back with fewer partitions stops it; its other records stay to be decided', async () => {
  const own = await newBed(kafkaBootstrap(), { runner: { triesMax: 2 } })
  const { origin, letters, refs } = await makeLetters(own.cluster, 60, 3)
  const ctx = own.context()
  const { planId } = await plan(ctx, { selection: { topic: letters, records: refs } })
  await own.cluster.deleteTopic(origin)
  await expect
    .poll(
      () =>
        makeTopic(own.cluster, origin, 1).then(
          () => true,
          () => false,
        ),
      { timeout: 20_000 },
    )
    .toBe(true)
  const { id } = await run(ctx, { planId })
  const stopped = await untilState(ctx, id, ENDS, 60_000)
  expect(stopped).toMatchObject({
    ...{ state: 'stopped', stateReason: 'TARGET_CHANGED', failed: 0, unknown: 0, replayed: 0 },
    stateParams: { topic: origin, change: 'recreated', planned: 3, now: 1, topicId: expect.any(String) },
  })
  expect(await readCommitted(own.cluster, origin)).toEqual([])
  // Who lets it go on takes the target as it is: what has no partition there stays to be decided.
  await resumeReplay(ctx, { cluster: CLUSTER, replay: id })
  const lacking = await untilState(ctx, id, ENDS, 60_000)
  expect(lacking).toMatchObject({ state: 'stopped', stateReason: 'PARTITION_UNKNOWN', failed: 0, unknown: 0 })
  expect(await readCommitted(own.cluster, origin)).toHaveLength(lacking.replayed)
  expect(await ledgerOf(own.cluster, letters)).toHaveLength(lacking.replayed)
})

test.each(['exactly-once', 'at-least-once'] as const)(
  'a target that grows midway stops it, %s: resumed it goes where it was planned, planned anew by the new number',
  async guarantee => {
    const { origin, letters, refs } = await makeLetters(bed.cluster, 60)
    const ctx = bed.context()
    const selection = { topic: letters, records: refs }
    const options = { ratePerSecond: 5, partitioning: 'key', guarantee } as const
    const { id } = await run(ctx, { selection, ...options })
    await expect.poll(async () => (await untilState(ctx, id, [], 0)).replayed).toBeGreaterThan(0)
    await bed.cluster.createPartitions(origin, 6)
    const stopped = await untilState(ctx, id, ENDS)
    expect(stopped).toMatchObject({
      ...{ state: 'stopped', stateReason: 'TARGET_CHANGED', failed: 0, unknown: 0 },
      stateParams: { topic: origin, change: 'partitions', planned: 1, now: 6, topicId: expect.any(String) },
    })
    expect(stopped.remaining).toBeGreaterThan(0)
    await resumeReplay(ctx, { cluster: CLUSTER, replay: id })
    await expect
      .poll(async () => (await untilState(ctx, id, [], 0)).replayed)
      .toBeGreaterThan(stopped.replayed)
    await cancelReplay(ctx, { cluster: CLUSTER, replay: id })
    await expect.poll(async () => (await untilState(ctx, id, [], 0)).remaining).toBe(0)
    const { cancelled } = await untilState(ctx, id, [], 0)
    const first = await readCommitted(bed.cluster, origin)
    expect(new Set(first.map(one => one.partition))).toEqual(new Set([0]))
    const anew = await plan(ctx, { selection, partitioning: 'key', guarantee })
    expect(anew.targets[0]?.partitions.length).toBeGreaterThan(1)
    const rest = await run(ctx, { planId: anew.planId })
    expect(await untilState(ctx, rest.id, ENDS)).toMatchObject({ state: 'completed', replayed: cancelled })
    const arrived = await readCommitted(bed.cluster, origin)
    expect(valuesOf(arrived)).toEqual(range(60))
    expect(new Set(arrived.map(one => one.partition)).size).toBeGreaterThan(1)
  },
)

test('a broker whose disk is full: the replay stops with the code, fails no record, and goes on', async () => {
  let isFull = true
  const own = await newBed(kafkaBootstrap(), {
    wrap: cluster =>
      withWriter(cluster, writer => ({
        send: async (topic, records) => {
          if (isFull && topic !== LEDGER_TOPIC)
            throw new AppError('KAFKA_ERROR', { params: { kafka: 'KAFKA_STORAGE_ERROR' } })
          return writer.send(topic, records)
        },
      })),
    runner: { triesMax: 2 },
  })
  const { origin, letters, refs } = await makeLetters(bed.cluster, 10)
  const ctx = own.context()
  const { id } = await run(ctx, { selection: { topic: letters, records: refs } })
  expect(await untilState(ctx, id, ENDS)).toMatchObject({
    state: 'stopped',
    stateReason: 'KAFKA_ERROR',
    failed: 0,
    remaining: 10,
  })
  isFull = false
  await resumeReplay(ctx, { cluster: CLUSTER, replay: id })
  expect(await untilState(ctx, id, ENDS)).toMatchObject({ state: 'completed', replayed: 10 })
  expect(valuesOf(await readCommitted(own.cluster, origin))).toEqual(range(10))
})

test('a store whose disk is full: what is committed is not sent again when there is room', async () => {
  let isFull = false
  const real = await testStore()
  const refuse = () => {
    throw Object.assign(new Error('could not extend file: No space left on device'), { code: '53100' })
  }
  const WRITES = new Set(['update', 'insert', 'transaction'])
  const db = new Proxy(real.db, {
    get(inner, name) {
      if (isFull && WRITES.has(String(name))) return refuse
      const value: unknown = Reflect.get(inner, name, inner)
      return typeof value === 'function' ? value.bind(inner) : value
    },
  })
  const store: Store = new Proxy(real, {
    get: (inner, name) => (name === 'db' ? db : Reflect.get(inner, name, inner)),
  })
  try {
    const own = await newBed(kafkaBootstrap(), { store, runner: { batchRecords: 10, leaseMs: 1_000 } })
    const { origin, letters, refs } = await makeLetters(own.cluster, 80)
    const ctx = own.context()
    const { id } = await run(ctx, { selection: { topic: letters, records: refs }, ratePerSecond: 20 })
    await expect.poll(async () => (await untilState(ctx, id, [], 0)).replayed).toBeGreaterThan(0)
    isFull = true
    const { replayed } = await untilState(ctx, id, [], 0)
    // A transaction goes through that the store does not hear of any more.
    await expect
      .poll(async () => (await readCommitted(own.cluster, origin)).length, { timeout: 20_000 })
      .toBeGreaterThan(replayed)
    isFull = false
    await own.restart()
    expect(await untilState(ctx, id, ENDS, 60_000)).toMatchObject({ state: 'completed', replayed: 80 })
    expect(valuesOf(await readCommitted(own.cluster, origin))).toEqual(range(80))
  } finally {
    isFull = false
    for (const one of beds.splice(0)) await one.close()
    await real.close()
  }
})

test('at least once: a lost answer makes its record unknown; it is named and never sent again', async () => {
  let lost = 0
  const own = await newBed(kafkaBootstrap(), {
    wrap: cluster =>
      new Proxy(cluster, {
        get(inner, name) {
          if (name === 'produce')
            return async (...args: Parameters<KafkaCluster['produce']>) => {
              const result = await inner.produce(...args)
              if (args[1].value?.toString() !== '3') return result
              lost += 1
              throw new AppError('OUTCOME_UNKNOWN')
            }
          const value: unknown = Reflect.get(inner, name, inner)
          return typeof value === 'function' ? value.bind(inner) : value
        },
      }),
  })
  const { origin, letters, refs } = await makeLetters(own.cluster, 8)
  const ctx = own.context()
  const { id } = await run(ctx, { selection: { topic: letters, records: refs }, guarantee: 'at-least-once' })
  const done = await untilState(ctx, id, ENDS)
  expect(done).toMatchObject({ state: 'partial', selected: 8, replayed: 7, unknown: 1, remaining: 0 })
  const { bytes } = await getReport(ctx, { cluster: CLUSTER, replay: id, format: 'ndjson' })
  const lines = Buffer.from(bytes ?? [])
    .toString()
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(lines.filter(one => one.outcome === 'unknown')).toMatchObject([
    { partition: 0, offset: '3', reason: 'OUTCOME_UNKNOWN' },
  ])
  await own.restart()
  expect(lost).toBe(1)
  expect(valuesOf(await readCommitted(own.cluster, origin))).toEqual(range(8))
})

test('the share of failures stops a replay', async () => {
  const ctx = bed.context()
  const { letters, refs } = await makeLetters(bed.cluster, 60)
  const stopWhen = { failurePercent: 50 }
  const { planId } = await plan(ctx, { selection: { topic: letters, records: refs }, stopWhen })
  await expireBefore(kafkaBootstrap(), letters, '40')
  const { id } = await run(ctx, { planId })
  const stopped = await untilState(ctx, id, ENDS)
  expect(stopped).toMatchObject({ state: 'stopped', stateReason: 'STOP_FAILURE_RATE', failed: 40 })
})

test('order per key is kept, whatever the transactions and however many partitions there are', async () => {
  const own = await newBed(kafkaBootstrap(), { runner: { batchRecords: 7 } })
  const ctx = own.context()
  const origin = await makeTopic(own.cluster, uniqueName('order.kept.order'), 4)
  const letters = await makeTopic(own.cluster, `${origin}-dlt`, 3)
  const count = 240
  await writeAll(
    own.cluster,
    letters,
    Array.from({ length: count }, (_, n) => ({
      partition: n % 3,
      key: Buffer.from(`k-${n % 12}`),
      value: Buffer.from(`${n}`),
      headers: springHeaders(origin, 0, BigInt(n)),
      timestampMs: Date.now(),
    })),
  )
  const records = (await readCommitted(own.cluster, letters)).map(one => ({
    partition: one.partition,
    offset: `${one.offset}`,
  }))
  const { id } = await run(ctx, { selection: { topic: letters, records }, partitioning: 'key' })
  expect(await untilState(ctx, id, ENDS)).toMatchObject({ state: 'completed', replayed: count })
  const arrived = await readCommitted(own.cluster, origin)
  expect(new Set(arrived.map(one => one.partition)).size).toBeGreaterThan(1)
  for (const [key, some] of Map.groupBy(arrived, one => `${one.key}`)) {
    expect(new Set(some.map(one => one.partition)).size).toBe(1)
    const numbers = some.map(one => Number(one.value))
    expect([key, ...numbers]).toEqual([key, ...[...numbers].sort((a, b) => a - b)])
  }
})

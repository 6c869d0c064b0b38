import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '@/lib/errors'
import { noteProof, proofSize } from '@/scripts/lib/proof'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { type Kafka, startKafka } from '@/scripts/services/kafka'
import { releaseLease, takeLease } from '@/server/store/lease'
import { cancelReplay } from './cancel-replay'
import { LEDGER_TOPIC, ledgerPartitionOf } from './ledger'
import { pauseReplay } from './pause-replay'
import { resumeReplay } from './resume-replay'
import {
  type Bed,
  CLUSTER,
  ledgerOf,
  makeBed,
  makeLetters,
  makeTopic,
  plan,
  readCommitted,
  run,
  untilState,
  untilStatePastLost,
  valuesOf,
  withWriter,
} from './testing'

const range = (count: number) => Array.from({ length: count }, (_, n) => `${n}`)
const ENDS = ['completed', 'partial', 'failed', 'stopped'] as const

async function expectOnce(bed: Bed, letters: string, origin: string, count: number): Promise<void> {
  expect(valuesOf(await readCommitted(bed.cluster, origin))).toEqual(range(count))
  const ledger = await ledgerOf(bed.cluster, letters)
  expect(new Set(ledger.map(one => `${one.partition}/${one.offset}`)).size).toBe(count)
  expect(ledger).toHaveLength(count)
}

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

describe('a commit whose outcome nobody heard', () => {
  test.each([
    ['it was committed', true],
    ['it was not', false],
  ])('%s: the ledger settles it', async (_name, reallyCommit) => {
    let doubts = 0
    const doubtful = await newBed(kafkaBootstrap(), {
      wrap: cluster =>
        withWriter(cluster, writer => ({
          commit: async () => {
            doubts += 1
            if (doubts % 2 === 0) return writer.commit()
            if (reallyCommit) await writer.commit()
            throw new AppError('OUTCOME_UNKNOWN')
          },
        })),
      runner: { batchRecords: 25 },
    })
    const { origin, letters, refs } = await makeLetters(bed.cluster, 100)
    const ctx = doubtful.context()
    const { id } = await run(ctx, { selection: { topic: letters, records: refs } })
    expect(await untilState(ctx, id, ENDS)).toMatchObject({ state: 'completed', replayed: 100, unknown: 0 })
    expect(doubts).toBeGreaterThan(2)
    await expectOnce(bed, letters, origin, 100)
  })
})

test('fenced in the middle: it opens its slice again and goes on where it was', async () => {
  const { origin, letters, refs } = await makeLetters(bed.cluster, 400)
  const fenced = await newBed(kafkaBootstrap(), { runner: { batchRecords: 20 } })
  const ctx = fenced.context()
  const { topics } = await bed.cluster.metadata({ topics: [letters] })
  const answer = topics.get(letters)
  const topicId = answer?.ok ? answer.value.topicId : ''
  const { id } = await run(ctx, { selection: { topic: letters, records: refs } })
  for (let i = 0; i < 4; i++) {
    // A stranger with our id: what an operator does who ends a hanging transaction, or a replica that thinks us dead.
    const stranger = await bed.cluster.openWriter(`milena-${fenced.store.installationId}-${topicId}-0`)
    await stranger.close()
  }
  expect(await untilState(ctx, id, ENDS)).toMatchObject({ state: 'completed', replayed: 400 })
  await expectOnce(bed, letters, origin, 400)
})

test('a stranger’s open transaction in the ledger hides nothing of ours', async () => {
  const { origin, letters, refs } = await makeLetters(bed.cluster, 40)
  const first = await newBed(kafkaBootstrap())
  const planned = await plan(first.context(), { selection: { topic: letters, records: refs } })
  const also = await plan(first.context(), { selection: { topic: letters, records: refs } })
  const { topics } = await bed.cluster.metadata({ topics: [letters, LEDGER_TOPIC] })
  const [source, ledger] = [topics.get(letters), topics.get(LEDGER_TOPIC)]
  if (!source?.ok || !ledger?.ok) throw new Error('no topics')
  const partition = ledgerPartitionOf(source.value.topicId, 0, ledger.value.partitions.length)
  // It stands before ours in the same ledger partition: the last stable offset stays before it, and ours are behind.
  const stranger = await bed.cluster.openWriter(uniqueName('stranger'))
  const nothing = {
    partition,
    key: Buffer.from('stranger'),
    value: null,
    headers: [],
    timestampMs: Date.now(),
  }
  await stranger.send(LEDGER_TOPIC, [nothing])
  const ctx = first.context()
  const one = await run(ctx, { planId: planned.planId })
  await expect
    .poll(async () => (await readCommitted(bed.cluster, origin)).length, { timeout: 15_000 })
    .toBe(0)
  const two = await run(ctx, { planId: also.planId })
  await sleep(500)
  await stranger.abort()
  await stranger.close()
  const ended = await Promise.all([one, two].map(({ id }) => untilState(ctx, id, ENDS)))
  expect(ended.map(({ state }) => state)).toEqual(['completed', 'completed'])
  expect(ended.reduce((sum, { replayed }) => sum + replayed, 0)).toBe(40)
  await expectOnce(bed, letters, origin, 40)
})

test('the target is deleted in the middle: it stops and says why; made again, it says so and goes on', async () => {
  const own = await newBed(kafkaBootstrap(), { runner: { triesMax: 2 } })
  const { origin, letters, refs } = await makeLetters(bed.cluster, 60)
  const ctx = own.context()
  const { id } = await run(ctx, { selection: { topic: letters, records: refs }, ratePerSecond: 20 })
  await expect.poll(async () => (await untilState(ctx, id, [], 0)).replayed).toBeGreaterThan(0)
  await bed.cluster.deleteTopic(origin)
  const stopped = await untilState(ctx, id, ENDS)
  expect(stopped).toMatchObject({ state: 'stopped', stateReason: 'TOPIC_UNKNOWN', failed: 0, unknown: 0 })
  expect(stopped.remaining).toBe(60 - stopped.replayed)
  expect(await ledgerOf(bed.cluster, letters)).toHaveLength(stopped.replayed)
  await makeTopic(bed.cluster, origin)
  await resumeReplay(ctx, { cluster: CLUSTER, replay: id })
  // Nobody was told of the new topic yet.
  expect(await untilState(ctx, id, ENDS)).toMatchObject({ state: 'stopped', stateReason: 'TARGET_CHANGED' })
  await resumeReplay(ctx, { cluster: CLUSTER, replay: id })
  expect(await untilState(ctx, id, ENDS)).toMatchObject({ state: 'completed', replayed: 60 })
  expect(valuesOf(await readCommitted(bed.cluster, origin))).toEqual(range(60).slice(stopped.replayed))
  expect(await ledgerOf(bed.cluster, letters)).toHaveLength(60)
})

test('records that the target came to reject are found and fail alone', async () => {
  const { origin, letters, refs } = await makeLetters(bed.cluster, 1)
  const header = { name: Buffer.from('kafka_dlt-original-topic'), value: Buffer.from(origin) }
  const big = [3, 7].map(n => ({
    partition: 0,
    key: null,
    value: Buffer.alloc(5_000, `${n}`),
    headers: [header],
    timestampMs: Date.now(),
  }))
  const small = range(20).map(n => ({
    ...big[0],
    partition: 0,
    key: null,
    value: Buffer.from(n),
    headers: [header],
    timestampMs: Date.now(),
  }))
  const writer = await bed.cluster.openWriter(uniqueName('seed'))
  const sent = [...small.slice(0, 10), ...big, ...small.slice(10)]
  const offsets = await writer.send(letters, sent)
  await writer.commit()
  const records = sent.map(({ partition }, at) => ({ partition, offset: `${offsets[at]}` }))
  const ctx = bed.context()
  const { planId } = await plan(ctx, { selection: { topic: letters, records } })
  await bed.cluster.incrementalAlterConfigs({ type: 'topic', name: origin }, [
    { name: 'max.message.bytes', op: 'set', value: '2000' },
  ])
  await sleep(500)
  const { id } = await run(ctx, { planId })
  expect(await untilState(ctx, id, ENDS)).toMatchObject({ state: 'partial', replayed: 20, failed: 2 })
  expect(valuesOf(await readCommitted(bed.cluster, origin))).toEqual(range(20))
  expect(refs).toHaveLength(1)
})

test('a graceful end of the process, and the next one goes on', async () => {
  const own = await newBed(kafkaBootstrap())
  const { origin, letters, refs } = await makeLetters(bed.cluster, 50)
  const { id } = await run(own.context(), { selection: { topic: letters, records: refs }, ratePerSecond: 25 })
  for (let i = 0; i < 3; i++) {
    await sleep(300)
    await own.restart()
  }
  expect(await untilState(own.context(), id, ENDS)).toMatchObject({ state: 'completed', replayed: 50 })
  await expectOnce(bed, letters, origin, 50)
})

test('at least once, where a person chose it: no ledger, no transaction', async () => {
  const { origin, letters, refs } = await makeLetters(bed.cluster, 30, 2)
  const ctx = bed.context()
  const { id } = await run(ctx, { selection: { topic: letters, records: refs }, guarantee: 'at-least-once' })
  expect(await untilState(ctx, id, ENDS)).toMatchObject({ state: 'completed', replayed: 30 })
  expect(valuesOf(await readCommitted(bed.cluster, origin))).toEqual(range(30))
  expect(await ledgerOf(bed.cluster, letters)).toEqual([])
})

test('without a ledger nothing begins, and nothing falls back by itself', async () => {
  const denied = await newBed(kafkaBootstrap(), {
    wrap: cluster =>
      new Proxy(cluster, {
        get(target, name) {
          if (name === 'openWriter') return async () => Promise.reject(new AppError('CLUSTER_DENIED'))
          const value: unknown = Reflect.get(target, name, target)
          return typeof value === 'function' ? value.bind(target) : value
        },
      }),
  })
  const { origin, letters, refs } = await makeLetters(bed.cluster, 3)
  const selection = { topic: letters, records: refs }
  const ctx = denied.context()
  const error = await run(ctx, { selection }).catch((e: AppError) => e)
  expect(error).toMatchObject({ code: 'LEDGER_UNAVAILABLE', params: { reason: 'CLUSTER_DENIED' } })
  expect(await readCommitted(bed.cluster, origin)).toEqual([])
  const { id } = await run(ctx, { selection, guarantee: 'at-least-once' })
  expect(await untilState(ctx, id, ENDS)).toMatchObject({ state: 'completed' })
})

describe('a broker that dies', () => {
  let kafka: Kafka
  beforeAll(async () => {
    kafka = await startKafka()
  })
  afterAll(() => kafka?.stop())

  test('in the middle of a replay: nothing lost, nothing doubled', async () => {
    const own = await newBed(kafka.bootstrap, { runner: { batchRecords: 10, triesMax: 20 } })
    const { origin, letters, refs } = await makeLetters(own.cluster, 1_500, 2)
    const ctx = own.context()
    const { id } = await run(ctx, { selection: { topic: letters, records: refs } })
    const kills = proofSize(1, 6)
    for (let kill = 1; kill <= kills; kill++) {
      const share = (0.9 * kill) / (kills + 1)
      await expect
        .poll(async () => (await untilState(ctx, id, [], 0)).replayed, { timeout: 40_000 })
        .toBeGreaterThan(1_500 * share)
      await kafka.kill9()
      await kafka.restart()
    }
    expect(await untilStatePastLost(ctx, kafka.bootstrap, id, ENDS, 60_000)).toMatchObject({
      state: 'completed',
      replayed: 1_500,
      unknown: 0,
    })
    await expectOnce(own, letters, origin, 1_500)
    noteProof('replay through kills of the only broker', { kills, records: 1_500 })
  }, 120_000)
})

test('a ledger that refuses our record stops the replay; no letter is called failed for it', async () => {
  const bed = await newBed(kafkaBootstrap(), {
    wrap: cluster =>
      withWriter(cluster, writer => ({
        send: async (topic, records) => {
          if (topic !== LEDGER_TOPIC) return writer.send(topic, records)
          throw new AppError('CONFIG_INVALID', { params: { record: 'rejected', kafka: 'POLICY_VIOLATION' } })
        },
      })),
  })
  const ctx = bed.context()
  const { origin, letters, refs } = await makeLetters(bed.cluster, 5)
  const { id } = await run(ctx, { selection: { topic: letters, records: refs } })
  expect(await untilState(ctx, id, ENDS)).toMatchObject({
    state: 'stopped',
    stateReason: 'LEDGER_UNAVAILABLE',
    failed: 0,
    remaining: 5,
  })
  expect(await readCommitted(bed.cluster, origin)).toEqual([])
})

test('the lease of a replay is lost: its owner stops and leaves the state alone, and the next one finishes it once', async () => {
  const bed = await newBed(kafkaBootstrap())
  const ctx = bed.context()
  const { origin, letters, refs } = await makeLetters(bed.cluster, 60)
  const { id } = await run(ctx, { selection: { topic: letters, records: refs }, ratePerSecond: 10 })
  await expect.poll(async () => (await untilState(ctx, id, [], 0)).replayed).toBeGreaterThan(0)
  // Another process whose clock runs ahead believes that its time is over.
  const stolen = await takeLease(bed.store, `replay/${id}`, 'another', 60_000, Date.now() + 10_000)
  expect(stolen?.owner).toBe('another')
  await sleep(1_500)
  const { replayed } = await untilState(ctx, id, [], 0)
  await sleep(1_500)
  expect(await untilState(ctx, id, [], 0)).toMatchObject({ state: 'running', stateReason: null, replayed })
  if (stolen) await releaseLease(bed.store, stolen, Date.now())
  await bed.restart()
  expect(await untilState(ctx, id, ENDS)).toMatchObject({ state: 'completed', replayed: 60, failed: 0 })
  await expectOnce(bed, letters, origin, 60)
})

test('a cancelled replay whose ledger can not be asked says why until it is settled', async () => {
  const params = { topic: LEDGER_TOPIC, partition: 3, offset: '7' }
  let hangs = false
  const bed = await newBed(kafkaBootstrap(), {
    wrap: cluster =>
      withWriter(cluster, writer => {
        if (!hangs) return {}
        void writer.close()
        throw new AppError('TRANSACTION_HANGS', { params })
      }),
  })
  const ctx = bed.context()
  const { letters, refs } = await makeLetters(bed.cluster, 60)
  const { id } = await run(ctx, { selection: { topic: letters, records: refs }, ratePerSecond: 5 })
  const now = () => untilState(ctx, id, [], 0)
  const patience = { timeout: 30_000 }
  await expect.poll(async () => (await now()).replayed, patience).toBeGreaterThan(0)
  await pauseReplay(ctx, { cluster: CLUSTER, replay: id })
  hangs = true
  await cancelReplay(ctx, { cluster: CLUSTER, replay: id })
  const unsettled = { state: 'cancelled', stateReason: 'TRANSACTION_HANGS', stateParams: params }
  await expect.poll(now, patience).toMatchObject({ ...unsettled, finishedAt: null })
  hangs = false
  await bed.restart()
  const settled = { state: 'cancelled', stateReason: null, stateParams: null, remaining: 0 }
  await expect.poll(now, patience).toMatchObject({ ...settled, finishedAt: expect.any(String) })
})

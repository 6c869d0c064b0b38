import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Kafka, startKafka } from '@/scripts/services/kafka'
import { abortTransaction } from '@/scripts/services/kafka-transactions'
import { loseTransaction } from '@/server/kafka/testing'
import { LEDGER_TOPIC, ledgerPartitionOf } from './ledger'
import { resumeReplay } from './resume-replay'
import {
  CLUSTER,
  ledgerOf,
  makeBed,
  makeLetters,
  readCommitted,
  run,
  untilState,
  valuesOf,
  withWriter,
} from './testing'

const range = (count: number) => Array.from({ length: count }, (_, n) => `${n}`)
const ENDS = ['completed', 'partial', 'failed', 'stopped'] as const

let kafka: Kafka
beforeAll(async () => {
  // Off, a leader takes records of a transaction that no coordinator knows: so one is lost at will.
  kafka = await startKafka({ properties: { 'transaction.partition.verification.enable': false } })
})
afterAll(() => kafka?.stop())

test('a broker that stays away stops the replay with a code; when it is back, a person lets it go on', async () => {
  const gone = Promise.withResolvers<void>()
  let commits: number | null = null
  const own = await makeBed(kafka.bootstrap, {
    wrap: cluster =>
      withWriter(cluster, writer => ({
        async send(topic, records) {
          if (commits) await gone.promise
          return writer.send(topic, records)
        },
        async commit() {
          await writer.commit()
          if (commits !== null) commits += 1
        },
      })),
    runner: { batchRecords: 20, triesMax: 1 },
  })
  try {
    const { origin, letters, refs } = await makeLetters(own.cluster, 100)
    const ctx = own.context()
    commits = 0
    const { id } = await run(ctx, { selection: { topic: letters, records: refs } })
    // Their markers are written, and the next transaction waits: the broker dies with nothing under way.
    const arrived = () => readCommitted(own.cluster, origin)
    await expect.poll(async () => (await arrived()).length, { timeout: 40_000 }).toBe(20)
    await expect.poll(async () => (await ledgerOf(own.cluster, letters)).length, { timeout: 40_000 }).toBe(20)
    await kafka.kill9()
    gone.resolve()
    const stopped = await untilState(ctx, id, ENDS, 90_000)
    expect(stopped).toMatchObject({ state: 'stopped', replayed: 20, failed: 0, unknown: 0 })
    expect(stopped.stateReason).toMatch(
      /^(CLUSTER_UNREACHABLE|BROKER_UNREACHABLE|LEADER_UNAVAILABLE|TIMED_OUT)$/,
    )
    await kafka.restart()
    await resumeReplay(ctx, { cluster: CLUSTER, replay: id })
    expect(await untilState(ctx, id, ENDS, 60_000)).toMatchObject({ state: 'completed', replayed: 100 })
    expect(valuesOf(await arrived())).toEqual(range(100))
  } finally {
    gone.resolve()
    await own.close()
  }
}, 240_000)

test('a transaction whose end Kafka lost is named, nothing joins it, and aborted it leaves nothing behind', async () => {
  const own = await makeBed(kafka.bootstrap)
  try {
    const { origin, letters, refs } = await makeLetters(own.cluster, 30)
    const ctx = own.context()
    const select = (from: number, to?: number) => ({
      selection: { topic: letters, records: refs.slice(from, to) },
    })
    const first = await run(ctx, select(0, 10))
    expect(await untilState(ctx, first.id, ENDS)).toMatchObject({ state: 'completed' })
    const { topics } = await own.cluster.metadata({ topics: [letters, LEDGER_TOPIC] })
    const [source, ledger] = [topics.get(letters), topics.get(LEDGER_TOPIC)]
    if (!source?.ok || !ledger?.ok) throw new Error('no topics')
    const { topicId } = source.value
    const transactionalId = `milena-${own.store.installationId}-${topicId}-0`
    const inLedger = {
      topic: LEDGER_TOPIC,
      partition: ledgerPartitionOf(topicId, 0, ledger.value.partitions.length),
    }
    const inTarget = { topic: origin, partition: 0 }
    const lost = await loseTransaction(kafka.bootstrap, transactionalId, [inTarget, inLedger])

    const { id } = await run(ctx, select(10))
    for (const place of [inLedger, inTarget]) {
      const stopped = await untilState(ctx, id, ENDS, 60_000)
      expect(stopped).toMatchObject({ state: 'stopped', replayed: 0, failed: 0, remaining: 20 })
      expect(stopped.stateReason).toBe('TRANSACTION_HANGS')
      expect(stopped.stateParams).toMatchObject({
        ...place,
        transactionalId,
        producerId: `${lost.producerId}`,
      })
      await abortTransaction(kafka.bootstrap, place.topic, place.partition, `${stopped.stateParams?.offset}`)
      await resumeReplay(ctx, { cluster: CLUSTER, replay: id })
    }
    expect(await untilState(ctx, id, ENDS)).toMatchObject({ state: 'completed', replayed: 20 })
    expect(valuesOf(await readCommitted(own.cluster, origin))).toEqual(range(30))
    expect(await ledgerOf(own.cluster, letters)).toHaveLength(30)
  } finally {
    await own.close()
  }
}, 120_000)

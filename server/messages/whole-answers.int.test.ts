import { afterAll, beforeAll, expect, test } from 'vitest'
import { noteProof, proofSeed, proofSize } from '@/scripts/lib/proof'
import { startPlainClient } from '@/scripts/services/frameworks/plain-client'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import { testStore } from '@/server/http/testing'
import { type Bed, playRound } from './differential/round'
import { openReading } from './testing'

const ROUNDS = Number(process.env.MILENA_ROUNDS) || proofSize(1, 300)
/** Cleaners, retention and live tails take seconds. */
const isLong = proofSize(0, 1) === 1
const BROKER = { type: 'broker', name: '' } as const
const BACKOFF = 'log.cleaner.backoff.ms'

let bed: Bed
beforeAll(async () => {
  const reading = openReading(kafkaBootstrap())
  const { budget } = reading.ctx.config.search
  const poor = openReading(kafkaBootstrap(), { budget: { ...budget, records: 30, bytes: 10_000 } })
  const [client, store] = await Promise.all([startPlainClient(kafkaBootstrap()), testStore()])
  bed = { reading, poor, client, store }
  if (isLong)
    await reading.cluster.incrementalAlterConfigs(BROKER, [{ name: BACKOFF, op: 'set', value: '200' }])
})
afterAll(async () => {
  if (isLong) await bed.reading.cluster.incrementalAlterConfigs(BROKER, [{ name: BACKOFF, op: 'delete' }])
  await bed.client.stop()
  await bed.reading.close()
  await bed.poor.close()
  await bed.store.close()
})

test('every answer about a random topic is what Java’s consumer reads of it', async () => {
  const seed = proofSeed()
  const differences: string[] = []
  const sums = { records: 0, gaps: 0, questions: 0, recordsAnswered: 0, roundsThatMoved: 0 }
  for (let round = 0; round < ROUNDS; round++) {
    const options = { waits: isLong, questions: isLong ? 4 : 2 }
    const result = await playRound(bed, seed + round, options).catch((error: unknown) => {
      throw new Error(`MILENA_SEED=${seed + round}`, { cause: error })
    })
    sums.records += result.records
    sums.gaps += result.gaps
    sums.questions += result.questions
    sums.recordsAnswered += result.answered
    if (result.moved) {
      sums.roundsThatMoved++
      continue
    }
    differences.push(...result.differences)
    if (isLong) for (const one of result.differences) process.stdout.write(`${one}\n`)
  }
  noteProof('answers about random topics beside Java’s consumer', { rounds: ROUNDS, seed, ...sums })
  expect(differences, `MILENA_SEED=${seed} does it again`).toEqual([])
})

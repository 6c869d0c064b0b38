import { afterAll, beforeAll, expect, test } from 'vitest'
import { noteProof, proofSize } from '@/scripts/lib/proof'
import { type KafkaCluster as Brokers, startKafkaCluster } from '@/scripts/services/kafka'
import { bootstrapServers } from '@/server/kafka/testing'
import {
  type Bed,
  ledgerOf,
  makeBed,
  makeLetters,
  plan,
  readCommitted,
  run,
  untilState,
  valuesOf,
} from './testing'

// Three brokers are half a gigabyte: the long form alone has them.
const KILLS = proofSize(0, 9)
const RECORDS = 3_000

let brokers: Brokers
let bed: Bed
beforeAll(async () => {
  if (KILLS === 0) return
  brokers = await startKafkaCluster(3)
  const config = { bootstrapServers: bootstrapServers(brokers.bootstrap) }
  bed = await makeBed(brokers.bootstrap, { config, runner: { batchRecords: 10, triesMax: 30 } })
}, 120_000)
afterAll(async () => {
  await bed?.close()
  await brokers?.stop()
}, 60_000)

test.runIf(KILLS > 0)(
  'brokers die one after the other: leaders and coordinators move, each record is there once',
  async () => {
    const { origin, letters, refs } = await makeLetters(bed.cluster, RECORDS, 6)
    const ctx = bed.context()
    const { planId } = await plan(ctx, { selection: { topic: letters, records: refs } })
    const { id } = await run(ctx, { planId })
    let midway = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const node = brokers.nodes[kill % brokers.nodes.length]
      const { state, replayed } = await untilState(ctx, id, [], 0)
      if (state === 'running') midway += 1
      await node?.kill9()
      // It goes on without this one before it comes back.
      await expect
        .poll(
          async () => {
            const now = await untilState(ctx, id, [], 0)
            return now.replayed > replayed + RECORDS / (KILLS * 3) || now.state !== 'running'
          },
          { timeout: 60_000 },
        )
        .toBe(true)
      await node?.restart()
    }
    const ends = ['completed', 'partial', 'failed', 'stopped'] as const
    expect(await untilState(ctx, id, ends, 120_000)).toMatchObject({
      state: 'completed',
      replayed: RECORDS,
      unknown: 0,
    })
    const arrived = await readCommitted(bed.cluster, origin)
    expect(valuesOf(arrived)).toEqual(Array.from({ length: RECORDS }, (_, n) => `${n}`))
    expect(await ledgerOf(bed.cluster, letters)).toHaveLength(RECORDS)
    expect(midway).toBeGreaterThan(1)
    noteProof('replay through broker kills', {
      brokers: 3,
      kills: KILLS,
      killsMidway: midway,
      records: RECORDS,
    })
  },
  600_000,
)

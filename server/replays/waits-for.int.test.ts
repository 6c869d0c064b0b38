import { afterAll, beforeAll, expect, test } from 'vitest'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import { cancelReplay } from './cancel-replay'
import { getReplay } from './get-replay'
import { listReplays } from './list-replays'
import { type Bed, CLUSTER, makeBed, makeLetters, plan, readCommitted, run, untilState } from './testing'

let bed: Bed
beforeAll(async () => {
  bed = await makeBed(kafkaBootstrap())
})
afterAll(() => bed?.close())

test('a replay of letters that another one works on says whom it waits for, and goes on after it', async () => {
  const ctx = bed.context()
  const { origin, letters, refs } = await makeLetters(bed.cluster, 30)
  const other = await makeLetters(bed.cluster, 30)
  const selection = { topic: letters, records: refs }
  // Slower than the test: it ends when it is cancelled.
  const slow = await plan(ctx, { selection, ratePerSecond: 0.5 })
  const late = await plan(ctx, { selection })
  const { id: first } = await run(ctx, { planId: slow.planId })
  await expect.poll(async () => (await untilState(ctx, first, [], 0)).replayed).toBeGreaterThan(0)
  const apart = { topic: other.letters, records: other.refs }
  const { id: elsewhere } = await run(ctx, { selection: apart, ratePerSecond: 0.5 })
  const { id: second } = await run(ctx, { planId: late.planId })

  const waitsFor = async (replay: string) => (await getReplay(ctx, { cluster: CLUSTER, replay })).waitsFor
  await expect.poll(() => waitsFor(second)).toEqual([first])
  expect(await waitsFor(first)).toEqual([])
  const { items } = await listReplays(ctx, { cluster: CLUSTER, limit: 10 })
  const said = new Map(items.map(one => [one.id, one.waitsFor]))
  expect([said.get(first), said.get(second), said.get(elsewhere)]).toEqual([[], [first], []])

  const { replayed } = await cancelReplay(ctx, { cluster: CLUSTER, replay: first })
  expect(await untilState(ctx, second, ['completed', 'stopped', 'failed'])).toMatchObject({
    state: 'completed',
    replayed: 30 - replayed,
    refused: replayed,
    waitsFor: [],
  })
  expect(await readCommitted(bed.cluster, origin)).toHaveLength(30)
  await cancelReplay(ctx, { cluster: CLUSTER, replay: elsewhere })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import { cancelReplay } from './cancel-replay'
import { getReplay } from './get-replay'
import { listReplays } from './list-replays'
import { type Bed, CLUSTER, makeBed, makeLetters, plan, readCommitted, run, untilState } from './testing'
import { RUNS_MAX } from './waits-for'

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

test('one more than may run at once says that it waits for a place, and begins when another one ends', async () => {
  // It looks for replays that nobody runs, as a process that was booted.
  await bed.restart()
  const ctx = bed.context()
  const { letters, refs } = await makeLetters(bed.cluster, 2 * (RUNS_MAX + 1), RUNS_MAX + 1)
  const ids: string[] = []
  // Slower than the test, and each with a partition of its own: none waits for the letters of another.
  for (const records of Map.groupBy(refs, one => one.partition).values())
    ids.push((await run(ctx, { selection: { topic: letters, records }, ratePerSecond: 0.01 })).id)
  const [first = '', ...others] = ids
  const waiting = async () => {
    const { items } = await listReplays(ctx, { cluster: CLUSTER, limit: 20 })
    return items.filter(one => one.waitsForPlace).map(one => one.id)
  }
  await expect.poll(waiting, { timeout: 20_000 }).toEqual(ids.slice(-1))
  await cancelReplay(ctx, { cluster: CLUSTER, replay: first })
  const begun = async () => (await untilState(ctx, ids.at(-1) ?? '', [], 0)).replayed
  await expect.poll(begun, { timeout: 20_000 }).toBe(1)
  expect(await waiting()).toEqual([])
  for (const replay of others) await cancelReplay(ctx, { cluster: CLUSTER, replay })
})

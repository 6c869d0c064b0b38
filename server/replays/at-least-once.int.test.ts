import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppError } from '@/lib/errors'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import type { KafkaCluster } from '@/server/kafka/port'
import { listReplayRecords } from './list-replay-records'
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
  valuesOf,
} from './testing'

const FINAL = ['completed', 'partial', 'failed', 'stopped', 'cancelled'] as const
const plain = { guarantee: 'at-least-once' as const }

/** Answers to records of this value get lost on their way; the records arrive. */
let lost: string | null = null
function losingAnswers(cluster: KafkaCluster): KafkaCluster {
  const produce: KafkaCluster['produce'] = async (topic, record, options) => {
    const placed = await cluster.produce(topic, record, options)
    if (lost !== null && record.value?.toString() === lost) throw new AppError('OUTCOME_UNKNOWN')
    return placed
  }
  return new Proxy(cluster, {
    get(target, name) {
      const value: unknown = name === 'produce' ? produce : Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

let bed: Bed
beforeAll(async () => {
  bed = await makeBed(kafkaBootstrap(), { more: ['second'], wrap: losingAnswers })
})
afterAll(() => bed?.close())

const reasonsOf = (planned: Awaited<ReturnType<typeof plan>>) =>
  planned.refusals.map(({ reason, count }) => [reason, count])

test('what went to another cluster is refused later, by the name of its replay; again it goes with a reason', async () => {
  const ctx = bed.context()
  const { origin, letters, refs } = await makeLetters(bed.cluster, 5)
  const elsewhere = await makeTopic(bed.cluster, uniqueName('order.copy.elsewhere'))
  const target = { kind: 'topic' as const, topic: elsewhere, cluster: 'second' }
  const selection = { topic: letters, records: refs }
  const some = { topic: letters, records: refs.slice(0, 3) }
  const { id } = await run(ctx, { ...plain, selection: some, target })
  expect(await untilState(ctx, id, FINAL)).toMatchObject({ state: 'completed', replayed: 3 })

  // Whether under transactions or not, home or away: it was sent.
  const planned = await plan(ctx, { selection })
  expect(planned).toMatchObject({ selected: 5, replayable: 2, refused: 3 })
  expect(reasonsOf(planned)).toEqual([['replayed-at-least-once', 3]])
  expect(planned.refusals[0]?.samples[0]?.params).toMatchObject({ replay: id, at: expect.any(String) })
  expect(reasonsOf(await plan(ctx, { ...plain, selection, target }))).toEqual([['replayed-at-least-once', 3]])
  // A copy counts nothing.
  expect(
    await plan(ctx, { kind: 'copy', selection, target: { kind: 'topic', topic: origin } }),
  ).toMatchObject({ replayable: 5, refused: 0 })
  const again = await plan(ctx, { selection, again: true, reason: 'the other cluster lost it' })
  expect(again).toMatchObject({ replayable: 5, refused: 0 })
})

test('a lost answer is named: the record may be there already', async () => {
  const ctx = bed.context()
  const { origin, letters, refs } = await makeLetters(bed.cluster, 4)
  const selection = { topic: letters, records: refs }
  lost = '2'
  const { id } = await run(ctx, { ...plain, selection })
  expect(await untilState(ctx, id, FINAL)).toMatchObject({ state: 'partial', replayed: 3, unknown: 1 })
  lost = null
  const { items } = await listReplayRecords(ctx, {
    cluster: CLUSTER,
    replay: id,
    outcome: 'unknown',
    limit: 10,
  })
  const planned = await plan(ctx, { selection })
  expect(reasonsOf(planned)).toEqual([
    ['replayed-at-least-once', 3],
    ['outcome-unknown', 1],
  ])
  const [named] = planned.refusals[1]?.samples ?? []
  expect(named).toMatchObject({
    partition: items[0]?.partition,
    offset: items[0]?.offset,
    params: { replay: id },
  })
  expect(await readCommitted(bed.cluster, origin)).toHaveLength(4)
})

test.each([
  ['at least once', plain],
  ['exactly once', {}],
])(
  'planned before and run after an at-least-once replay of the same records, %s: none is sent again',
  async (_name, guarantee) => {
    const ctx = bed.context()
    const { origin, letters, refs } = await makeLetters(bed.cluster, 6, 2)
    const selection = { topic: letters, records: refs }
    const first = await plan(ctx, { ...plain, selection: { topic: letters, records: refs.slice(0, 4) } })
    const second = await plan(ctx, { ...guarantee, selection })
    const one = await run(ctx, { planId: first.planId })
    expect(await untilState(ctx, one.id, FINAL)).toMatchObject({ state: 'completed', replayed: 4 })
    const two = await run(ctx, { planId: second.planId })
    expect(await untilState(ctx, two.id, FINAL)).toMatchObject({
      state: 'completed',
      selected: 6,
      replayed: 2,
      refused: 4,
    })
    const { items } = await listReplayRecords(ctx, {
      cluster: CLUSTER,
      replay: two.id,
      outcome: 'refused',
      limit: 10,
    })
    expect(items.map(item => item.reason)).toEqual(Array(4).fill('replayed-at-least-once'))
    expect(valuesOf(await readCommitted(bed.cluster, origin))).toEqual(['0', '1', '2', '3', '4', '5'])
  },
)

test('planned before and run after a replay under transactions: its mirror tells the one without a ledger', async () => {
  const ctx = bed.context()
  const { origin, letters, refs } = await makeLetters(bed.cluster, 3)
  const selection = { topic: letters, records: refs }
  const late = await plan(ctx, { ...plain, selection })
  const one = await run(ctx, { selection })
  await untilState(ctx, one.id, FINAL)
  expect(await ledgerOf(bed.cluster, letters)).toHaveLength(3)
  const two = await run(ctx, { planId: late.planId })
  expect(await untilState(ctx, two.id, FINAL)).toMatchObject({ state: 'completed', replayed: 0, refused: 3 })
  expect(await readCommitted(bed.cluster, origin)).toHaveLength(3)
})

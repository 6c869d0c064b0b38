import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AppError } from '@/lib/errors'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { listAudit } from '@/server/audit/list-audit'
import { cancelReplay } from './cancel-replay'
import { listReplayRecords } from './list-replay-records'
import { listReplays } from './list-replays'
import { pauseReplay } from './pause-replay'
import { resumeReplay } from './resume-replay'
import { streamReplay } from './stream-replay'
import {
  type Bed,
  CLUSTER,
  type CreateInput,
  header,
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
  writeAll,
} from './testing'

let bed: Bed
beforeAll(async () => {
  bed = await makeBed(kafkaBootstrap())
})
afterAll(() => bed?.close())

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => ({ code: 'fine', params: {}, fields: undefined }),
    (error: AppError) => ({ code: error.code, params: error.params, fields: error.fields }),
  )
const range = (count: number) => Array.from({ length: count }, (_, n) => `${n}`)

test('a letter arrives byte for byte: key, value, headers in order, duplicates, null and empty', async () => {
  const origin = await makeTopic(bed.cluster, uniqueName('order.stock.reserved'), 3)
  const letters = await makeTopic(bed.cluster, `${origin}-dlt`, 3)
  const kept = [
    header('traceparent', '00-1'),
    header('tag', '1'),
    header('other', null),
    header('tag', ''),
    header(Buffer.from([255, 0]), Buffer.from([254, 0])),
    header('__TypeId__', 'com.example.Order'),
  ]
  const old = [header('x-replay-count', '1'), header('x-replay-id', 'r-before')]
  const sent = [
    { key: null, value: null, partition: 1 },
    { key: Buffer.alloc(0), value: Buffer.alloc(0), partition: 2 },
    { key: Buffer.from([0, 255]), value: Buffer.from('{"금액": 12000}'), partition: 0 },
  ]
  await writeAll(
    bed.cluster,
    letters,
    sent.map((one, n) => ({
      ...one,
      headers: [
        ...kept.slice(0, 3),
        ...springHeaders(origin, one.partition, BigInt(n)),
        ...kept.slice(3),
        ...(n === 2 ? old : []),
      ],
      timestampMs: 1_795_000_000_000 + n,
    })),
  )
  const ctx = bed.context()
  const records = sent.map(one => ({ partition: one.partition, offset: '0' }))
  const planned = await plan(ctx, { selection: { topic: letters, records } })
  expect(planned).toMatchObject({ selected: 3, replayable: 3, refused: 0, refusals: [], warnings: [] })
  expect(planned.targets).toEqual([
    {
      topic: origin,
      records: 3,
      partitions: [0, 1, 2].map(partition => ({ partition, records: 1 })),
      compacted: false,
    },
  ])
  expect(await readCommitted(bed.cluster, origin)).toEqual([])

  const started = await run(ctx, { planId: planned.planId })
  expect(await run(ctx, { planId: planned.planId })).toMatchObject({ id: started.id })
  const done = await untilState(ctx, started.id, ['completed', 'partial', 'failed', 'stopped'])
  expect(done).toMatchObject({ state: 'completed', selected: 3, replayed: 3, remaining: 0, unknown: 0 })

  const arrived = await readCommitted(bed.cluster, origin)
  for (const [n, one] of sent.entries()) {
    const found = arrived.find(record => record.partition === one.partition)
    expect({ key: found?.key, value: found?.value }).toEqual({ key: one.key, value: one.value })
    const [added, rest] = [found?.headers.slice(6) ?? [], found?.headers.slice(0, 6)]
    expect(rest).toEqual(kept)
    expect(added.map(({ name, value }) => [name.toString(), value?.toString()])).toEqual([
      ['x-replay-id', started.id],
      ['x-replay-count', n === 2 ? '2' : '1'],
      ['x-replay-source', `${letters}/${one.partition}/0`],
      ['x-replay-at', expect.stringMatching(/^\d{4}-.*Z$/)],
      ['x-replay-original-timestamp', `${1_795_000_000_000 + n}`],
    ])
    expect(Math.abs((found?.timestampMs ?? 0) - Date.now())).toBeLessThan(60_000)
  }

  const ledger = await ledgerOf(bed.cluster, letters)
  expect(
    ledger.map(({ partition, offset, replay, count, target }) => ({
      partition,
      offset,
      replay,
      count,
      target,
    })),
  ).toEqual(
    expect.arrayContaining([
      {
        partition: 0,
        offset: 0n,
        replay: started.id,
        count: 2,
        target: { topic: origin, partition: 0, offset: 0n },
      },
    ]),
  )
  expect(ledger).toHaveLength(3)
  const page = await listReplayRecords(ctx, { cluster: CLUSTER, replay: started.id, limit: 100 })
  expect(page.items).toHaveLength(3)
  expect(page.items[0]).toMatchObject({
    outcome: 'replayed',
    target: { topic: origin, partition: 0, offset: '0' },
  })

  const again = await plan(ctx, { selection: { topic: letters, records } })
  expect(again).toMatchObject({ replayable: 0, refused: 3 })
  expect(again.refusals[0]).toMatchObject({
    reason: 'already-replayed',
    count: 3,
    samples: [{ params: { replay: started.id } }, {}, {}],
  })
  expect(await failure(run(ctx, { selection: { topic: letters, records } }))).toMatchObject({
    code: 'REPLAY_REFUSED',
    fields: [{ code: 'already-replayed', params: { refused: 3, replay: started.id } }],
  })
  expect(await failure(run(ctx, { planId: again.planId }))).toMatchObject({ code: 'REPLAY_REFUSED' })
  const audit = await listAudit(ctx, { limit: 50 })
  const runs = audit.items.filter(row => row.action === 'replay.run')
  expect(runs.map(row => row.outcome)).toEqual(['succeeded'])
  // Whoever looks for the topic that was written into finds it too.
  const into = await listAudit(ctx, { topic: origin, limit: 50 })
  expect(into.items.map(row => row.id)).toEqual([runs[0]?.id])
})

test('replayed again on purpose: with a reason, once more, counted', async () => {
  const { origin, letters, refs } = await makeLetters(bed.cluster, 2)
  const ctx = bed.context()
  const selection = { topic: letters, records: refs }
  const first = await run(ctx, { selection })
  await untilState(ctx, first.id, ['completed'])
  expect(await failure(run(ctx, { selection, again: true }))).toMatchObject({ code: 'INPUT_INVALID' })
  for (const count of [2, 3]) {
    const more = await run(ctx, { selection, again: true, reason: 'the consumer lost them' })
    expect(await untilState(ctx, more.id, ['completed', 'stopped'])).toMatchObject({
      state: 'completed',
      replayed: 2,
    })
    const ledger = await ledgerOf(bed.cluster, letters)
    expect(Math.max(...ledger.map(entry => entry.count))).toBe(count)
  }
  expect(await readCommitted(bed.cluster, origin)).toHaveLength(6)
  const fourth = await plan(ctx, { selection, again: true, reason: 'and again' })
  expect(fourth.refusals).toMatchObject([
    { reason: 'loop-limit', count: 2, samples: [{ params: { count: 3, max: 3 } }, {}] },
  ])
})

test('two replays of the same records at the same time: each record once', async () => {
  const { origin, letters, refs } = await makeLetters(bed.cluster, 600, 3)
  const ctx = bed.context()
  const plans = await Promise.all(
    [0, 1].map(() => plan(ctx, { selection: { topic: letters, records: refs } })),
  )
  const started = await Promise.all(plans.map(one => run(ctx, { planId: one.planId })))
  const ended = await Promise.all(
    started.map(one => untilState(ctx, one.id, ['completed', 'partial', 'failed', 'stopped'])),
  )
  expect(ended.map(one => one.state)).toEqual(['completed', 'completed'])
  expect(valuesOf(await readCommitted(bed.cluster, origin))).toEqual(range(600))
  expect(ended.reduce((sum, one) => sum + one.replayed, 0)).toBe(600)
  expect(ended.reduce((sum, one) => sum + one.refused, 0)).toBe(600)
  expect(await ledgerOf(bed.cluster, letters)).toHaveLength(600)
})

describe('pause, resume, cancel', () => {
  test('a throttled replay is paused after its transaction, goes on, and is cancelled for good', async () => {
    const { origin, letters, refs } = await makeLetters(bed.cluster, 60)
    const ctx = bed.context()
    const { id } = await run(ctx, { selection: { topic: letters, records: refs }, ratePerSecond: 10 })
    const at = { cluster: CLUSTER, replay: id }
    await expect.poll(async () => (await readCommitted(bed.cluster, origin)).length).toBeGreaterThan(0)
    const paused = await pauseReplay(ctx, at)
    expect(paused.state).toBe('paused')
    const before = (await readCommitted(bed.cluster, origin)).length
    expect(before).toBe(paused.replayed)
    expect(before).toBeLessThan(60)
    expect(await pauseReplay(ctx, at)).toMatchObject({ state: 'paused' })
    expect((await resumeReplay(ctx, at)).state).toBe('running')
    await expect.poll(async () => (await readCommitted(bed.cluster, origin)).length).toBeGreaterThan(before)
    const cancelled = await cancelReplay(ctx, at)
    const after = await untilState(ctx, id, ['cancelled'])
    expect(cancelled.state).toBe('cancelled')
    expect(after).toMatchObject({ remaining: 0, failed: 0, unknown: 0 })
    expect(after.replayed + after.cancelled).toBe(60)
    expect(valuesOf(await readCommitted(bed.cluster, origin))).toEqual(range(after.replayed))
    expect(await failure(resumeReplay(ctx, at))).toMatchObject({
      code: 'STATE_CONFLICT',
      params: { state: 'cancelled' },
    })
  })

  test('a stream tells of progress and ends with the replay', async () => {
    const { letters, refs } = await makeLetters(bed.cluster, 30)
    const ctx = bed.context()
    const { id } = await run(ctx, { selection: { topic: letters, records: refs }, ratePerSecond: 20 })
    const events: string[] = []
    let last = 0
    for await (const { event, data } of streamReplay(ctx, { cluster: CLUSTER, replay: id })) {
      events.push(event)
      if (event === 'replay') last = data.replayed
      else expect(data).toEqual({ state: 'completed' })
    }
    expect(events.at(-1)).toBe('done')
    expect(events.length).toBeGreaterThan(2)
    expect(last).toBe(30)
  })
})

test('a plan ends after thirty minutes', async () => {
  const { origin, letters, refs } = await makeLetters(bed.cluster, 1)
  const ctx = bed.context()
  const planned = await plan(ctx, { selection: { topic: letters, records: refs } })
  bed.clock.offsetMs = 30 * 60_000 + 1
  try {
    expect(await failure(run(ctx, { planId: planned.planId }))).toMatchObject({ code: 'PLAN_EXPIRED' })
  } finally {
    bed.clock.offsetMs = 0
  }
  expect(await failure(run(ctx, { planId: 'p-none' }))).toMatchObject({ code: 'PLAN_UNKNOWN' })
  expect(await readCommitted(bed.cluster, origin)).toEqual([])
  expect(await run(ctx, { planId: planned.planId })).toMatchObject({ selected: 1 })
})

test('a plan runs as it was answered: what is said beside its id, a dry run above all, is refused and writes nothing', async () => {
  const { origin, letters, refs } = await makeLetters(bed.cluster, 1)
  const ctx = bed.context()
  const { planId } = await plan(ctx, { selection: { topic: letters, records: refs } })
  const beside: CreateInput[] = [
    { dryRun: true },
    { selection: { topic: letters, records: refs } },
    { target: { kind: 'topic', topic: origin } },
    { ratePerSecond: 1 },
    { again: true, reason: 'once more' },
  ]
  for (const said of beside)
    expect(await failure(run(ctx, { planId, ...said })), JSON.stringify(said)).toMatchObject({
      code: 'INPUT_INVALID',
      fields: [{ path: Object.keys(said)[0], code: 'planned' }],
    })
  expect((await listReplays(ctx, { cluster: CLUSTER, limit: 5 })).items[0]?.sourceTopic).not.toBe(letters)
  expect(await readCommitted(bed.cluster, origin)).toEqual([])
  expect(await run(ctx, { planId, reason: 'why' })).toMatchObject({ selected: 1, reason: 'why' })
})

test('who may: plan but not run, run but not to that target, not on a read-only cluster', async () => {
  const { origin, letters, refs } = await makeLetters(bed.cluster, 1)
  const selection = { topic: letters, records: refs }
  const developer = bed.context({ roles: ['developer'] })
  const planned = await plan(developer, { selection })
  expect(planned).toMatchObject({ replayable: 1 })
  expect(await failure(run(developer, { planId: planned.planId }))).toMatchObject({ code: 'DENIED' })
  expect(await failure(run(developer, { selection }))).toMatchObject({ code: 'DENIED' })
  expect(await failure(plan(bed.context({ roles: ['viewer'] }), { selection }))).toMatchObject({
    code: 'DENIED',
  })
  // The target is named by a header: whoever may replay from here may not for that write there.
  const limited = bed.context({ grants: [{ role: 'operator', topics: [letters] }] })
  expect((await plan(limited, { selection })).refusals).toMatchObject([
    { reason: 'target-denied', samples: [{ params: { target: origin } }] },
  ])
  expect(await failure(run(limited, { planId: planned.planId }))).toMatchObject({ code: 'DENIED' })
  expect(
    await failure(pauseReplay(bed.context({ roles: ['viewer'] }), { cluster: CLUSTER, replay: 'r-none' })),
  ).toMatchObject({ code: 'DENIED' })
  const readOnly = await makeBed(kafkaBootstrap(), { config: { readOnly: true } })
  try {
    const ctx = readOnly.context()
    const dry = await plan(ctx, { selection })
    expect(dry).toMatchObject({ replayable: 1 })
    expect(await failure(run(ctx, { planId: dry.planId }))).toMatchObject({ code: 'CLUSTER_READ_ONLY' })
  } finally {
    await readOnly.close()
  }
  expect(await readCommitted(bed.cluster, origin)).toEqual([])
})

test('running replays come first, then the newest, only those one may see', async () => {
  const { letters, refs } = await makeLetters(bed.cluster, 40)
  const ctx = bed.context()
  const [one, two] = [refs.slice(0, 30), refs.slice(30)]
  const slow = await run(ctx, { selection: { topic: letters, records: one }, ratePerSecond: 1 })
  const quick = await run(ctx, { selection: { topic: letters, records: two } })
  const page = await listReplays(ctx, { cluster: CLUSTER, limit: 5 })
  expect(page.items.filter(item => item.sourceTopic === letters)[0]?.state).toBe('running')
  await cancelReplay(ctx, { cluster: CLUSTER, replay: slow.id })
  await untilState(ctx, quick.id, ['completed'])
  const stranger = bed.context({ grants: [{ role: 'viewer', topics: ['other-*'] }] })
  expect((await listReplays(stranger, { cluster: CLUSTER, limit: 5 })).items).toEqual([])
})

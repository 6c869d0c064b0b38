import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AppError } from '@/lib/errors'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import type { Place, PlaceFilter } from '@/server/dead-letters/service'
import type { OutgoingRecord } from '@/server/kafka/port'
import { commitOffset } from '@/server/kafka/testing'
import {
  type Bed,
  header,
  int64,
  makeBed,
  makeLetters,
  makeTopic,
  namedIndex,
  plan,
  readCommitted,
  run,
  springHeaders,
  untilState,
  writeAll,
} from './testing'

let bed: Bed
let indexed: (filter: PlaceFilter) => Place[] = () => []
let complete = true
beforeAll(async () => {
  const deadLetters = namedIndex({ places: filter => indexed(filter), complete: () => complete })
  bed = await makeBed(kafkaBootstrap(), { deadLetters })
})
afterAll(() => bed?.close())

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fine',
    (error: AppError) => error.code,
  )
const fieldOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fine',
    (error: AppError) => error.fields?.[0]?.path ?? error.code,
  )
const refs = (count: number) => Array.from({ length: count }, (_, n) => ({ partition: 0, offset: `${n}` }))
const letter = (over: Partial<OutgoingRecord>): OutgoingRecord => ({
  partition: 0,
  key: Buffer.from('k'),
  value: Buffer.from('v'),
  headers: [],
  timestampMs: Date.now(),
  ...over,
})
const share = (topic: string, offset: bigint) => [
  header('__dlq.errors.topic', topic),
  header('__dlq.errors.partition', '0'),
  header('__dlq.errors.offset', `${offset}`),
  header('__dlq.errors.group', 'workers'),
]

test('every refusal that a real cluster brings, beside one that goes', async () => {
  const origin = await makeTopic(bed.cluster, uniqueName('order.a.b'), 1, {
    'max.message.bytes': '1000',
    'message.timestamp.before.max.ms': '3600000',
  })
  const letters = await makeTopic(bed.cluster, uniqueName('parking'))
  const dayAgo = Date.now() - 86_400_000
  await writeAll(bed.cluster, origin, [letter({ key: Buffer.from('pk'), value: Buffer.from('pv') })])
  await writeAll(bed.cluster, letters, [
    letter({ headers: springHeaders(origin, 0, 1n) }),
    letter({ headers: springHeaders(uniqueName('gone'), 0, 1n) }),
    letter({ headers: springHeaders(`${origin}-dlt`, 0, 1n) }),
    letter({}),
    letter({ headers: springHeaders(origin, 0, 5n), value: Buffer.alloc(2000) }),
    letter({ headers: springHeaders(origin, 0, 1n) }),
    letter({ headers: [...springHeaders(origin, 0, 6n), header('x-replay-count', '3')] }),
    letter({ headers: springHeaders(origin, 0, 7n), timestampMs: dayAgo }),
    letter({ headers: springHeaders('__consumer_offsets', 0, 8n) }),
    letter({ key: null, value: null, headers: share(origin, 0n) }),
    letter({ key: null, value: null, headers: share(origin, 77n) }),
  ])
  const ctx = bed.context()
  const input = { selection: { topic: letters, records: refs(13) }, timestamp: 'keep' as const }
  const { planId, ...planned } = await plan(ctx, input)
  expect(planned).toMatchObject({ selected: 13, replayable: 2, refused: 11 })
  const reasons = Object.fromEntries(
    planned.refusals.map(one => [one.reason, one.samples.map(sample => Number(sample.offset))]),
  )
  expect(reasons).toEqual({
    'target-missing': [1],
    'target-is-dead-letter': [2],
    'origin-unknown': [3],
    'too-large': [4],
    'duplicate-origin': [5],
    'loop-limit': [6],
    'timestamp-rejected': [7],
    'target-denied': [8],
    'pointer-expired': [10],
    'record-expired': [11, 12],
  })
  // The pointer's record comes from where it points.
  const { id } = await run(ctx, { planId })
  expect(await untilState(ctx, id, ['completed', 'partial', 'stopped'])).toMatchObject({
    state: 'completed',
    replayed: 2,
    refused: 11,
  })
  const arrived = await readCommitted(bed.cluster, origin)
  expect(arrived.slice(1).map(one => [one.key?.toString(), one.value?.toString()])).toEqual([
    ['k', 'v'],
    ['pk', 'pv'],
  ])
})

test('what a plan shows of its records is of those that go, wherever they stand', async () => {
  const origin = await makeTopic(bed.cluster, uniqueName('order.shown.last'))
  const letters = await makeTopic(bed.cluster, `${origin}-dlt`)
  const value = Buffer.from('{"amount":"1,000"}')
  const gone = Array.from({ length: 25 }, () =>
    letter({ value, headers: springHeaders(uniqueName('gone'), 0, 1n) }),
  )
  const last = [25n, 26n].map(offset => letter({ value, headers: springHeaders(origin, 0, offset) }))
  await writeAll(bed.cluster, letters, [...gone, ...last])
  const edit = { fields: [{ op: 'set' as const, path: 'amount', value: 1000 }] }
  const planned = await plan(bed.context(), { selection: { topic: letters, records: refs(27) }, edit })
  expect(planned).toMatchObject({ replayable: 2, refused: 25, edits: { changed: 2, unchanged: 0 } })
  // Told of those that go alone.
  const change = { field: 'amount', before: 'text', after: 'number', records: 2 }
  expect(planned.warnings).toContainEqual({ code: 'edit-changes-kind', params: change })
  const shown = ['25', '26'].map(offset => ({ partition: 0, offset }))
  expect(planned.edits?.samples.map(({ record }) => record)).toEqual(shown)
  expect(planned.headerDiffs.map(({ record }) => record)).toEqual(shown)
  const none = await plan(bed.context(), { selection: { topic: letters, records: refs(25) }, edit })
  expect(none).toMatchObject({ replayable: 0, edits: { changed: 0, samples: [] }, headerDiffs: [] })
})

test('an explicit target takes what has no origin; one partition fewer is said', async () => {
  const { letters } = await makeLetters(bed.cluster, 6, 3)
  const target = await makeTopic(bed.cluster, uniqueName('order.repair.retry'), 1, {
    'cleanup.policy': 'compact',
  })
  const records = [0, 1, 2].map(partition => ({ partition, offset: '0' }))
  const planned = await plan(bed.context(), {
    selection: { topic: letters, records },
    target: { kind: 'topic', topic: target },
  })
  expect(planned.targets).toEqual([
    { topic: target, records: 3, partitions: [{ partition: 0, records: 3 }], compacted: true },
  ])
  expect(planned.warnings).toEqual([
    { code: 'compacted-target', params: { topic: target } },
    { code: 'partition-changed', params: { records: 2 } },
  ])
  expect(planned.ledger.state).toMatch(/^(ready|will-be-created)$/)
  expect(
    await codeOf(plan(bed.context(), { selection: { topic: letters, records }, target: { kind: 'topic' } })),
  ).toBe('INPUT_INVALID')
})

test('the groups that will process again, the failing one first, and the difference of headers', async () => {
  const { origin, letters, refs: all } = await makeLetters(bed.cluster, 8)
  for (const group of ['billing', 'group'])
    await commitOffset(kafkaBootstrap(), `${origin}-${group}`, origin, 0, 0n)
  const planned = await plan(bed.context(), { selection: { topic: letters, records: all } })
  expect(
    planned.affectedGroups.map(({ group, failing, lag, topic }) => ({ group, failing, lag, topic })),
  ).toEqual([
    { group: `${origin}-group`, failing: true, lag: '0', topic: origin },
    { group: `${origin}-billing`, failing: false, lag: '0', topic: origin },
  ])
  expect(planned.headerDiffs).toHaveLength(5)
  const names = planned.headerDiffs[0]?.headers.map(one => `${one.role} ${one.name}`)
  expect(names).toContain('strip kafka_dlt-original-offset')
  expect(names).toContain('keep traceparent')
  expect(names).toContain('add x-replay-id')
  expect(Number(planned.bytes)).toBeGreaterThan(8 * 4)
})

describe('selections', () => {
  test('by fingerprint, time and text: what the index answers, asked in its own words', async () => {
    const { letters } = await makeLetters(bed.cluster, 6)
    const asked: PlaceFilter[] = []
    const places = (count: number): Place[] =>
      Array.from({ length: count }, (_, n) => ({ partition: 0, offset: BigInt(n) }))
    indexed = filter => {
      asked.push(filter)
      return places(4)
    }
    complete = false
    const ctx = bed.context()
    const whole = await plan(ctx, { selection: { topic: letters, fingerprint: 'v1:x' } })
    expect(whole).toMatchObject({ selected: 4, warnings: [{ code: 'index-incomplete', params: {} }] })
    complete = true
    const selection = { topic: letters, from: '2026-11-18T00:00:00Z', until: 'offset:9', contains: 'card' }
    const some = await plan(ctx, { selection: { ...selection, partitions: [0] } })
    expect(some).toMatchObject({ selected: 4, warnings: [] })
    expect(asked).toMatchObject([
      { topic: letters, fingerprint: 'v1:x', from: null, until: null, done: false },
      {
        topic: letters,
        partitions: [0],
        from: { kind: 'time', atMs: Date.parse(selection.from) },
        until: { kind: 'offset', offset: 9n },
        contains: 'card',
      },
    ])
    const bad = plan(ctx, { selection: { topic: letters, from: 'yesterday' } })
    expect(await codeOf(bad)).toBe('INPUT_INVALID')
    indexed = () => places(200_001)
    expect(await codeOf(plan(ctx, { selection: { topic: letters } }))).toBe('SELECTION_TOO_LARGE')
    // Nothing is left to do: what is done is named, so that the plan can say why nothing goes.
    indexed = ({ done }) => (done ? places(3) : [])
    expect(await plan(ctx, { selection: { topic: letters } })).toMatchObject({ selected: 3 })
    indexed = () => []
    expect(await codeOf(plan(ctx, { selection: { topic: letters } }))).toBe('SELECTION_EMPTY')
  })

  test('hostile and mistaken ones', async () => {
    const { letters, refs: all } = await makeLetters(bed.cluster, 2)
    const ctx = bed.context()
    const select = (selection: { topic: string; records?: { partition: number; offset: string }[] }) =>
      codeOf(plan(ctx, { selection }))
    expect(await select({ topic: uniqueName('missing'), records: all })).toBe('TOPIC_UNKNOWN')
    expect(await select({ topic: letters, records: [{ partition: 9, offset: '0' }] })).toBe(
      'PARTITION_UNKNOWN',
    )
    expect(await select({ topic: '__milena_replays', records: all })).toMatch(/TARGET_INVALID|TOPIC_UNKNOWN/)
    expect(await codeOf(plan(ctx, {}))).toBe('INPUT_INVALID')
    const twice = await plan(ctx, { selection: { topic: letters, records: [...all, ...all] } })
    expect(twice.selected).toBe(2)
    const far = { partition: 0, offset: '9223372036854775807' }
    const beyond = await plan(ctx, { selection: { topic: letters, records: [far] } })
    expect(beyond.refusals).toMatchObject([{ reason: 'record-expired', count: 1 }])
    const wrapped = { partition: 0, offset: '9223372036854775808' }
    expect(await select({ topic: letters, records: [wrapped] })).toBe('INPUT_INVALID')
    // What would be read past, or can't hold anything, is a slip: said with its field.
    const at = (selection: object) => fieldOf(plan(ctx, { selection: { topic: letters, ...selection } }))
    expect(await at({ records: all, from: 'oldest' })).toBe('selection.from')
    expect(await at({ records: all, contains: 'x' })).toBe('selection.contains')
    expect(await at({ records: all, partitions: [0] })).toBe('selection.partitions')
    expect(await at({ from: 'offset:5', until: 'offset:5' })).toBe('selection.until')
    expect(await at({ from: '2026-11-18T00:00:00Z', until: '2026-11-17T23:59:59Z' })).toBe('selection.until')
    const itself = { kind: 'topic' as const, topic: letters }
    const copy = plan(ctx, { kind: 'copy', selection: { topic: letters }, target: itself })
    expect(await fieldOf(copy)).toBe('target.topic')
    const headers = [
      header('kafka_dlt-original-topic', Buffer.alloc(300, 0xff)),
      header('kafka_dlt-original-offset', int64(-5n)),
      ...Array.from({ length: 3000 }, (_, n) => header(`h${n}`, 'x')),
    ]
    const hostile = await makeTopic(bed.cluster, uniqueName('hostile'))
    await writeAll(bed.cluster, hostile, [letter({ headers })])
    const planned = await plan(ctx, { selection: { topic: hostile, records: refs(1) } })
    expect(planned.refusals).toMatchObject([{ reason: 'origin-unknown' }])
  })
})

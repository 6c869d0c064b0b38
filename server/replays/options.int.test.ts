import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '@/lib/errors'
import { kafkaBootstrap, uniqueName } from '@/scripts/services/in-test'
import { commitOffset } from '@/server/kafka/testing'
import { auditEvent } from '@/server/store/schema/index'
import { approveReplay } from './approve-replay'
import { cancelReplay } from './cancel-replay'
import { declineReplay } from './decline-replay'
import { getProgress } from './get-progress'
import { getReport } from './get-report'
import { resumeReplay } from './resume-replay'
import {
  type Bed,
  CLUSTER,
  expireBefore,
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

const FINAL = ['completed', 'partial', 'failed', 'stopped', 'cancelled'] as const
const codeOf = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return error instanceof AppError ? error.code : error
}
const auditOf = async (topic: string) => {
  const rows = await bed.store.db.select().from(auditEvent)
  return JSON.stringify(rows.filter(one => one.resource === `topic:${topic}`))
}

describe('edit and replay', () => {
  test('one rule for many: a field, a header; what it does not fit is refused; the rule stands in the audit log', async () => {
    const ctx = bed.context()
    const origin = await makeTopic(bed.cluster, uniqueName('order.edit.many'))
    const letters = await makeTopic(bed.cluster, `${origin}-dlt`)
    const values = ['{"id":90071992547409931,"amount":"12 000"}', 'no json', '{"amount":5}']
    await writeAll(
      bed.cluster,
      letters,
      values.map((value, n) => ({
        partition: 0,
        key: Buffer.from(`k${n}`),
        value: Buffer.from(value),
        headers: [...springHeaders(origin, 0, BigInt(n)), header('tenant', 'a')],
        timestampMs: Date.now(),
      })),
    )
    const edit = {
      fields: [{ op: 'set' as const, path: 'amount', value: 12000 }],
      headers: [{ op: 'set' as const, name: 'tenant', value: 'b' }],
    }
    const selection = { topic: letters, records: [0, 1, 2].map(n => ({ partition: 0, offset: `${n}` })) }
    const planned = await plan(ctx, { selection, edit })
    expect(planned).toMatchObject({ replayable: 2, refused: 1, edits: { changed: 2, unchanged: 0 } })
    expect(planned.refusals).toMatchObject([
      { reason: 'edit-failed', samples: [{ params: { problem: 'not-json' } }] },
    ])
    expect(planned.edits?.samples[0]?.value).toEqual({
      before: values[0],
      after: '{"id":90071992547409931,"amount":12000}',
    })
    const { id } = await run(ctx, { planId: planned.planId })
    expect(await untilState(ctx, id, FINAL)).toMatchObject({ state: 'completed', replayed: 2, edited: true })
    const arrived = await readCommitted(bed.cluster, origin)
    expect(arrived.map(one => one.value?.toString())).toEqual([
      '{"id":90071992547409931,"amount":12000}',
      '{"amount":12000}',
    ])
    for (const { headers } of arrived)
      expect(headers.filter(one => one.name.toString() === 'tenant').map(one => `${one.value}`)).toEqual([
        'b',
      ])
    expect(await auditOf(letters)).toContain('amount')
  })

  test('one record: its value as a whole, the original kept; never for many', async () => {
    const ctx = bed.context()
    const { origin, letters, refs } = await makeLetters(bed.cluster, 3)
    const edit = { value: { encoding: 'json' as const, data: '{"mended":true}' }, key: null }
    expect(await codeOf(plan(ctx, { selection: { topic: letters, records: refs }, edit }))).toBe(
      'INPUT_INVALID',
    )
    const { id } = await run(ctx, { selection: { topic: letters, records: refs.slice(1, 2) }, edit })
    await untilState(ctx, id, FINAL)
    const [arrived] = await readCommitted(bed.cluster, origin)
    expect(arrived?.key).toBeNull()
    expect(arrived?.value?.toString()).toBe('{"mended":true}')
    expect(await auditOf(letters)).toContain(Buffer.from('1').toString('base64'))
  })
})

describe('targets', () => {
  test('a retry topic is found by its name, the shortest delay first; none is a refusal', async () => {
    const ctx = bed.context()
    const { origin, letters, refs } = await makeLetters(bed.cluster, 2)
    const selection = { topic: letters, records: refs }
    const none = await plan(ctx, { selection, target: { kind: 'retry' } })
    expect(none.refusals).toMatchObject([{ reason: 'no-retry-topic', count: 2 }])
    await makeTopic(bed.cluster, `${origin}-retry-10000`)
    const retry = await makeTopic(bed.cluster, `${origin}-retry-2000`)
    await bed.cluster.metadata({ maxAgeMs: 0 })
    const { id } = await run(ctx, { selection, target: { kind: 'retry' } })
    expect(await untilState(ctx, id, FINAL)).toMatchObject({
      state: 'completed',
      targets: [{ topic: retry }],
    })
    expect(valuesOf(await readCommitted(bed.cluster, retry))).toEqual(['0', '1'])
  })

  test('another cluster: refused under exactly once, labelled and at least once where a person says so', async () => {
    const other = await makeBed(kafkaBootstrap(), { more: ['second'] })
    try {
      const ctx = other.context()
      const { letters, refs } = await makeLetters(other.cluster, 3)
      const elsewhere = await makeTopic(other.cluster, uniqueName('order.copy.elsewhere'))
      const input = {
        selection: { topic: letters, records: refs },
        target: { kind: 'topic' as const, topic: elsewhere, cluster: 'second' },
      }
      expect(await codeOf(plan(ctx, input))).toBe('LEDGER_UNAVAILABLE')
      const planned = await plan(ctx, { ...input, guarantee: 'at-least-once' })
      expect(planned).toMatchObject({ targetCluster: 'second', guarantee: 'at-least-once', replayable: 3 })
      expect(planned.warnings.map(one => one.code)).toContain('other-cluster')
      const { id } = await run(ctx, { planId: planned.planId })
      expect(await untilState(ctx, id, FINAL)).toMatchObject({ state: 'completed', targetCluster: 'second' })
      expect(valuesOf(await readCommitted(other.cluster, elsewhere))).toEqual(['0', '1', '2'])
      expect(await codeOf(plan(ctx, { ...input, target: { ...input.target, cluster: 'none' } }))).toBe(
        'CLUSTER_UNKNOWN',
      )
    } finally {
      await other.close()
    }
  })

  test('a copy keeps every byte, header and partition, may be made twice, and marks no letter', async () => {
    const ctx = bed.context()
    const { origin, letters, refs } = await makeLetters(bed.cluster, 6, 2)
    const copyTo = await makeTopic(bed.cluster, uniqueName('order.copy.backup'), 2)
    const input = {
      kind: 'copy' as const,
      selection: { topic: letters, from: 'offset:1' },
      target: { kind: 'topic' as const, topic: copyTo },
    }
    for (const times of [1, 2]) {
      const { id } = await run(ctx, input)
      expect(await untilState(ctx, id, FINAL)).toMatchObject({
        state: 'completed',
        replayed: 4,
        kind: 'copy',
      })
      expect(await readCommitted(bed.cluster, copyTo)).toHaveLength(times * 4)
    }
    const sources = (await readCommitted(bed.cluster, letters)).filter(one => one.offset > 0n)
    const plainOf = (one: (typeof sources)[number]) =>
      JSON.stringify([one.partition, one.key, one.value, one.headers])
    const copies = new Set((await readCommitted(bed.cluster, copyTo)).map(plainOf))
    expect(copies).toEqual(new Set(sources.map(plainOf)))
    expect(await ledgerOf(bed.cluster, letters)).toEqual([])
    const { id } = await run(ctx, { selection: { topic: letters, records: refs } })
    expect(await untilState(ctx, id, FINAL)).toMatchObject({ state: 'completed', replayed: 6 })
    expect(await readCommitted(bed.cluster, origin)).toHaveLength(6)
  })

  test('the value of the source record while it lives', async () => {
    const ctx = bed.context()
    const origin = await makeTopic(bed.cluster, uniqueName('order.source.values'))
    const letters = await makeTopic(bed.cluster, `${origin}-dlt`)
    const record = (value: string, headers: ReturnType<typeof header>[] = []) => ({
      partition: 0,
      key: Buffer.from('k'),
      value: Buffer.from(value),
      headers,
      timestampMs: Date.now(),
    })
    await writeAll(bed.cluster, origin, [record('{ "true": "bytes" }')])
    await writeAll(bed.cluster, letters, [
      record('{"true":"bytes"}', springHeaders(origin, 0, 0n)),
      record('gone', springHeaders(origin, 0, 900n)),
    ])
    const selection = { topic: letters, records: [0, 1].map(n => ({ partition: 0, offset: `${n}` })) }
    const planned = await plan(ctx, { selection, value: 'origin' })
    expect(planned.refusals).toMatchObject([{ reason: 'source-expired', count: 1 }])
    const { id } = await run(ctx, { planId: planned.planId })
    await untilState(ctx, id, FINAL)
    const arrived = await readCommitted(bed.cluster, origin)
    expect(arrived.at(-1)?.value?.toString()).toBe('{ "true": "bytes" }')
  })
})

describe('a second person', () => {
  test('waits, is not approved by who asked, runs when another does; or is declined', async () => {
    const ctx = bed.context()
    const another = bed.context({ actor: { kind: 'user', name: 'another', grants: [{ role: 'approver' }] } })
    const { letters, refs } = await makeLetters(bed.cluster, 4)
    const input = (n: number) => ({
      selection: { topic: letters, records: refs.slice(n, n + 1) },
      approval: true,
    })
    const first = await run(ctx, input(0))
    expect(first.state).toBe('awaiting-approval')
    const one = { cluster: CLUSTER, replay: first.id }
    expect(await codeOf(approveReplay(ctx, one))).toBe('DENIED')
    expect(await codeOf(resumeReplay(ctx, one))).toBe('STATE_CONFLICT')
    await approveReplay(another, one)
    expect(await untilState(ctx, first.id, FINAL)).toMatchObject({
      state: 'completed',
      approvedBy: 'another',
    })

    const second = await run(ctx, input(1))
    await declineReplay(another, { cluster: CLUSTER, replay: second.id, reason: 'not like this' })
    const declined = await untilState(ctx, second.id, FINAL)
    expect(declined).toMatchObject({
      state: 'cancelled',
      stateReason: 'DECLINED',
      cancelled: 1,
      remaining: 0,
    })
    const third = await run(ctx, input(2))
    await cancelReplay(ctx, { cluster: CLUSTER, replay: third.id })
    expect(await untilState(ctx, third.id, FINAL)).toMatchObject({ state: 'cancelled', cancelled: 1 })
  })
})

test('progress says how fast it goes and how long it may take yet, while it runs', async () => {
  const ctx = bed.context()
  const { letters, refs } = await makeLetters(bed.cluster, 200)
  const { id } = await run(ctx, { selection: { topic: letters, records: refs }, ratePerSecond: 5 })
  const progress = () => getProgress(ctx, { cluster: CLUSTER, replay: id })
  const seen = await progress()
  const pace = async () => Object.assign(seen, await progress()).recordsPerSecond ?? 0
  await expect.poll(pace, { timeout: 30_000 }).toBeGreaterThan(0)
  const left = ((seen.etaMs ?? 0) * (seen.recordsPerSecond ?? 0)) / 1000
  const { remaining } = await untilState(ctx, id, [], 0)
  expect(left).toBeGreaterThanOrEqual(remaining - 1)
  expect(left).toBeLessThanOrEqual(201)
  await cancelReplay(ctx, { cluster: CLUSTER, replay: id })
  await expect.poll(progress, { timeout: 30_000 }).toMatchObject({ recordsPerSecond: null, etaMs: null })
})

describe('a canary', () => {
  const canary = (waitSeconds: number) => ({ records: 2, waitSeconds })

  test('goes on when the group has passed it', async () => {
    const ctx = bed.context()
    const { origin, letters, refs } = await makeLetters(bed.cluster, 10)
    const selection = { topic: letters, records: refs }
    const { id } = await run(ctx, { selection, canary: canary(60) })
    await expect
      .poll(async () => (await untilState(ctx, id, [], 0)).canary?.state, { timeout: 10_000 })
      .toBe('waiting')
    expect(await untilState(ctx, id, [], 0)).toMatchObject({ state: 'running', replayed: 2, remaining: 8 })
    await commitOffset(kafkaBootstrap(), `${origin}-group`, origin, 0, 100n)
    expect(await untilState(ctx, id, FINAL)).toMatchObject({ state: 'completed', replayed: 10 })
    const { groups, returned } = await getProgress(ctx, { cluster: CLUSTER, replay: id })
    expect(groups).toMatchObject([{ group: `${origin}-group`, failing: true, passed: 10, waiting: 0 }])
    expect(returned).toMatchObject({ count: 0, complete: true })
  })

  test('stops when one of it comes back dead, and the replay knows which', async () => {
    const ctx = bed.context()
    const { origin, letters, refs } = await makeLetters(bed.cluster, 6)
    const { id } = await run(ctx, { selection: { topic: letters, records: refs }, canary: canary(60) })
    await expect
      .poll(async () => (await readCommitted(bed.cluster, origin)).length, { timeout: 10_000 })
      .toBe(2)
    const [died] = await readCommitted(bed.cluster, origin)
    if (!died) throw new Error('nothing arrived')
    const headers = [...died.headers, ...springHeaders(origin, 0, died.offset)]
    await writeAll(bed.cluster, letters, [
      { partition: 0, key: died.key, value: died.value, headers, timestampMs: Date.now() },
    ])
    const stopped = await untilState(ctx, id, FINAL)
    expect(stopped).toMatchObject({ state: 'stopped', stateReason: 'CANARY_DIED', replayed: 2, remaining: 4 })
    const progress = await getProgress(ctx, { cluster: CLUSTER, replay: id })
    expect(progress.returned.samples).toEqual([
      { topic: letters, partition: 0, offset: expect.any(String), source: `${letters}/0/0` },
    ])
    await resumeReplay(ctx, { cluster: CLUSTER, replay: id })
    expect(await untilState(ctx, id, FINAL)).toMatchObject({ state: 'completed', replayed: 6 })
  })

  test('waits for a person where it is told to', async () => {
    const ctx = bed.context()
    const { origin, letters, refs } = await makeLetters(bed.cluster, 6)
    const selection = { topic: letters, records: refs }
    const { id } = await run(ctx, { selection, canary: { ...canary(60), after: 'pause' } })
    await commitOffset(kafkaBootstrap(), `${origin}-group`, origin, 0, 100n)
    expect(await untilState(ctx, id, ['paused', ...FINAL])).toMatchObject({
      ...{ state: 'paused', stateReason: 'CANARY_PASSED', replayed: 2, remaining: 4 },
    })
    await resumeReplay(ctx, { cluster: CLUSTER, replay: id })
    expect(await untilState(ctx, id, FINAL)).toMatchObject({ state: 'completed', replayed: 6 })
  })

  test('stops when its time is over', async () => {
    const ctx = bed.context()
    const { letters, refs } = await makeLetters(bed.cluster, 4)
    const { id } = await run(ctx, { selection: { topic: letters, records: refs }, canary: canary(5) })
    expect(await untilState(ctx, id, FINAL)).toMatchObject({
      state: 'stopped',
      stateReason: 'CANARY_TIMED_OUT',
      replayed: 2,
    })
  })
})

describe('stop rules', () => {
  test('new letters of the same group', async () => {
    const ctx = bed.context()
    const { origin, letters, refs } = await makeLetters(bed.cluster, 300)
    const { id } = await run(ctx, {
      selection: { topic: letters, records: refs },
      recordsPerSecond: 30,
      stopWhen: { newLetters: 1 },
    })
    await expect.poll(async () => (await untilState(ctx, id, [], 0)).replayed).toBeGreaterThan(0)
    const headers = springHeaders(origin, 0, 5_000n)
    await writeAll(bed.cluster, letters, [
      { partition: 0, key: null, value: null, headers, timestampMs: Date.now() },
    ])
    const stopped = await untilState(ctx, id, FINAL)
    expect(stopped).toMatchObject({ state: 'stopped', stateReason: 'STOP_NEW_LETTERS' })
    expect(stopped.remaining).toBeGreaterThan(0)
    await cancelReplay(ctx, { cluster: CLUSTER, replay: id })
  })

  test('the lag of the group on the target', async () => {
    const ctx = bed.context()
    const { origin, letters, refs } = await makeLetters(bed.cluster, 300)
    await commitOffset(kafkaBootstrap(), `${origin}-group`, origin, 0, 0n)
    const { id } = await run(ctx, {
      selection: { topic: letters, records: refs },
      recordsPerSecond: 40,
      stopWhen: { targetLag: 20 },
    })
    expect(await untilState(ctx, id, FINAL)).toMatchObject({
      state: 'stopped',
      stateReason: 'STOP_TARGET_LAG',
    })
    await cancelReplay(ctx, { cluster: CLUSTER, replay: id })
  })

  test('failures: records that expired since the plan', async () => {
    const ctx = bed.context()
    const { letters, refs } = await makeLetters(bed.cluster, 60)
    const planned = await plan(ctx, {
      selection: { topic: letters, records: refs },
      stopWhen: { failures: 10 },
    })
    await expireBefore(kafkaBootstrap(), letters, '40')
    const { id } = await run(ctx, { planId: planned.planId })
    const stopped = await untilState(ctx, id, FINAL)
    expect(stopped).toMatchObject({ state: 'stopped', stateReason: 'STOP_FAILURES', failed: 40 })
    await resumeReplay(ctx, { cluster: CLUSTER, replay: id })
    const done = await untilState(ctx, id, ['partial', 'completed', 'failed'])
    expect(done).toMatchObject({ state: 'partial', failed: 40, replayed: 20, unknown: 0, remaining: 0 })
    const { bytes } = await getReport(ctx, { cluster: CLUSTER, replay: id, format: 'csv' })
    const lines = Buffer.from(bytes ?? [])
      .toString()
      .trim()
      .split('\r\n')
    expect(lines).toHaveLength(61)
    expect(lines[1]).toMatch(/,0,0,failed,RECORD_EXPIRED,/)
  })
})

test('a throttle in bytes holds back', async () => {
  const ctx = bed.context()
  const { letters, refs } = await makeLetters(bed.cluster, 100)
  // About 200 bytes a record with what a replay adds: some ten seconds.
  const { id } = await run(ctx, { selection: { topic: letters, records: refs }, bytesPerSecond: 2048 })
  await sleep(2_500)
  const { replayed, state } = await untilState(ctx, id, [], 0)
  expect(state).toBe('running')
  expect(replayed).toBeGreaterThan(0)
  expect(replayed).toBeLessThan(90)
  await cancelReplay(ctx, { cluster: CLUSTER, replay: id })
})

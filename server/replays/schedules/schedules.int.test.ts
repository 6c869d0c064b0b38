import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { replaySchedules } from '@/lib/contracts/replay-schedules'
import { replays as contract } from '@/lib/contracts/replays'
import type { Role } from '@/lib/permissions'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import type { PlaceFilter } from '@/server/dead-letters/service'
import { listReplays } from '../list-replays'
import {
  type Bed,
  CLUSTER,
  header,
  makeBed,
  makeLetters,
  namedIndex,
  readCommitted,
  untilState,
  valuesOf,
  writeAll,
} from '../testing'
import { createSchedule } from './create-schedule'
import { removeSchedule } from './delete-schedule'
import { listSchedules } from './list-schedules'
import { ReplayScheduler } from './replay-scheduler'
import { changeSchedule } from './schedule-store'
import { updateSchedule } from './update-schedule'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 })
type Issue = { fingerprint: string; topics: string[]; status: string; exceptionClass: string | null }

let bed: Bed
/** What the index would say; each test has its own. */
let issues: Issue[] = []
let open: { partition: number; offset: bigint }[] = []
const asked: PlaceFilter[] = []
beforeAll(async () => {
  const deadLetters = namedIndex({
    issues: ({ fingerprint }) =>
      issues.filter(one => fingerprint === undefined || one.fingerprint === fingerprint) as never,
    places: filter => {
      asked.push(filter)
      return open
    },
    // A letter that was replayed is no longer open.
    markReplayed: (_topic, letters) => {
      open = open.filter(one => !letters.some(r => r.partition === one.partition && r.offset === one.offset))
    },
  })
  bed = await makeBed(kafkaBootstrap(), { deadLetters })
})
afterAll(() => bed?.close())

const contextAs = (name: string, roles: Role[]) => bed.context({ actor: { name }, roles })
const add = (over: Record<string, unknown>, who = contextAs('kim', ['operator'])) =>
  createSchedule(
    who,
    replaySchedules.create.input.parse({ cluster: CLUSTER, name: 'again', enabled: true, ...over }),
  )
const find = async (id: string) =>
  (await listSchedules(bed.context(), { cluster: CLUSTER })).items.find(one => one.id === id)
const replaysOf = async (id: string) => {
  const page = await listReplays(bed.context(), contract.list.input.parse({ cluster: CLUSTER, limit: 1000 }))
  return page.items.filter(one => one.schedule === id)
}
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fine',
    (error: { code?: string }) => error.code,
  )

async function until<T>(check: () => Promise<T | null | undefined | false>): Promise<T> {
  const giveUpAt = performance.now() + 120_000
  for (;;) {
    const found = await check()
    if (found) return found
    if (performance.now() > giveUpAt)
      throw new Error(
        `not within two minutes: ${JSON.stringify(await listSchedules(bed.context(), { cluster: CLUSTER }))}`,
      )
    await sleep(50)
  }
}

/** Two replicas: one of them has the lease. */
function startSchedulers(grants: { role: Role }[]) {
  const made = ['one', 'two'].map(
    instance =>
      new ReplayScheduler({
        cluster: CLUSTER,
        instance,
        intervalMs: 50,
        contextOf: (actor, requestId) => {
          const ctx = bed.context()
          const user = { username: 'kim', name: 'Kim', passwordHash: '', grants }
          return { ...ctx, actor, requestId, config: { ...ctx.config, users: [user] } }
        },
      }),
  )
  for (const one of made) one.start()
  return { stop: () => Promise.all(made.map(one => one.stop())) }
}

describe('schedules', () => {
  test('a rule replays so many a minute, each letter so often, with the rights of whoever saved it', async () => {
    const { origin, letters, refs } = await makeLetters(bed.cluster, 4)
    // Where the letters came from: else what is replayed would stand there.
    const original = {
      partition: 0,
      key: null,
      value: Buffer.from('original'),
      headers: [],
      timestampMs: Date.now(),
    }
    await writeAll(
      bed.cluster,
      origin,
      Array.from({ length: 10 }, () => original),
    )
    // Replayed once already: one attempt is all that the rule allows.
    await writeAll(bed.cluster, letters, [
      {
        partition: 0,
        key: null,
        value: Buffer.from('99'),
        headers: [header('kafka_dlt-original-topic', origin), header('x-replay-count', '1')],
        timestampMs: Date.now() - 60_000,
      },
    ])
    const all = await readCommitted(bed.cluster, letters)
    expect(all).toHaveLength(refs.length + 1)
    open = [...all].reverse().map(({ partition, offset }) => ({ partition, offset }))
    issues = [{ fingerprint: 'v1:a', topics: [letters], status: 'new', exceptionClass: 'com.acme.Declined' }]
    const rule = await add({
      kind: 'rule',
      exceptionClass: 'com.acme.*',
      topics: [letters],
      perMinute: 3,
      delayMinutes: 1,
    })
    const schedulers = startSchedulers([{ role: 'operator' }])
    try {
      const first = await until(async () => (await replaysOf(rule.id))[0])
      expect(await untilState(bed.context(), first.id, ['completed'], 90_000)).toMatchObject({
        by: 'kim',
        schedule: rule.id,
        selected: 3,
        replayed: 2,
        refused: 1,
        reason: 'again',
      })
      expect(asked.at(-1)).toMatchObject({ done: false, until: { kind: 'time' }, from: { kind: 'time' } })
      await until(async () => (await find(rule.id))?.lastReplay === first.id)
      // Within the minute nothing more goes.
      expect(await replaysOf(rule.id)).toHaveLength(1)
      await changeSchedule(
        bed.store,
        { cluster: CLUSTER, id: rule.id },
        { lastRunMs: bed.clock.now() - 61_000 },
      )
      const second = await until(async () => (await replaysOf(rule.id)).find(one => one.id !== first.id))
      expect(await untilState(bed.context(), second.id, ['completed'], 90_000)).toMatchObject({
        replayed: 2,
        refused: 0,
      })
      const written = (await readCommitted(bed.cluster, origin)).filter(one => one.headers.length > 0)
      expect(valuesOf(written)).toEqual(['0', '1', '2', '3'])
      await removeSchedule(contextAs('kim', ['operator']), { cluster: CLUSTER, schedule: rule.id })
    } finally {
      await schedulers.stop()
    }
  })

  test('an issue at its time, once; then it is off', async () => {
    const { origin, letters } = await makeLetters(bed.cluster, 3)
    open = (await readCommitted(bed.cluster, letters)).map(({ partition, offset }) => ({ partition, offset }))
    issues = [{ fingerprint: 'v1:once', topics: [letters], status: 'new', exceptionClass: null }]
    const at = new Date(bed.clock.now() + 3_600_000).toISOString()
    const asOnce = { cluster: CLUSTER, name: 'again', enabled: true, kind: 'once', fingerprint: 'v1:once' }
    const once = await add({ ...asOnce, at })
    const schedulers = startSchedulers([{ role: 'operator' }])
    try {
      await sleep(200)
      expect(await replaysOf(once.id)).toEqual([])
      const past = new Date(bed.clock.now() - 1000).toISOString()
      await updateSchedule(
        contextAs('kim', ['operator']),
        replaySchedules.update.input.parse({ ...asOnce, schedule: once.id, at: past }),
      )
      const found = await until(async () => (await replaysOf(once.id))[0])
      await untilState(bed.context(), found.id, ['completed'], 90_000)
      expect(valuesOf(await readCommitted(bed.cluster, origin))).toEqual(['0', '1', '2'])
      await until(async () => (await find(once.id))?.enabled === false)
      expect(await find(once.id)).toMatchObject({ problem: null, lastReplay: found.id })
      const nothing = await add({ ...asOnce, fingerprint: 'v1:gone', at: past })
      await until(async () => (await find(nothing.id))?.enabled === false)
      expect(await find(nothing.id)).toMatchObject({ problem: 'SELECTION_EMPTY', lastReplay: null })
    } finally {
      await schedulers.stop()
    }
  })

  test('it switches itself off, and says why, when its person may not replay any more', async () => {
    const { letters } = await makeLetters(bed.cluster, 1)
    open = (await readCommitted(bed.cluster, letters)).map(({ partition, offset }) => ({ partition, offset }))
    issues = [{ fingerprint: 'v1:denied', topics: [letters], status: 'new', exceptionClass: 'E' }]
    const rule = await add({ kind: 'rule', exceptionClass: 'E', delayMinutes: 0 })
    const schedulers = startSchedulers([{ role: 'viewer' }])
    try {
      await until(async () => (await find(rule.id))?.enabled === false)
      expect(await find(rule.id)).toMatchObject({ problem: 'DENIED', lastReplay: null })
    } finally {
      await schedulers.stop()
    }
  })

  test('off by default; what its kind needs is asked for; who may not replay saves none', async () => {
    issues = []
    const ctx = contextAs('kim', ['operator'])
    const input = replaySchedules.create.input.parse({
      cluster: CLUSTER,
      name: 'x',
      kind: 'rule',
      exceptionClass: 'E',
    })
    const made = await createSchedule(ctx, input)
    expect(made).toMatchObject({ enabled: false, perMinute: 10, attempts: 1, by: 'kim' })
    expect(await codeOf(add({ kind: 'rule' }))).toBe('INPUT_INVALID')
    expect(await codeOf(add({ kind: 'once', fingerprint: 'v1:x' }))).toBe('INPUT_INVALID')
    // Switched on for yesterday, or for another time after it ran, it would replay at once.
    const yesterday = new Date(bed.clock.now() - 86_400_000).toISOString()
    const late = { kind: 'once', fingerprint: 'v1:x', at: yesterday }
    expect(await codeOf(add(late))).toBe('INPUT_INVALID')
    const off = await add({ ...late, enabled: false })
    const on = replaySchedules.update.input.parse({
      cluster: CLUSTER,
      name: 'x',
      ...late,
      enabled: true,
      schedule: off.id,
    })
    expect(await codeOf(updateSchedule(ctx, on))).toBe('INPUT_INVALID')
    expect(await codeOf(add({ kind: 'rule', exceptionClass: 'E' }, contextAs('lee', ['developer'])))).toBe(
      'DENIED',
    )
    const renamed = await updateSchedule(ctx, { ...input, schedule: made.id, name: 'y' })
    expect(renamed).toMatchObject({ name: 'y', enabled: false })
    issues = [{ fingerprint: 'v1:own', topics: ['own-dlt'], status: 'new', exceptionClass: null }]
    const limited = {
      ...contextAs('lim', ['operator']),
      actor: {
        kind: 'user' as const,
        name: 'lim',
        grants: [{ role: 'operator' as const, topics: ['own-*'] }],
      },
    }
    const taken = replaySchedules.create.input.parse({
      cluster: CLUSTER,
      name: 'z',
      kind: 'once',
      fingerprint: 'v1:own',
      at: new Date(bed.clock.now()).toISOString(),
    })
    expect(await codeOf(createSchedule(limited, taken))).toBe('fine')
    // The other one takes letters of every topic: who may not replay those does not put an end to it either.
    expect(await codeOf(updateSchedule(limited, { ...taken, schedule: made.id }))).toBe('DENIED')
    await removeSchedule(ctx, { cluster: CLUSTER, schedule: made.id })
    expect(await codeOf(updateSchedule(ctx, { ...input, schedule: made.id }))).toBe('SCHEDULE_UNKNOWN')
  })
})

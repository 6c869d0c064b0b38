import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshDatabaseUrl } from '@/scripts/services/in-test'
import { testStore } from '@/server/http/testing'
import { silentLogger } from '@/server/log'
import type { Store } from '@/server/store/types'
import { LagHistory, seriesKey } from './lag-history'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const T0 = Math.floor(Date.parse('2026-11-01T00:00:00Z') / DAY) * DAY
const key = seriesKey('orders-그룹', 'orders')

describe.each(['pglite', 'postgres'] as const)('lag history in %s', dialect => {
  let store: Store
  const open = () => new LagHistory({ store, cluster: 'c', log: silentLogger })
  beforeAll(async () => {
    store = await testStore(dialect === 'postgres' ? await freshDatabaseUrl() : null)
  }, 60_000)
  afterAll(() => store.close())

  it('keeps 10 s slots, rolls them up into minutes and hours, survives a restart, and leaves gaps', async () => {
    let history = open()
    for (let atMs = T0; atMs < T0 + 2 * HOUR; atMs += 10_000) {
      const minute = Math.floor((atMs - T0) / MINUTE)
      // Ten minutes in which nobody measured.
      if (minute < 30 || minute >= 40)
        history.record(key, atMs, minute * 10 + ((atMs / 10_000) % 6), minute * 1000)
      if ((atMs - T0) % MINUTE === 50_000) await history.flush()
    }
    await history.rollUp(T0 + 2 * HOUR + 5 * MINUTE)
    history = open()
    const minutes = await history.series(key, 60, T0, T0 + 2 * HOUR)
    expect(minutes).toHaveLength(110)
    expect(minutes[0]).toEqual({ slot: T0 / MINUTE, lag: 5, timeLagMs: 0 })
    expect(minutes.at(-1)).toEqual({ slot: T0 / MINUTE + 119, lag: 1195, timeLagMs: 119_000 })
    expect(minutes.some(p => p.slot === T0 / MINUTE + 35)).toBe(false)
    const fine = await history.series(key, 10, T0 + HOUR, T0 + HOUR + MINUTE)
    expect(fine.map(p => p.lag)).toEqual([600, 601, 602, 603, 604, 605])
    // The day is not over: hours come from minutes.
    expect((await history.series(key, 3600, T0, T0 + DAY)).map(p => p.lag)).toEqual([595, 1195])
    await history.rollUp(T0 + DAY + HOUR)
    expect((await history.series(key, 3600, T0, T0 + DAY)).map(p => p.lag)).toEqual([595, 1195])
    expect(await history.series(seriesKey('another'), 60, T0, T0 + DAY)).toEqual([])
  })

  it('what is pending is read too; of the same minute of two replicas the larger lag holds, whoever wrote first', async () => {
    const [one, two] = [open(), open()]
    const at = T0 + 3 * DAY
    one.record(key, at, 7, null)
    expect(await one.series(key, 10, at, at + MINUTE)).toEqual([
      { slot: at / 10_000, lag: 7, timeLagMs: null },
    ])
    two.record(key, at, 8, null)
    await two.flush()
    await one.flush()
    expect((await two.series(key, 10, at, at + MINUTE)).map(p => p.lag)).toEqual([8])
  })

  it('drops the oldest minutes, half of what is kept at a time, where it is too large; hours stay', async () => {
    const limited = (mostBytes?: number) =>
      new LagHistory({ store, cluster: 'large', log: silentLogger, ...(mostBytes && { mostBytes }) })
    const history = limited()
    for (let day = 0; day < 7; day++) {
      history.record(key, T0 + day * DAY, day, null)
      await history.flush()
      await history.rollUp(T0 + day * DAY + HOUR + 2 * MINUTE)
    }
    const nowMs = T0 + 6 * DAY + 2 * HOUR
    const lags = async (level: number) => (await history.series(key, level, T0, T0 + 7 * DAY)).map(p => p.lag)
    await history.prune(nowMs)
    expect(await lags(60)).toEqual([0, 1, 2, 3, 4, 5, 6])
    await limited((await history.bytes()) - 1).prune(nowMs)
    expect(await lags(60)).toEqual([3, 4, 5, 6])
    expect(await lags(3600)).toEqual([0, 1, 2, 3, 4, 5, 6])
    // What cannot be kept in so little ends all the same.
    await limited(1).prune(nowMs)
    expect(await lags(60)).toEqual([])
    expect(await lags(3600)).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('drops what is too old, markers too', async () => {
    const history = open()
    history.mark('g', { atMs: T0, kind: 'members', detail: { from: 1, to: 2 } })
    await expect
      .poll(() => history.markers('g', T0 - DAY, T0 + DAY))
      .toEqual([{ atMs: T0, kind: 'members', detail: { from: 1, to: 2 } }])
    await history.prune(T0 + 60 * DAY)
    expect((await history.series(key, 3600, T0, T0 + DAY)).map(p => p.lag)).toEqual([595, 1195])
    expect(await history.series(key, 60, T0, T0 + DAY)).toEqual([])
    await history.prune(T0 + 200 * DAY)
    expect(await history.bytes()).toBe(0)
    expect(await history.markers('g', T0 - DAY, T0 + DAY)).toEqual([])
  })
})

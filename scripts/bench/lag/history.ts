import { sql } from 'drizzle-orm'
import { LagHistory, seriesKey } from '@/server/groups/history/lag-history'
import { testStore } from '@/server/http/testing'
import { silentLogger } from '@/server/log'
import { type Series, timed } from '../measure.ts'
import { groupOf } from './world.ts'

const GROUPS = 2_000
const TOPICS = 2
const SLOT_MS = 10_000
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const T0 = Date.parse('2026-11-01T00:00:00Z')
const CHARTS = 30

export interface HistoryFigures {
  /** What the table, its indexes and its packed values take on disk. */
  mib: number
  chart: Series
}

/** Lag that a group might have: one in five is behind and moves, the others touch 0 and a little more. */
function lagAt(group: number, slot: number): number {
  const noise = (Math.imul(group * 31 + slot, 2_654_435_761) >>> 16) % 100
  if (group % 5 === 0) return 50_000 + Math.round(20_000 * Math.sin(slot / 500 + group)) + noise * 37
  return noise < 80 ? 0 : noise
}

/**
 * A day of 2,000 groups, each with its total and two topics, sampled every 10 s and written as the sampler
 * writes it; then charts of it.
 */
export async function measureHistory(): Promise<HistoryFigures> {
  const store = await testStore()
  try {
    const history = new LagHistory({ store, cluster: 'bench', log: silentLogger })
    for (let atMs = T0; atMs < T0 + DAY_MS; atMs += SLOT_MS) {
      const slot = (atMs - T0) / SLOT_MS
      for (let group = 0; group < GROUPS; group += 1) {
        const lag = lagAt(group, slot)
        const name = groupOf(group)
        history.record(seriesKey(name), atMs, lag, lag * 8)
        for (let topic = 0; topic < TOPICS; topic += 1)
          history.record(seriesKey(name, `bench.lag-service.topic-${topic}`), atMs, lag / TOPICS, lag * 8)
      }
      if ((atMs - T0) % MINUTE_MS === MINUTE_MS - SLOT_MS) await history.flush()
      if ((atMs - T0) % (DAY_MS / 24) === 5 * MINUTE_MS) {
        await history.rollUp(atMs)
        await history.prune(atMs)
      }
    }
    await history.rollUp(T0 + DAY_MS + 5 * MINUTE_MS)
    await history.prune(T0 + DAY_MS + 5 * MINUTE_MS)
    const samples: number[] = []
    for (let turn = 0; turn < CHARTS; turn += 1)
      samples.push(
        await timed(async () => {
          const points = await history.series(seriesKey(groupOf(turn * 61)), 60, T0, T0 + DAY_MS)
          if (points.length !== DAY_MS / MINUTE_MS) throw new Error(`${points.length} minutes of a day`)
        }),
      )
    const found = await store.db.execute(sql`select pg_total_relation_size('lag_block') as bytes`)
    const mib = Number(found.rows[0]?.bytes ?? Number.NaN) / 2 ** 20
    return { mib, chart: { name: 'chart of a day, by minute', rounds: [samples] } }
  } finally {
    await store.close()
  }
}

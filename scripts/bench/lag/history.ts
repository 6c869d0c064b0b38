import { sql } from 'drizzle-orm'
import type { GroupRow } from '@/lib/contracts/groups'
import { getLagHistory } from '@/server/groups/get-lag-history'
import { LagHistory, seriesKey } from '@/server/groups/history/lag-history'
import type { LagSampler } from '@/server/groups/service'
import { handle } from '@/server/http/handle'
import { installTestRuntime, testStore } from '@/server/http/testing'
import { createKafkaClusters } from '@/server/kafka'
import type { GroupDescription } from '@/server/kafka/port'
import { testConfig as clusterConfig } from '@/server/kafka/testing'
import { silentLogger } from '@/server/log'
import type { Services } from '@/server/services'
import type { Store } from '@/server/store/types'
import { type Series, timed } from '../measure.ts'
import { askedBy, OverHttp } from './over-http.ts'
import { groupOf, isBehind, PARTITIONS, TOPICS_OF_ONE } from './world.ts'

const GROUPS = 2_000
/** Of a group that is behind; of the others one has all of what little lag they have. */
const ROWS = TOPICS_OF_ONE * PARTITIONS
const SLOT_MS = 10_000
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const HOUR_MS = DAY_MS / 24
/** The last whole hours until now. */
const T0 = Math.floor((Date.now() - DAY_MS) / HOUR_MS) * HOUR_MS
const FINE_FROM = T0 + DAY_MS - 4 * HOUR_MS
/** Samples: a minute of them, where they are 10 s apart. */
const WRITTEN_TOGETHER = 6
const CHARTS = 30

export interface HistoryFigures {
  /** What the table, its indexes and its packed values take on disk. */
  mib: number
  chart: Series
}

/** Lag that a group might have: one in five is behind and moves, the others touch 0 and a little more. */
function lagAt(group: number, slot: number): number {
  const noise = (Math.imul(group * 31 + slot, 2_654_435_761) >>> 16) % 100
  if (isBehind(group)) return 50_000 + Math.round(20_000 * Math.sin(slot / 500 + group)) + noise * 37
  return noise < 80 ? 0 : noise
}

const topicOf = (topic: number) => `bench.lag-service.topic-${topic}`

/** The series that the sampler keeps of a group, and how much of its lag each has. */
function seriesOf(group: number): { key: string; share: number }[] {
  const name = groupOf(group)
  const topics = Array.from({ length: TOPICS_OF_ONE }, (_, topic) => ({
    key: seriesKey(name, topicOf(topic)),
    share: isBehind(group) ? 1 / TOPICS_OF_ONE : Number(topic === 0),
  }))
  const partitions = Array.from({ length: isBehind(group) ? ROWS : 1 }, (_, row) => ({
    key: seriesKey(name, topicOf(Math.floor(row / PARTITIONS)), row % PARTITIONS),
    // Not all alike, which would pack too well.
    share: isBehind(group) ? (0.5 + row / (ROWS - 1)) / ROWS : 1,
  }))
  return [{ key: seriesKey(name), share: 1 }, ...topics, ...partitions]
}

/**
 * A day of samples, written, rolled up and pruned as the sampler does it: every 10 s of the hours whose slots of
 * 10 s are kept; of those before, only minutes stay, and a sample a minute leaves the same in a tenth of the time.
 */
async function writeDay(history: LagHistory): Promise<void> {
  const groups = Array.from({ length: GROUPS }, (_, group) => seriesOf(group))
  for (let atMs = T0, stepMs = MINUTE_MS; atMs < T0 + DAY_MS; atMs += stepMs) {
    if (atMs >= FINE_FROM) stepMs = SLOT_MS
    const slot = (atMs - T0) / SLOT_MS
    for (const [group, series] of groups.entries()) {
      const lag = lagAt(group, slot)
      for (const { key, share } of series) history.record(key, atMs, lag * share, lag * 8)
    }
    const writtenMs = stepMs * WRITTEN_TOGETHER
    if ((atMs - T0) % writtenMs === writtenMs - stepMs) await history.flush()
    if ((atMs - T0) % HOUR_MS === 5 * MINUTE_MS) {
      await history.rollUp(atMs)
      await history.prune(atMs)
    }
  }
  await history.rollUp(T0 + DAY_MS + 5 * MINUTE_MS)
  await history.prune(T0 + DAY_MS + 5 * MINUTE_MS)
}

/** Charts of the day by the route and over a socket: of groups, of topics, of partitions. */
async function readCharts(store: Store, history: LagHistory): Promise<Series> {
  const sampler: Partial<LagSampler> = {
    history,
    ready: async () => undefined,
    find: async () => true,
    row: group => ({ group, topics: [topicOf(0)] }) as GroupRow,
    description: group => ({ group }) as GroupDescription,
  }
  // Charts come from the store: nobody is asked there.
  const clock = { now: () => Date.now() }
  const clusters = createKafkaClusters([clusterConfig('127.0.0.1:9092', { id: 'bench' })], { clock })
  installTestRuntime({
    config: askedBy(clusters.list()),
    clusters,
    store,
    services: { lag: { of: () => sampler } } as unknown as Partial<Services>,
  })
  const route = handle(getLagHistory)
  const http = await OverHttp.serve(() => route)
  const samples: number[] = []
  try {
    for (let turn = 0; turn < CHARTS; turn += 1) {
      const of = ['', `&topic=${topicOf(1)}`, `&topic=${topicOf(1)}&partition=7`][turn % 3]
      const path = `/clusters/bench/groups/${groupOf(turn * 60)}/lag/history?window=24h${of}`
      samples.push(
        await timed(async () => {
          const { points } = await (await http.ask(path)).json()
          const known = points.filter((point: { lag: number | null }) => point.lag !== null)
          if (known.length < points.length * 0.9)
            throw new Error(`${path}: ${known.length} of ${points.length}`)
        }),
      )
    }
  } finally {
    http.stop()
  }
  return { name: 'chart of a day, by minute', rounds: [samples] }
}

/**
 * A day of 2,000 groups, each with its total, two topics and the partitions that are behind, one in five groups
 * on all 24 of them; then charts of it.
 */
export async function measureHistory(): Promise<HistoryFigures> {
  const store = await testStore()
  try {
    const history = new LagHistory({ store, cluster: 'bench', log: silentLogger })
    await writeDay(history)
    const chart = await readCharts(store, history)
    const found = await store.db.execute(sql`select pg_total_relation_size('lag_block') as bytes`)
    return { mib: Number(found.rows[0]?.bytes ?? Number.NaN) / 2 ** 20, chart }
  } finally {
    await store.close()
  }
}

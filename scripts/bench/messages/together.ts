import { ask, CLUSTER } from '../bed.ts'
import { BIG_TOPIC } from '../load.ts'
import { type Figures, figure, quantile, residentMiB, type Series, timed } from '../measure.ts'
import { type MessagesBench, searchThrough } from './bench.ts'

const SEARCHES = 3
const LASTS_MS = 12_000
const PAUSE_MS = 40
const WARM_TURNS = 40
/** Every record is decoded and evaluated: nothing keeps a processor busier. */
const QUERY = `filter=${encodeURIComponent('value.amount < -1')}`

/** Three searches at once, and what other people notice of them. */
export async function measureTogether({ asked }: MessagesBench): Promise<Figures> {
  const others = [
    `${CLUSTER}/topics?limit=100`,
    `${CLUSTER}/groups?limit=100`,
    `${CLUSTER}/topics/${BIG_TOPIC}`,
    `${CLUSTER}/overview`,
    `${CLUSTER}/topics/${BIG_TOPIC}/messages?limit=50`,
  ]
  // What answering them takes is theirs, not the searches'.
  for (let turn = 0; turn < WARM_TURNS * others.length; turn += 1)
    await ask(asked, others[turn % others.length] ?? '')
  const { pid } = asked.milena
  const before = await residentMiB(pid)
  let most = before ?? 0
  let isOver = false
  const searching = Array.from({ length: SEARCHES }, async () => {
    while (!isOver) await searchThrough(asked, BIG_TOPIC, QUERY)
  })
  const series: Series = { name: 'Milena: other calls beside three searches', rounds: [[]] }
  const endsAtMs = performance.now() + LASTS_MS
  for (let turn = 0; performance.now() < endsAtMs; turn += 1) {
    series.rounds[0]?.push(await timed(() => ask(asked, others[turn % others.length] ?? '')))
    if (turn % 10 === 0) most = Math.max(most, (await residentMiB(pid)) ?? 0)
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
  }
  isOver = true
  await Promise.all(searching)
  return {
    series: [series],
    bars: [
      figure('other API calls beside three searches, p95', quantile(series.rounds.flat(), 0.95), 100, 'ms'),
      figure('memory growth by three searches', before === null ? null : most - before, 200, 'MiB'),
    ],
  }
}

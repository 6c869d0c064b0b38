import { BIG_TOPIC } from '../load.ts'
import { type Figures, figure, slopeOf } from '../measure.ts'
import { type Holdings, holdingsOf, type MessagesBench, searchThrough, streamOf } from './bench.ts'

/**
 * The rounds after the first tell whether something stays of each: caches and pools fill once. Memory goes up and
 * down by some 20 MiB from one round to the next, so two of them would tell nothing.
 */
const ROUNDS = 6
const SEARCHES = 200
const AT_ONCE = 20
/** Idle connections and threads are kept warm for less; what a thread held is collected when it ends. */
const AT_REST_MS = 30_000
/** Less than a tenth of a MiB for each search: what is left of a scan would be more. */
const GROWTH_MIB_MAX = 16
const QUERY = `filter=${encodeURIComponent('value.amount < -1')}`

/** Started and left: some at once, some waiting in line, some in the middle of their work. */
async function abandon({ asked }: MessagesBench, turn: number): Promise<void> {
  const leaving = new AbortController()
  const timer = setTimeout(() => leaving.abort(), (turn % 10) * 30)
  try {
    const answer = await streamOf(asked, BIG_TOPIC, QUERY, leaving.signal)
    await answer.text()
  } catch (error) {
    if (!leaving.signal.aborted) throw error
  } finally {
    clearTimeout(timer)
  }
}

/** What is held when nobody has searched for a while; null: it can't be told. */
async function holdingsAtRest(pid: number): Promise<Holdings | null> {
  await new Promise(resolve => setTimeout(resolve, AT_REST_MS))
  return holdingsOf(pid)
}

/**
 * What is still held after 200 searches were started and abandoned, and what each further 200 add: sockets
 * and threads are counted after every round, the worst round is told. Before and after, the server is at rest:
 * a warm thread with its memory on one side alone would be the whole difference.
 */
export async function measureAbandoned(bench: MessagesBench): Promise<Figures> {
  const { pid } = bench.asked.milena
  await searchThrough(bench.asked, BIG_TOPIC, QUERY)
  const before = await holdingsAtRest(pid)
  const rounds: (Holdings | null)[] = []
  for (let round = 0; round < ROUNDS; round++) {
    for (let turn = 0; turn < SEARCHES; turn += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => abandon(bench, turn + i)))
    rounds.push(await holdingsAtRest(pid))
  }
  const held = rounds.filter(one => one !== null)
  const [first] = held
  const isTold = before !== null && first !== undefined && held.length === ROUNDS
  const most = (of: 'sockets' | 'threads') =>
    isTold ? Math.max(...held.map(one => one[of] - before[of])) : null
  return {
    series: [],
    bars: [
      figure('sockets more after 200 abandoned searches', most('sockets'), 0, ''),
      figure('threads more after 200 abandoned searches', most('threads'), 0, ''),
      figure(
        'memory growth by 200 abandoned searches',
        isTold ? first.memoryMiB - before.memoryMiB : null,
        100,
        'MiB',
      ),
      figure(
        'memory growth by each 200 more',
        isTold ? slopeOf(held.map(one => one.memoryMiB)) : null,
        GROWTH_MIB_MAX,
        'MiB',
      ),
    ],
  }
}

import { BIG_TOPIC } from '../load.ts'
import { type Figures, figure } from '../measure.ts'
import { type Holdings, holdingsOf, type MessagesBench, searchThrough, streamOf } from './bench.ts'

const SEARCHES = 200
const AT_ONCE = 20
/** Idle connections and threads are kept warm for less. */
const BACK_WITHIN_MS = 60_000
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

/** What is still held after 200 searches were started and abandoned. */
export async function measureAbandoned(bench: MessagesBench): Promise<Figures> {
  const { pid } = bench.asked.milena
  await searchThrough(bench.asked, BIG_TOPIC, QUERY)
  const before = await holdingsOf(pid)
  for (let turn = 0; turn < SEARCHES; turn += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => abandon(bench, turn + i)))
  let after = await holdingsOf(pid)
  const isBack = (now: Holdings | null) =>
    now === null || before === null || (now.sockets <= before.sockets && now.threads <= before.threads)
  for (
    const endsAtMs = performance.now() + BACK_WITHIN_MS;
    !isBack(after) && performance.now() < endsAtMs;
  ) {
    await new Promise(resolve => setTimeout(resolve, 500))
    after = await holdingsOf(pid)
  }
  const more = (of: keyof Holdings) => (before === null || after === null ? null : after[of] - before[of])
  return {
    series: [],
    bars: [
      figure('sockets more after 200 abandoned searches', more('sockets'), 0, ''),
      figure('threads more after 200 abandoned searches', more('threads'), 0, ''),
      figure('memory growth by 200 abandoned searches', more('memoryMiB'), 100, 'MiB'),
    ],
  }
}

import { openSignedIn } from '../../lib/browser.ts'
import { longTasksOf, watchLongTasks } from '../../lib/long-tasks.ts'
import { watchThreadTimes } from '../../lib/task-times.ts'
import { until } from '../bed.ts'
import { type Figures, figure } from '../measure.ts'
import { cpuSecondsOf, letOthersFirst, type MessagesBench } from './bench.ts'
import { pourMinute, SECONDS } from './live-tail.ts'
import { TAIL_TOPIC } from './world.ts'

/**
 * The same minute looked at in a browser, without a filter: every message is a hit, far more than a page can
 * show. Processor time of the server in cores, and how long the page's main thread was taken by any one task: by the
 * clock, and by what it worked itself, since two processors are shared by all of this. The writer, the broker and
 * the server come after the browser, which is on a machine of its own elsewhere.
 */
export async function measureTailPage({
  asked,
  brokerPid,
  writer,
  password,
}: MessagesBench): Promise<Figures> {
  const { url, pid } = asked.milena
  const { browser, storageState } = await openSignedIn(url, 'admin', password)
  try {
    const context = await browser.newContext({ storageState, baseURL: url, locale: 'en-US' })
    const page = await context.newPage()
    const endOpening = await watchThreadTimes(browser)
    await page.goto(`/clusters/bench/topics/${TAIL_TOPIC}/messages?live=true`)
    const status = page.getByRole('status').filter({ hasText: 'arrived' })
    await until('the live view has begun', async () => /^Live/.test((await status.textContent()) ?? ''))
    const longestOpeningMs = await endOpening()
    letOthersFirst([process.pid, brokerPid, pid])
    const endThreadTimes = await watchThreadTimes(browser)
    await watchLongTasks(page)
    const before = cpuSecondsOf(pid)
    const { written, tookSeconds } = await pourMinute(writer)
    const after = cpuSecondsOf(pid)
    const longTasks = await longTasksOf(page)
    const longestOwnMs = await endThreadTimes()
    const told = (await status.textContent()) ?? ''
    const counted = countBefore(told, 'arrived') + countBefore(told, 'skipped')
    const cores = before === null || after === null ? null : (after - before) / tookSeconds
    return {
      series: [],
      bars: [
        figure('processor of the server, live tail in a page, cores', cores, 1, ''),
        figure('longest task while that page opens, its own work', longestOpeningMs, 100, 'ms'),
        figure('longest task of that page', Math.max(0, ...longTasks), 100, 'ms'),
        figure('longest task of that page, its own work', longestOwnMs, 100, 'ms'),
        figure('seconds for that minute', tookSeconds, SECONDS + 1, 's'),
        figure('share that the page had not counted at its end', 1 - counted / written, 0.05, ''),
      ],
    }
  } finally {
    await browser.close()
  }
}

function countBefore(text: string, word: string): number {
  return Number(new RegExp(`([\\d,]+) ${word}`).exec(text)?.[1]?.replaceAll(',', '') ?? 0)
}

import type { Browser } from '@playwright/test'

/** As Chromium's tracing tells it (the Trace Event Format): microseconds, `tdur` of the thread's own processor time. */
type TraceEvent = {
  ph: string
  name: string
  pid: number
  tid: number
  tdur?: number
  args?: { name?: string }
}

const MAIN_THREAD = 'CrRendererMain'

/**
 * From here on the longest task of a page's main thread is kept by the processor time that it took itself: a
 * thread that waits for a processor, which others have, does nothing meanwhile. The answer ends it and tells
 * milliseconds; null where the browser does not say.
 */
export async function watchThreadTimes(browser: Browser): Promise<() => Promise<number | null>> {
  const session = await browser.newBrowserCDPSession()
  const mains = new Set<string>()
  const longestByThread = new Map<string, number>()
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const { ph, name, pid, tid, tdur, args } of value as unknown as TraceEvent[]) {
      const thread = `${pid}/${tid}`
      if (ph === 'M' && name === 'thread_name' && args?.name === MAIN_THREAD) mains.add(thread)
      else if (ph === 'X' && name.endsWith('RunTask') && tdur !== undefined)
        longestByThread.set(thread, Math.max(tdur, longestByThread.get(thread) ?? 0))
    }
  })
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel'], excludedCategories: ['*'] },
  })
  return async () => {
    const complete = new Promise(resolve => session.once('Tracing.tracingComplete', resolve))
    await session.send('Tracing.end')
    await complete
    await session.detach()
    const times = [...mains].flatMap(thread => longestByThread.get(thread) ?? [])
    return times.length === 0 ? null : Math.max(...times) / 1000
  }
}

import type { Page } from '@playwright/test'

/** What is kept in the page while it is watched. */
type Watched = { longTasks: number[] }

/** From here on the page keeps how long its main thread was taken by any one task of 50 ms and more. */
export async function watchLongTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watched = globalThis as unknown as Watched
    watched.longTasks = []
    new PerformanceObserver(list => {
      watched.longTasks.push(...list.getEntries().map(entry => entry.duration))
    }).observe({ type: 'longtask' })
  })
}

/** Milliseconds of each such task since then. */
export function longTasksOf(page: Page): Promise<number[]> {
  return page.evaluate(() => (globalThis as unknown as Watched).longTasks)
}

import type { Page } from '@playwright/test'

/** What is kept in the page while it is watched. */
type Watched = { longTasks?: { found: number[]; observer: PerformanceObserver } }

/**
 * From here on the page keeps how long its main thread was taken by any one task of 50 ms and more; what it kept
 * before is forgotten.
 */
export async function watchLongTasks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watched = globalThis as unknown as Watched
    watched.longTasks?.observer.disconnect()
    const found: number[] = []
    const observer = new PerformanceObserver(list => {
      found.push(...list.getEntries().map(entry => entry.duration))
    })
    observer.observe({ type: 'longtask' })
    watched.longTasks = { found, observer }
  })
}

/** Milliseconds of each such task since then, those included that the observer was not told of yet. */
export function longTasksOf(page: Page): Promise<number[]> {
  return page.evaluate(() => {
    const { longTasks } = globalThis as unknown as Watched
    longTasks?.found.push(...longTasks.observer.takeRecords().map(entry => entry.duration))
    return longTasks?.found ?? []
  })
}

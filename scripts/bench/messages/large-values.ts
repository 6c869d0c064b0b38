import type { Page } from '@playwright/test'
import { writeBigRecords } from '../../../e2e/big-records.ts'
import { withOwnTopic } from '../../../e2e/own-topic.ts'
import { openSignedIn } from '../../lib/browser.ts'
import { longTasksOf, watchLongTasks } from '../../lib/long-tasks.ts'
import { until } from '../bed.ts'
import { type Bar, type Figures, figure } from '../measure.ts'
import type { MessagesBench } from './bench.ts'

const LIMIT_MS = 100

/** Each kind by its key: what it is, and what is seen of it at its end. */
const KINDS: readonly { key: string; name: string; end: string }[] = [
  { key: 'objects', name: 'ten megabytes of objects', end: '"SKU-59999"' },
  { key: 'array', name: 'a million elements', end: '999999' },
  { key: 'line', name: 'two megabytes of one line', end: 'xxxxxxxx' },
  { key: 'deep', name: 'ten thousand levels', end: ']' },
]

/**
 * The largest values in a browser, one after the other: opened beside the list, shown whole, scrolled to their
 * end. How long the page's main thread was taken by any one task meanwhile.
 */
export async function measureLargeValues({ asked, bootstrap, password }: MessagesBench): Promise<Figures> {
  const topic = await withOwnTopic(bootstrap, 'large-values', async own => {
    await writeBigRecords(own)
    return own.name
  })
  const { url } = asked.milena
  const { browser, storageState } = await openSignedIn(url, 'admin', password)
  try {
    const context = await browser.newContext({ storageState, baseURL: url, locale: 'en-US' })
    const page = await context.newPage()
    page.setDefaultTimeout(120_000)
    await page.goto(`/clusters/bench/topics/${topic}/messages`)
    const rowOf = (key: string) => page.getByRole('row').filter({ has: page.getByText(key, { exact: true }) })
    await rowOf('objects').waitFor()
    // What the page itself takes to begin is not meant here.
    await until('the page rests', async () => {
      await watchLongTasks(page)
      await page.waitForTimeout(1_000)
      return (await longTasksOf(page)).length === 0
    })
    const bars: Bar[] = []
    for (const { key, name, end } of KINDS)
      bars.push(
        await longestTask(page, name, async () => {
          await rowOf(key).click()
          const value = page.getByRole('region', { name: 'Value', exact: true })
          const whole = page.getByRole('button', { name: /^Show all/ })
          await value.or(whole).first().waitFor()
          if (await whole.isVisible()) await whole.click()
          await value.waitFor()
          await until(`the end of ${name} is seen`, async () => {
            await value.evaluate(element => element.scrollTo(0, element.scrollHeight))
            return (await value.getByText(end).count()) > 0
          })
        }),
      )
    bars.push(
      await longestTask(page, '5,000 headers', async () => {
        await rowOf('headers').click()
        await page.getByRole('tab', { name: /^Headers/ }).click()
        await page.getByText('header-0', { exact: true }).waitFor()
      }),
    )
    return { series: [], bars }
  } finally {
    await browser.close()
  }
}

async function longestTask(page: Page, name: string, run: () => Promise<void>): Promise<Bar> {
  await watchLongTasks(page)
  await run()
  return figure(
    `longest task of a page with ${name}`,
    Math.max(0, ...(await longTasksOf(page))),
    LIMIT_MS,
    'ms',
  )
}

import type { Page } from '@playwright/test'
import { longTasksOf, watchLongTasks } from '../../scripts/lib/long-tasks.ts'
import { writeBigRecords } from '../big-records.ts'
import { CLUSTER, containing, expect, rowsOf, test } from '../fixtures.ts'
import { withOwnTopic } from '../own-topic.ts'

/**
 * The same page's main thread doing what it must not: a list of a million elements turned into values, digit
 * for digit.
 */
function layOutOnMainThread(page: Page): Promise<number> {
  return page.evaluate(() => {
    const text = `[${Array.from({ length: 1_000_000 }, (_, i) => i).join(',')}]`
    const startedMs = performance.now()
    JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => context?.source ?? value)
    return performance.now() - startedMs
  })
}

test('ten megabytes, a million elements, 5,000 headers: everything is shown and the page goes on answering', async ({
  page,
  words,
  facts,
}) => {
  const topic = await withOwnTopic(facts.bootstrap, 'big-values', async own => {
    await writeBigRecords(own)
    return own.name
  })
  const rows = rowsOf(page, words('messages.list'))
  // Where a page's time was over before all five were read, it says so, and is asked once more.
  await expect(async () => {
    await page.goto(`${CLUSTER}/topics/${topic}/messages`)
    await expect(rows).toHaveCount(5, { timeout: 15_000 })
  }).toPass({ timeout: 60_000 })
  await watchLongTasks(page)

  const open = (key: string) => rows.filter({ has: page.getByText(key, { exact: true }) }).click()
  const value = page.getByRole('region', { name: words('messages.record.value'), exact: true })
  const whole = page.getByRole('button', { name: containing('Show all') })
  const toEnd = () => value.evaluate(element => element.scrollTo(0, element.scrollHeight))

  await test.step('ten megabytes of objects: laid out by a worker, every digit kept', async () => {
    await open('objects')
    await whole.click()
    await expect(value).toContainText('"id": 9007199254740993', { timeout: 30_000 })
    expect(page.workers().length).toBeGreaterThan(0)
    await toEnd()
    await expect(value).toContainText('"SKU-59999"')
  })
  await test.step('a million elements: the last one is a scroll away', async () => {
    await open('array')
    await whole.click()
    await expect(page.getByText(words('common.lines', { count: 1_000_002 }))).toBeVisible({ timeout: 30_000 })
    await toEnd()
    await expect(value).toContainText('999999')
  })
  await test.step('two megabytes of one line', async () => {
    await open('line')
    await whole.click()
    await expect(value).toContainText('one line')
  })
  await test.step('ten thousand lists, one in the other', async () => {
    await open('deep')
    await expect(page.getByText(words('common.lines', { count: 20_001 }))).toBeVisible({ timeout: 30_000 })
    await value.evaluate(element => element.scrollTo(0, element.scrollHeight / 2))
    await expect(value).toContainText('↳9999')
    await value.evaluate(element => element.scrollTo(0, 0))
    await value
      .getByRole('button', { name: words('common.fold') })
      .first()
      .click()
    await expect(value).toContainText(words('common.folded', { count: 1 }))
  })
  await test.step('5,000 headers', async () => {
    await open('headers')
    await page.getByRole('tab', { name: containing(words('messages.record.headers')) }).click()
    const headers = page.getByRole('tabpanel')
    await expect(headers.getByText('header-0', { exact: true })).toBeVisible()
    const last = headers.getByText('header-4999', { exact: true })
    await expect(async () => {
      await headers.locator('> div').evaluate(element => element.scrollTo(0, element.scrollHeight))
      await expect(last).toBeVisible({ timeout: 1_000 })
    }).toPass()
  })

  const longest = Math.max(0, ...(await longTasksOf(page)))
  const reference = await layOutOnMainThread(page)
  test.info().annotations.push({
    type: 'longest task, main-thread reference (ms)',
    description: `${longest}, ${reference}`,
  })
  // Both were measured in this page, on this machine: laying out one such value on its main thread takes
  // longer than any task of all this did.
  expect(longest).toBeLessThan(reference)
})

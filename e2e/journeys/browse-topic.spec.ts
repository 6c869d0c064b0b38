import type { Locator, Page } from '@playwright/test'
import { CLUSTER, containing, expect, rowsOf, test, title } from '../fixtures.ts'
import { withOwnTopic } from '../own-topic.ts'

const TOPIC = 'order.order-service.created'

const topicTab = (page: Page, name: string) =>
  page
    .getByRole('main')
    .getByRole('link', { name: containing(name) })
    .first()

/** The time in a row of messages, as shown: Korean time, the console's default zone. */
async function timeOf(row: Locator): Promise<number> {
  const shown = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}/.exec((await row.textContent()) ?? '')?.[0]
  return Date.parse(`${shown?.replace(' ', 'T')}+09:00`)
}

test('from the list to partitions, configs, and messages newest first', async ({ page, words, company }) => {
  const { orderId } = await company.order()
  await page.goto(CLUSTER)
  await page.getByRole('link', { name: words('shell.sections.topics'), exact: true }).click()
  await page.getByLabel(words('topics.filter')).fill('order-service.created')
  await expect(page).toHaveURL(/q=/)
  const found = rowsOf(page, words('topics.list'))
  await expect(found).toHaveCount(2)
  await found.first().getByRole('link').click()
  await expect(title(page)).toContainText(TOPIC)

  await test.step('partitions', async () => {
    await topicTab(page, words('topics.tab.partitions')).click()
    await expect(rowsOf(page, words('topics.partition.list'))).toHaveCount(12)
  })
  await test.step('configs', async () => {
    await topicTab(page, words('topics.tab.configs')).click()
    await page.getByLabel(words('topics.config.filter')).fill('retention.ms')
    await expect(page).toHaveURL(/=retention\.ms/)
    const row = rowsOf(page, words('topics.config.list')).filter({ hasText: 'retention.ms' }).first()
    await expect(row).toContainText('2592000000')
  })
  await test.step('the newest message is the first row, and opens beside the list', async () => {
    await topicTab(page, words('topics.tab.messages')).click()
    const rows = rowsOf(page, words('messages.list'))
    const ours = rows.filter({ hasText: orderId })
    await expect(ours).toBeVisible()
    expect(await timeOf(rows.first())).toBeGreaterThanOrEqual(await timeOf(rows.nth(1)))
    await ours.click()
    const drawer = page.getByLabel(/^Record \d+\/\d+$/)
    await expect(drawer).toContainText('OrderCreated')
    await page.keyboard.press('Escape')
    await expect(drawer).toHaveCount(0)
  })
})

test('an older page, and back to the newer one', async ({ page, words }) => {
  await page.goto(`${CLUSTER}/topics/${TOPIC}/messages`)
  const rows = rowsOf(page, words('messages.list'))
  await expect(rows.first()).toContainText('ORD-')
  const newest = await timeOf(rows.first())
  await page.getByRole('button', { name: words('common.nextPage') }).click()
  await expect(page).toHaveURL(/cursor=/)
  await expect.poll(() => timeOf(rows.first())).toBeLessThan(newest)
  await page.goBack()
  await expect.poll(() => timeOf(rows.first())).toBeGreaterThanOrEqual(newest)
})

test('seek by time', async ({ page, words }) => {
  const at = new Date(Date.now() - 36 * 3_600_000)
  await page.goto(`${CLUSTER}/topics/${TOPIC}/messages?from=time:${at.toISOString()}`)
  const rows = rowsOf(page, words('messages.list'))
  await expect(rows.first()).toContainText('ORD-')
  const seen = await timeOf(rows.first())
  expect(seen).toBeGreaterThanOrEqual(at.getTime())
  expect(seen).toBeLessThan(at.getTime() + 3_600_000)
  await test.step('in one partition, the one of number 0', async () => {
    await page.getByRole('button', { name: containing(words('messages.partitions')) }).click()
    await page.getByRole('checkbox', { name: '0', exact: true }).check()
    await page.getByRole('button', { name: containing(words('messages.apply')) }).click()
    await expect(page).toHaveURL(/[?&]p(artition)?=0(&|$)/)
  })
})

test('the link to a record shows the same in a new tab', async ({ page, context, words, company }) => {
  const { orderId, partition, offset } = await company.order()
  await page.goto(`${CLUSTER}/topics/${TOPIC}/messages`)
  await rowsOf(page, words('messages.list')).filter({ hasText: orderId }).click()
  await page.getByRole('button', { name: words('messages.record.open') }).click()
  await expect(page).toHaveURL(new RegExp(`/topics/${TOPIC}/${partition}/${offset}$`))
  const other = await context.newPage()
  await other.goto(page.url())
  for (const tab of [page, other]) {
    await expect(tab.getByRole('main')).toContainText(orderId)
    await expect(tab.getByRole('heading', { level: 1 })).toContainText(`P${partition}`)
  }
})

test('a tombstone is called one', async ({ page, words }) => {
  await page.goto(`${CLUSTER}/topics/user.user-service.profile/messages`)
  await expect(page.getByText(words('messages.tombstone')).first()).toBeVisible()
})

test('records of aborted and of open transactions are shown on request, each with its mark', async ({
  page,
  words,
  facts,
}) => {
  await withOwnTopic(facts.bootstrap, 'transactions', async own => {
    await (await own.begin({ value: 'called off' })).abort()
    await own.write({ value: 'plain' })
    const open = await own.begin({ value: 'under way' })
    await page.goto(`${CLUSTER}/topics/${own.name}/messages`)
    const rows = rowsOf(page, words('messages.list'))
    await expect(rows).toHaveText([/plain/])
    // What holds the end back is named.
    await expect(page.getByText(`${own.name}-1`)).toBeVisible()
    await page.getByRole('combobox', { name: words('messages.isolation.label') }).click()
    await page.getByRole('option', { name: containing(words('messages.isolation.read_uncommitted')) }).click()
    await expect(rows).toHaveText([
      containing(`${words('messages.undecided')}under way`),
      /plain/,
      containing(`${words('messages.aborted')}called off`),
    ])
    await expect(rows.filter({ hasText: 'plain' })).not.toContainText(words('messages.aborted'))
    await test.step('live as well', async () => {
      await page.getByRole('button', { name: words('search.tail.toggle'), exact: true }).click()
      await expect(page.getByText(words('search.tail.waiting'))).toBeVisible()
      await open.write({ value: 'still under way' })
      await expect(rowsOf(page, words('search.tail.list'))).toHaveText([
        containing(`${words('messages.undecided')}still under way`),
      ])
    })
    await open.commit()
  })
})

import { CLUSTER, containing, expect, rowsOf, test } from '../fixtures.ts'

const PAGE = `${CLUSTER}/topics/order.order-service.created/messages`

test('an order is found by its text, by its key, and by an expression', async ({ page, words, company }) => {
  const { orderId } = await company.order()
  await page.goto(PAGE)
  const hits = rowsOf(page, words('search.list'))

  await test.step('text: a chip, the whole range searched, why it ended', async () => {
    await page.getByLabel(words('search.kind.contains'), { exact: true }).fill(orderId)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/contains=/)
    await expect(hits).toHaveCount(1, { timeout: 30_000 })
    await expect(page.getByText(words('search.end.end'))).toBeVisible()
    await hits.first().click()
    await expect(page.getByLabel(/^Record \d+\/\d+$/)).toContainText(orderId)
  })
  await test.step('its key: one partition is read', async () => {
    await page.getByRole('link', { name: words('messages.record.sameKey') }).click()
    await expect(page).toHaveURL(containing(`key=${orderId}`))
    await expect(hits.first()).toContainText(orderId, { timeout: 30_000 })
    await expect(page.getByRole('button', { name: words('search.everywhere') })).toBeVisible()
  })
  await test.step('an expression, after a mistake that is named by its column', async () => {
    await page.getByRole('combobox', { name: words('search.kind.label') }).click()
    await page.getByRole('option', { name: containing(words('search.kind.filter')) }).click()
    const input = page.getByRole('combobox', { name: words('search.kind.filter'), exact: true })
    await input.fill('value.orderId == ')
    await expect(page.getByText(containing('Line 1, column'))).toBeVisible()
    await input.fill(`value.orderId == "${orderId}"`)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/filter=/)
    await expect(hits).toHaveCount(1, { timeout: 30_000 })
  })
})

test('a search without a hit says that the whole range was searched', async ({ page, words }) => {
  await page.goto(`${PAGE}?contains=no-such-text-anywhere`)
  await expect(page.getByText(words('search.none'))).toBeVisible({ timeout: 30_000 })
})

test('live: a record appears when it is written; a pause holds the rows and counts', async ({
  page,
  words,
  company,
}) => {
  await page.goto(PAGE)
  await page.getByRole('button', { name: words('search.tail.toggle'), exact: true }).click()
  await expect(page.getByText(words('search.tail.waiting'))).toBeVisible()
  const rows = rowsOf(page, words('search.tail.list'))
  const first = await company.order()
  await expect(rows.first()).toContainText(first.orderId)
  // The page's own pause, not the console's.
  await page
    .getByRole('main')
    .getByRole('button', { name: words('search.tail.pause') })
    .click()
  const second = await company.order()
  await expect(page.getByRole('button', { name: words('search.tail.fresh', { n: 1 }) })).toBeVisible()
  await expect(rows.filter({ hasText: second.orderId })).toHaveCount(0)
  await page.getByRole('button', { name: words('search.tail.fresh', { n: 1 }) }).click()
  await expect(rows.first()).toContainText(second.orderId)
})

test('a field becomes a column and stays for the topic', async ({ page, words }) => {
  await page.goto(PAGE)
  await page.getByRole('button', { name: words('search.columns'), exact: true }).click()
  await page.getByLabel(words('search.addColumn')).fill('value.orderId')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/cols=value.orderId/)
  await expect(page.getByRole('columnheader', { name: 'orderId' })).toBeVisible()
  await page.goto(PAGE)
  await expect(page.getByRole('columnheader', { name: 'orderId' })).toBeVisible()
})

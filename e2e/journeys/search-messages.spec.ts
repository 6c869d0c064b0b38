import { CLUSTER, containing, expect, rowsOf, test } from '../fixtures.ts'
import { withOwnTopic } from '../own-topic.ts'
import { people } from '../people.ts'

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

test('live: what a browser cannot keep up with is counted, not drawn', async ({ page, words, facts }) => {
  await withOwnTopic(facts.bootstrap, 'flood', async own => {
    await page.goto(`${CLUSTER}/topics/${own.name}/messages?live=true`)
    await expect(page.getByText(words('search.tail.waiting'))).toBeVisible()
    await own.write(...Array.from({ length: 4000 }, (_, n) => ({ value: `{"n":${n}}` })))
    const status = page.getByRole('status').filter({ hasText: 'arrived' })
    await expect(status).toContainText(/[\d,]+ skipped/)
    await expect(rowsOf(page, words('search.tail.list')).first()).toContainText('"n":')
    await page.keyboard.press('.')
    await expect(status).toContainText(words('search.tail.paused'))
  })
})

test('a filter completed by its fields, narrowed over time, kept as a view that others open', async ({
  browser,
  page,
  words,
  facts,
}) => {
  const MINUTES = 40
  const topic = await withOwnTopic(facts.bootstrap, 'view', async own => {
    const startMs = Date.now() - 2 * 3_600_000
    await own.write(
      ...Array.from({ length: MINUTES }, (_, n) => ({
        value: `{"n":${n},"city":"${n % 2 === 0 ? 'Jeju' : 'Seoul'}"}`,
        timestamp: String(startMs + n * 60_000),
      })),
    )
    return own.name
  })
  await page.goto(`${CLUSTER}/topics/${topic}/messages`)
  const hits = rowsOf(page, words('search.list'))

  await test.step('a field seen in the data is taken by keyboard', async () => {
    await page.getByRole('combobox', { name: words('search.kind.label') }).click()
    await page.getByRole('option', { name: containing(words('search.kind.filter')) }).click()
    const input = page.getByRole('combobox', { name: words('search.kind.filter'), exact: true })
    await input.pressSequentially('value.ci')
    await expect(page.getByRole('option', { name: containing('value.city') })).toBeVisible()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect(input).toHaveValue('value.city')
    await input.pressSequentially(' = "Jeju"')
    await expect(page.getByText(containing('Line 1, column 12'))).toBeVisible()
    await input.fill('value.city == "Jeju"')
    await page.keyboard.press('Enter')
    await expect(hits).toHaveCount(MINUTES / 2, { timeout: 30_000 })
  })
  await test.step('a stretch of the histogram', async () => {
    const chart = page.getByRole('img', { name: containing(`${MINUTES / 2} matches over time`) })
    const box = await chart.boundingBox()
    if (!box) throw new Error('no histogram')
    const y = box.y + box.height / 2
    await page.mouse.move(box.x + box.width * 0.5, y)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width - 2, y, { steps: 4 })
    await page.mouse.up()
    await expect(page).toHaveURL(/from=time.*until=time|until=time.*from=time/)
    // A search that begins at a time goes upwards from it.
    await expect(hits.first()).toContainText(/"n":(18|20|22)/)
    await expect(hits.last()).toContainText('"n":38')
  })
  const found = await hits.count()
  expect(found).toBeGreaterThan(0)
  const menu = page.getByRole('button', { name: words('search.views'), exact: true })
  await test.step('kept under a name, for everybody', async () => {
    await menu.click()
    await page.getByRole('textbox', { name: words('search.viewName') }).fill('Jeju, later')
    await page.getByRole('checkbox', { name: words('search.viewShared') }).click()
    await page.getByRole('button', { name: words('search.saveView') }).click()
    await expect(page.getByRole('link', { name: 'Jeju, later' })).toBeVisible()
  })
  await test.step('another person opens it and cannot delete it', async () => {
    const others = await people(browser, facts, 'en', ['viewer'])
    const { viewer } = others.pages
    await viewer.goto(`${CLUSTER}/topics/${topic}/messages`)
    await viewer.getByRole('button', { name: words('search.views'), exact: true }).click()
    await viewer.getByRole('link', { name: 'Jeju, later' }).click()
    await expect(rowsOf(viewer, words('search.list'))).toHaveCount(found, { timeout: 30_000 })
    await viewer.getByRole('button', { name: words('search.views'), exact: true }).click()
    await expect(viewer.getByRole('link', { name: 'Jeju, later' })).toBeVisible()
    await expect(viewer.getByRole('button', { name: containing('Delete the view') })).toHaveCount(0)
    await others.close()
  })
  await test.step('deleted', async () => {
    await page.getByRole('button', { name: words('search.deleteView', { name: 'Jeju, later' }) }).click()
    await expect(page.getByText(words('search.noViews'))).toBeVisible()
  })
})

test.describe('a table of one’s own', () => {
  // Somebody whom no other journey sees reading: rows and times are theirs everywhere.
  test.use({ as: 'requester' })
  test('columns, rows and times stay for the person, also in another browser', async ({
    browser,
    page,
    words,
    facts,
  }) => {
    const rowHeight = async (of: typeof page) =>
      (await rowsOf(of, words('messages.list')).first().boundingBox())?.height ?? 0
    await page.goto(PAGE)
    await expect(rowsOf(page, words('messages.list')).first()).toBeVisible()
    const compact = await rowHeight(page)
    await page.getByRole('button', { name: words('search.columns'), exact: true }).click()
    await page.getByRole('radio', { name: words('search.density.wide'), exact: true }).click()
    await page.getByRole('radio', { name: words('search.timeForm.epoch'), exact: true }).click()
    await page.getByLabel(words('search.addColumn')).fill('value.orderId')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/cols=value.orderId/)
    await page.goto(PAGE)
    await expect(page.getByRole('columnheader', { name: 'orderId' })).toBeVisible()
    await expect(page.getByRole('columnheader', { name: words('messages.column.epoch') })).toBeVisible()

    const elsewhere = await people(browser, facts, 'en', ['requester'])
    const { requester } = elsewhere.pages
    // Until the server has heard of all of it.
    await expect(async () => {
      await requester.goto(PAGE)
      const header = (name: string) => requester.getByRole('columnheader', { name })
      await expect(header('orderId')).toBeVisible({ timeout: 3_000 })
      await expect(header(words('messages.column.epoch'))).toBeVisible({ timeout: 3_000 })
      expect(await rowHeight(requester)).toBeGreaterThan(compact)
    }).toPass()
    await test.step('a clock again, in another zone', async () => {
      await requester.getByRole('button', { name: words('search.columns'), exact: true }).click()
      await requester.getByRole('radio', { name: words('search.timeForm.clock'), exact: true }).click()
      await requester.keyboard.press('Escape')
      await requester.getByRole('button', { name: containing(words('shell.zone.label')) }).click()
      await requester.getByRole('menuitemradio', { name: 'UTC', exact: true }).click()
      const header = requester.getByRole('columnheader', {
        name: words('messages.column.time', { zone: 'UTC' }),
      })
      await expect(header).toBeVisible()
    })
    await elsewhere.close()
  })
})

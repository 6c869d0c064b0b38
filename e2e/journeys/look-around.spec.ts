import { CLUSTER, containing, expect, rowsOf, test } from '../fixtures.ts'
import { withOwnTopic } from '../own-topic.ts'

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${TRACE_ID}-00f067aa0ba902b7-01`
const order = (state: string, amount: string) => ({
  key: 'order-7',
  value: `{"orderId":"order-7","state":"${state}","amount":${amount}}`,
})

test('a record is placed among others: its history, its trace, what changed', async ({
  page,
  words,
  facts,
}) => {
  const topic = await withOwnTopic(facts.bootstrap, 'look-around', async own => {
    await own.write(order('PLACED', '9007199254740993'), { key: 'order-8', value: '{"orderId":"order-8"}' })
    await own.write({ ...order('PAID', '9007199254740995'), headers: { traceparent } })
    return own.name
  })
  const rows = rowsOf(page, words('messages.list'))
  await page.goto(`${CLUSTER}/topics/${topic}/messages`)
  await expect(rows).toHaveCount(3, { timeout: 30_000 })

  await test.step('the start: the last two of the log, then up to an offset', async () => {
    await page.getByRole('button', { name: containing(words('messages.from.newest')) }).click()
    await page.getByRole('radio', { name: words('messages.startShort.last'), exact: true }).click()
    await page.getByLabel(words('messages.last')).fill('2')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/from=last:2/)
    await expect(rows).toHaveCount(2)
    await page.getByRole('button', { name: containing(words('messages.fromLast', { n: '2' })) }).click()
    await page.getByRole('radio', { name: words('messages.startShort.offset'), exact: true }).click()
    await page.getByLabel(words('messages.offset'), { exact: true }).fill('1')
    await page.getByLabel(words('messages.untilOffsetField')).fill('2')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/from=offset:1&until=offset:2/)
    await expect(rows).toHaveCount(1)
    await expect(rows).toContainText('order-8')
  })
  await test.step('a record beside the list: its trace in another tool, its facts, its key’s history', async () => {
    await page.goto(`${CLUSTER}/topics/${topic}/messages?d=0/2`)
    const drawer = page.getByLabel('Record 0/2', { exact: true })
    await expect(drawer.getByRole('link', { name: containing('Traces') })).toHaveAttribute(
      'href',
      `https://traces.example/trace/${TRACE_ID}`,
    )
    await drawer.getByRole('tab', { name: words('messages.record.meta') }).click()
    await expect(drawer.getByText(words('messages.record.meta_.batch'), { exact: true })).toBeVisible()
    await drawer.getByRole('tab', { name: words('messages.record.nearby') }).click()
    const compare = drawer.getByRole('link', {
      name: words('messages.record.compareWith', { place: 'P0 / 0' }),
    })
    // Among those of its key, and among its neighbours.
    await expect(compare).toHaveCount(2, { timeout: 30_000 })
    await compare.first().click()
  })
  await test.step('two records side by side, every digit compared', async () => {
    await expect(page).toHaveURL(containing('against='))
    const both = page.getByRole('region', { name: words('messages.record.compareTitle') })
    await expect(both).toContainText('"amount": 9007199254740993')
    await expect(both).toContainText('"amount": 9007199254740995')
    await expect(both.getByRole('status')).toHaveText(words('common.diff.changed', { n: 3 }))
    await page.getByRole('link', { name: words('messages.record.compareEnd') }).click()
    await page.getByRole('link', { name: words('messages.record.comparePrevious') }).click()
    await expect(page.getByLabel(words('messages.record.compareOther'))).toHaveValue('0/0', {
      timeout: 30_000,
    })
  })
})

test('a live view follows two topics and says whose each record is; a row’s time may be a number', async ({
  page,
  words,
  facts,
}) => {
  await withOwnTopic(facts.bootstrap, 'tail-one', one =>
    withOwnTopic(facts.bootstrap, 'tail-two', async two => {
      await page.goto(`${CLUSTER}/topics/${one.name}/messages?live=true`)
      await page.getByRole('button', { name: words('search.tail.topicCount', { n: 1 }) }).click()
      await page.getByLabel(words('search.tail.findTopic')).fill(two.name)
      await page.getByRole('checkbox', { name: two.name }).click()
      await page.keyboard.press('Escape')
      await expect(page).toHaveURL(containing(`also=${two.name}`))
      await expect(page.getByText(words('search.tail.waiting'))).toBeVisible({ timeout: 30_000 })
      const rows = rowsOf(page, words('search.tail.list'))
      await two.write({ key: 'k', value: 'from the other topic' })
      await expect(rows.first()).toContainText('from the other topic')
      await expect(rows.first()).toContainText('tail-two')
      await one.write({ key: 'k', value: 'from its own' })
      await expect(rows.first()).toContainText('from its own')
      await rows.filter({ hasText: 'from the other topic' }).click()
      await expect(page).toHaveURL(containing(`d=${two.name}`))
      await expect(page.getByLabel('Record 0/0', { exact: true })).toContainText('from the other topic')

      await page.goto(`${CLUSTER}/topics/${two.name}/messages`)
      await page.getByRole('button', { name: words('search.columns'), exact: true }).click()
      await page.getByRole('radio', { name: words('search.timeForm.epoch'), exact: true }).click()
      await expect(page.getByRole('columnheader', { name: words('messages.column.epoch') })).toBeVisible()
      await expect(rowsOf(page, words('messages.list')).first()).toContainText(/^\d{13}/)
      await page.getByRole('radio', { name: words('search.timeForm.clock'), exact: true }).click()
    }),
  )
})

import { CLUSTER, containing, expect, test, title } from '../fixtures.ts'

test('a name is refused with a suggestion, the suggestion is taken, the topic is made', async ({
  page,
  words,
  facts,
}) => {
  const event = `shipped-${Date.now().toString(36)}`
  const bad = `Order.order-service.${event}`
  const good = `order.order-service.${event}`

  await page.goto(`${CLUSTER}/topics`)
  await page.getByRole('link', { name: words('topics.create') }).click()
  await expect(page.getByRole('heading', { level: 1, name: words('topics.new.title') })).toBeVisible()
  await page.getByLabel(words('topics.new.name')).fill(bad)
  const rules = page.getByRole('region', { name: words('topics.new.rules') })
  await expect(
    rules.getByText(
      words('naming.violation.case', { segment: words('naming.segment.domain'), value: 'Order' }),
    ),
  ).toBeVisible()
  await expect(page.getByRole('button', { name: words('topics.new.submitEmpty') })).toHaveAttribute(
    'aria-disabled',
    'true',
  )

  await test.step('the server refuses it as well', async () => {
    const answer = await page.request.post(`/api/v1${CLUSTER}/topics`, {
      data: { name: bad, partitions: 3, replicationFactor: 1 },
      headers: { origin: facts.url },
    })
    expect(answer.status()).toBe(422)
    expect(await answer.json()).toMatchObject({ code: 'NAME_POLICY_VIOLATION' })
  })

  await rules
    .getByRole('button', { name: containing(good) })
    .first()
    .click()
  await expect(page.getByLabel(words('topics.new.name'))).toHaveValue(good)
  await page.getByRole('button', { name: words('topics.new.dryRun') }).click()
  await expect(page.getByText(words('topics.new.dryRunOk'))).toBeVisible()
  await page.getByRole('button', { name: words('topics.new.submit', { name: good }) }).click()
  await expect(title(page)).toContainText(good)

  await test.step('a second one of the name is refused', async () => {
    await page.goto(`${CLUSTER}/new-topic`)
    await page.getByLabel(words('topics.new.name')).fill(good)
    await expect(rules.getByText(words('naming.violation.exists', { name: good }))).toBeVisible()
  })
})

test.describe('in Korean', () => {
  test.use({ language: 'ko' })
  test('the same rule in its own words', async ({ page, words }) => {
    await page.goto(`${CLUSTER}/new-topic`)
    await page.getByLabel(words('topics.new.name')).fill('order.created')
    const rules = page.getByRole('region', { name: words('topics.new.rules') })
    await expect(rules.getByText(/\S/).first()).toBeVisible()
    await expect(rules).toContainText('order.created'.split('.').length.toString())
  })
})

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
    // Whoever misspells it hears that what they mean is there.
    await page.getByLabel(words('topics.new.name')).fill(bad)
    await rules.getByRole('link', { name: words('naming.violation.exists', { name: good }) }).click()
    await expect(title(page)).toContainText(good)
  })
})

test.describe('who may do everything', () => {
  test.use({ as: 'admin' })

  test('a topic is changed at once: configs, partitions, records, all of it', async ({
    page,
    words,
    facts,
  }) => {
    const topic = `order.order-service.direct-${Date.now().toString(36)}`
    const api = `/api/v1${CLUSTER}/topics`
    const headers = { origin: facts.url }
    const data = {
      name: topic,
      partitions: 2,
      replicationFactor: 1,
      configs: { 'retention.ms': '604800000' },
    }
    expect((await page.request.post(api, { data, headers })).status()).toBe(201)
    const write = () =>
      page.request.post(`${api}/${topic}/messages`, {
        data: { partition: 0, value: { encoding: 'text', data: 'x' } },
        headers,
      })
    // A broker may not know a new topic for a moment.
    await expect.poll(async () => (await write()).ok()).toBe(true)
    await page.goto(`${CLUSTER}/topics/${topic}/configs`)
    await expect(title(page)).toContainText(topic)

    const dialog = page.getByRole('dialog')
    const choose = async (deed: string) => {
      await page.getByRole('button', { name: words('topics.change.menu') }).click()
      await page.getByRole('menuitem', { name: words(`topics.change.${deed}`) }).click()
      await expect(dialog).toBeVisible()
    }
    const look = () => dialog.getByRole('button', { name: words('topics.change.look') }).click()
    const act = (deed: string) => dialog.getByRole('button', { name: words(`topics.change.apply.${deed}`) })
    const type = () => dialog.getByRole('textbox').last().fill(topic)

    await test.step('configs: what changes and what to fear, before it is done', async () => {
      await choose('configs')
      await dialog.getByLabel(words('requests.form.lines')).fill('retention.ms=7200000')
      await expect(act('configs')).toHaveAttribute('aria-disabled', 'true')
      await look()
      await expect(dialog).toContainText('604800000')
      await expect(dialog).toContainText(words('requests.danger.deletes-records'))
      await act('configs').click()
      await expect(dialog).toHaveCount(0)
    })

    await test.step('more partitions, with what it does to keys', async () => {
      await choose('partitions')
      await dialog.getByLabel(words('requests.form.count')).fill('3')
      await look()
      await expect(dialog).toContainText(words('topics.change.keysMove'))
      await act('partitions').click()
      await expect(dialog).toHaveCount(0)
    })

    await test.step('records are cut off, after a preview of what goes', async () => {
      await choose('truncate')
      await look()
      await expect(dialog).toContainText(/P0: 0 → 1/)
      await expect(act('truncate')).toHaveAttribute('aria-disabled', 'true')
      await type()
      await act('truncate').click()
      await expect(dialog).toHaveCount(0)
    })

    await test.step('in use it stays, unless that is said; made anew it is as it was', async () => {
      expect((await write()).ok()).toBe(true)
      await choose('recreate')
      await look()
      await type()
      await act('recreate').click()
      await expect(dialog).toContainText(words('errors.TOPIC_IN_USE.title', { topic }))
      await dialog.getByRole('checkbox', { name: words('requests.form.override') }).check()
      await act('recreate').click()
      await expect(dialog).toHaveCount(0)
      const asked = await page.request.get(`${api}/${topic}`)
      expect(await asked.json()).toMatchObject({ partitions: 3, retentionMs: '7200000' })
    })

    await test.step('it is deleted by its name, with why in the audit log', async () => {
      await choose('delete')
      await look()
      await expect(dialog).toContainText(words('requests.usage.notInUse'))
      await dialog.getByLabel(words('requests.form.purpose')).fill('nobody needs it')
      await type()
      await act('delete').click()
      await expect(page).toHaveURL(new RegExp(`${CLUSTER}/topics$`))
      await expect.poll(async () => (await page.request.get(`${api}/${topic}`)).status()).toBe(404)
    })
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

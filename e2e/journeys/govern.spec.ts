import { readFile } from 'node:fs/promises'
import { CLUSTER, expect, rowsOf, test, title } from '../fixtures.ts'
import type { Language } from '../words.ts'

const stamp = () => Date.now().toString(36)

for (const language of ['ko', 'en'] as const satisfies readonly Language[]) {
  test.describe(language, () => {
    test.use({ language })

    test.describe('the policy', () => {
      test.use({ as: 'admin' })

      test('is changed with its impact in sight, becomes a version, and is compared', async ({
        page,
        words,
      }) => {
        const why = `more room ${stamp()}`
        const domain = language === 'ko' ? 'notification' : 'inventory'
        await page.goto(`${CLUSTER}/policy`)
        const most = page.getByLabel(words('policies.limits.partitionsMax'), { exact: true }).first()
        const before = Number(await most.inputValue())
        await most.fill(String(before + 1))
        const preview = page.getByRole('complementary', { name: words('policies.preview.title') })
        await expect(preview.getByText(words('policies.preview.changes', { n: 1 }))).toBeVisible()
        await expect(preview).toContainText(String(before + 1))

        // Rules of one domain beside those of all.
        await page.getByRole('button', { name: words('policies.domains.add') }).click()
        const rules = page.getByRole('group', { name: /./ }).filter({
          has: page.getByRole('button', { name: words('policies.domains.remove') }),
        })
        await expect(rules.last()).toBeVisible()
        await rules.last().getByLabel(words('policies.domains.names')).fill(domain)
        await rules
          .last()
          .getByRole('combobox', { name: words('policies.rule.description') })
          .click()
        await page.getByRole('option', { name: words('policies.domains.required') }).click()
        await expect(preview).toContainText(domain)

        await page.getByLabel(words('policies.save.comment')).fill(why)
        const save = page.getByRole('button', { name: words('policies.save.save') })
        await expect(save).not.toHaveAttribute('aria-disabled', 'true')
        await save.click()
        await expect(page.getByLabel(words('policies.save.comment'))).toHaveValue('')

        await page.goto(`${CLUSTER}/policy?tab=history`)
        const newest = rowsOf(page, words('policies.history.title')).first()
        await expect(newest).toContainText(words('policies.history.current'))
        await expect(newest).toContainText(why)
        await newest.click()
        const drawer = page.getByRole('dialog').filter({ hasText: why })
        await expect(drawer).toContainText(String(before + 1))
        await expect(drawer).toContainText(domain)
      })
    })

    test('drift is sorted, waived for a reason, and exported', async ({ page, words, facts }) => {
      const topic = `order.order-service.drift-${language}-${stamp()}`
      const made = await page.request.post(`/api/v1${CLUSTER}/topics`, {
        data: { name: topic, partitions: 1, replicationFactor: 1, configs: {} },
        headers: { origin: facts.url },
      })
      expect(made.status()).toBe(201)
      await page.goto(`${CLUSTER}/drift?q=${topic}`)
      const rows = rowsOf(page, words('drift.list'))
      await expect(rows).toHaveCount(1)
      await expect(rows).toContainText(words('drift.rules.unowned'))

      const saved = page.waitForEvent('download')
      await page.getByRole('link', { name: words('drift.export') }).click()
      const file = await (await saved).path()
      expect(await readFile(file, 'utf8')).toContain(topic)

      await rows.first().click()
      await page.getByLabel(words('drift.waive.reason')).fill('moved next quarter')
      await page.getByRole('button', { name: words('drift.waive.submit'), exact: true }).click()
      await expect(rows).toHaveCount(0)
      await page.getByRole('button', { name: words('drift.withWaived') }).click()
      await expect(rows).toHaveCount(1)

      await page.goto(`${CLUSTER}/drift`)
      const table = page.getByRole('table', { name: words('drift.list'), exact: true })
      const header = table.getByRole('columnheader', { name: words('drift.topic'), exact: true })
      await header.getByRole('button').click()
      await expect(header).toHaveAttribute('aria-sort', /ascending|descending/)
    })

    test('a team is registered, owns a topic, and is found by it', async ({ page, words, facts }) => {
      const team = `team-${language}-${stamp()}`
      const topic = `order.order-service.owned-${language}-${stamp()}`
      await page.goto(`${CLUSTER}/catalogue?kind=owner`)
      await page
        .getByRole('button', { name: words('catalogue.add.owner') })
        .first()
        .click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel(words('catalogue.name.owner')).fill(team)
      await dialog.getByLabel(words('catalogue.slack')).fill('#orders')
      await dialog.getByRole('button', { name: words('catalogue.save') }).click()
      const made = await page.request.post(`/api/v1${CLUSTER}/topics`, {
        data: { name: topic, partitions: 1, replicationFactor: 1, configs: {}, owner: team },
        headers: { origin: facts.url },
      })
      expect(made.status()).toBe(201)
      await page.goto(`${CLUSTER}/catalogue?kind=owner&q=${team}`)
      const row = rowsOf(page, words('catalogue.kinds.owner'))
      await expect(row).toHaveCount(1)
      await expect(row).toContainText('#orders')
      await page.goto(`${CLUSTER}/topics/${topic}/consumers`)
      await expect(title(page)).toContainText(topic)
      await expect(page.getByText('#orders')).toBeVisible()
      const producers = page.getByRole('region', { name: words('topics.producer.title') })
      await expect(producers.getByRole('link', { name: 'order-service' })).toBeVisible()
    })
  })
}

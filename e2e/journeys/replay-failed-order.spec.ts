import type { Page } from '@playwright/test'
import { CLUSTER, containing, expect, figure, numberIn, rowsOf, test, untilStep } from '../fixtures.ts'
import type { Words } from '../words.ts'

/** From the inbox to the page of one letter: by its issue and its key. */
async function openLetter(page: Page, words: Words, issue: string, orderId: string): Promise<void> {
  await page.goto('/')
  await page
    .getByRole('link', { name: containing(words('shell.sections.dead-letters')) })
    .first()
    .click()
  await expect(page.getByRole('heading', { level: 1, name: words('dead-letters.title') })).toBeVisible()
  await rowsOf(page, words('dead-letters.list')).filter({ hasText: issue }).first().click()
  await page.getByRole('button', { name: words('dead-letters.issue.open') }).click()
  await rowsOf(page, words('dead-letters.records')).filter({ hasText: orderId }).click()
}

/** Plan, dry run, run, and wait until the replay is done. */
async function replay(page: Page, words: Words): Promise<void> {
  await page
    .getByRole('main')
    .getByRole('link', { name: words('dead-letters.record.replay'), exact: true })
    .click()
  await expect(page.getByRole('heading', { level: 1, name: words('replays.new.title') })).toBeVisible()
  const summary = page.getByRole('complementary', { name: words('replays.new.summary') })
  const run = summary.getByRole('button', { name: words('replays.new.run', { n: 1 }) })
  await expect(run).toHaveCount(0)
  await summary.getByRole('button', { name: words('replays.new.dryRun'), exact: true }).click()
  await expect(page.getByText(words('replays.new.replayable', { n: 1 })).first()).toBeVisible()
  await run.click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: words('replays.new.confirm', { n: 1 }) })
    .click()
  await expect(page).toHaveURL(/\/replays\/(?!new)/)
  await expect(page.getByRole('status').filter({ hasText: words('replays.state.completed') })).toBeAttached()
}

// The company is one for all journeys: whatever came of a test, its causes go.
test.afterEach(async ({ company }) => {
  await company.pace('payment', null)
  await company.provider('nova-pay', true)
})

test.describe('a provider that was down', () => {
  test.use({ language: 'ko' })

  test('order fails, is found, read, replayed, and the consumer succeeds', async ({
    page,
    words,
    company,
  }) => {
    await company.provider('nova-pay', false)
    const { orderId } = await company.order({ provider: 'nova-pay' })
    const failed = await untilStep(company, orderId, 'failed')

    await openLetter(page, words, 'SocketTimeoutException', orderId)
    await test.step('read the exception', async () => {
      await expect(page.getByRole('heading', { level: 1 })).toContainText(failed.topic)
      const main = page.getByRole('main')
      await expect(main.getByText('SocketTimeoutException').first()).toBeVisible()
      await expect(
        main.getByText(containing('kr.hanbit.payment.provider.ProviderClient.post')).first(),
      ).toBeVisible()
      await expect(
        main.getByRole('link', { name: containing('inventory.inventory-service.reserved / P') }),
      ).toBeVisible()
      await expect(main.getByRole('link', { name: 'payment-service' })).toBeVisible()
    })

    await test.step('the provider is back, and the service waits for a moment', async () => {
      await company.provider('nova-pay', true)
      await company.pace('payment', 0)
    })
    const letterUrl = page.url()
    await replay(page, words)
    const replayUrl = page.url()

    await test.step('its lag rises by the replayed order, and returns to 0', async () => {
      await page.goto(`${CLUSTER}/groups/payment-service`)
      const lag = figure(page, words('groups.detail.stat.lag'))
      await expect.poll(() => numberIn(lag)).toBeGreaterThan(0)
      await company.pace('payment', null)
      await untilStep(company, orderId, 'notified')
      await expect.poll(() => numberIn(lag)).toBe(0)
    })

    await test.step('the letter knows that it was replayed', async () => {
      await page.goto(letterUrl)
      await expect(page.getByText(words('dead-letters.status.replayed')).first()).toBeVisible()
      await page.getByRole('tab', { name: containing(words('dead-letters.record.replays')) }).click()
      const id = new URL(replayUrl).pathname.split('/').at(-1) ?? ''
      await expect(page.getByRole('link', { name: id })).toBeVisible()
    })
  })
})

test('out of stock: hand-written headers name no partition, and the letter still finds its way back', async ({
  page,
  words,
  company,
}) => {
  await company.stock('P-1012', 0)
  const { orderId } = await company.order({ productId: 'P-1012', quantity: 1 })
  await untilStep(company, orderId, 'failed')
  await openLetter(page, words, '재고가 부족합니다', orderId)
  await expect(page.getByText(words('dead-letters.family.generic')).first()).toBeVisible()
  await company.stock('P-1012', 50)
  await replay(page, words)
  await untilStep(company, orderId, 'notified')
})

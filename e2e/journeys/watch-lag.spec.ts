import { CLUSTER, expect, figure, numberIn, rowsOf, test, title } from '../fixtures.ts'

test('lag rises and falls before the eyes, without a reload', async ({ page, words, company }) => {
  await page.goto(`${CLUSTER}/groups/order-analytics`)
  const lag = figure(page, words('groups.detail.stat.lag'))
  await expect.poll(() => numberIn(lag)).toBe(0)
  await company.pace('analytics', 0)
  await company.order({ count: 25 })
  // Other journeys order too.
  await expect.poll(() => numberIn(lag)).toBeGreaterThanOrEqual(25)
  await company.pace('analytics', null)
  await expect.poll(() => numberIn(lag)).toBe(0)
})

test('the list says who is behind, and a group without members still has its lag', async ({
  page,
  words,
}) => {
  await page.goto(`${CLUSTER}/groups`)
  const settlement = rowsOf(page, words('groups.list')).filter({ hasText: 'settlement-batch' })
  await expect(settlement).toContainText('Empty')
  await settlement.getByRole('link').first().click()
  await expect(title(page)).toContainText('settlement-batch')
  const lag = figure(page, words('groups.detail.stat.lag'))
  await expect(lag).toContainText(/[1-9]\d/)

  await test.step('its partitions are drawn apart; last week is of the total, which it says', async () => {
    await page.getByRole('radio', { name: words('groups.detail.linesByPartition') }).click()
    await expect(page).toHaveURL(/lines=\d/)
    await page.getByRole('button', { name: words('common.asTable') }).click()
    await expect(page.getByRole('columnheader', { name: /^P\d+$/ }).first()).toBeVisible()
    const lastWeek = page.getByRole('checkbox', { name: words('groups.detail.compare') })
    await expect(lastWeek).toHaveAttribute('aria-disabled', 'true')
    await lastWeek.focus()
    await expect(page.getByRole('tooltip').first()).toContainText(words('groups.detail.compareTotal'))
    await page.getByRole('radio', { name: words('groups.detail.linesSum') }).click()
    await expect(page).not.toHaveURL(/lines=/)
    await expect(lastWeek).not.toHaveAttribute('aria-disabled', 'true')
  })
})

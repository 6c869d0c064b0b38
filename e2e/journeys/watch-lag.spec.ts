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
})

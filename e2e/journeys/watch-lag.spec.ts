import { CLUSTER, expect, figure, rowsOf, test, title, untilStep } from '../fixtures.ts'

test('lag rises and falls before the eyes, without a reload', async ({ page, words, company }) => {
  await page.goto(`${CLUSTER}/groups/notification-service`)
  const lag = figure(page, words('groups.detail.stat.lag'))
  await expect(lag).toHaveText('0')
  await company.pace('notification', 0)
  const { orderId } = await company.order({ count: 25 })
  await untilStep(company, orderId, 'paid')
  await expect(lag).toHaveText('25')
  await company.pace('notification', null)
  await expect(lag).toHaveText('0')
})

test('the list says who is behind, and a group without members still has its lag', async ({
  page,
  words,
}) => {
  await page.goto(`${CLUSTER}/groups`)
  const settlement = rowsOf(page, words('groups.list')).filter({ hasText: 'settlement-batch' })
  await expect(settlement).toContainText('Empty')
  await settlement.getByRole('link', { name: 'settlement-batch' }).click()
  await expect(title(page)).toContainText('settlement-batch')
  const lag = figure(page, words('groups.detail.stat.lag'))
  await expect(lag).toContainText(/[1-9]\d/)
})

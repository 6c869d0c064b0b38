import { CLUSTER, containing, expect, rowsOf, test, untilStep } from '../fixtures.ts'

test('lag rises and falls before the eyes, without a reload', async ({ page, words, company }) => {
  await page.goto(`${CLUSTER}/groups/notification-service`)
  const lag = page.getByRole('group', { name: words('groups.detail.stat.lag') })
  await expect(lag).toContainText(/(^|\D)0(\D|$)/)
  await company.pace('notification', 0)
  const { orderId } = await company.order({ count: 25 })
  await untilStep(company, orderId, 'paid')
  await expect(lag).toContainText('25')
  await company.pace('notification', null)
  await expect(lag).toContainText(/(^|\D)0(\D|$)/)
})

test('the list says who is behind, and a group without members still has its lag', async ({
  page,
  words,
}) => {
  await page.goto(`${CLUSTER}/groups`)
  const settlement = rowsOf(page, words('groups.list')).filter({ hasText: 'settlement-batch' })
  await expect(settlement).toContainText('Empty')
  await settlement.getByRole('link', { name: 'settlement-batch' }).click()
  await expect(page.getByRole('heading', { level: 1, name: containing('settlement-batch') })).toBeVisible()
  const lag = page.getByRole('group', { name: words('groups.detail.stat.lag') })
  await expect(lag).toContainText(/[1-9]\d/)
})

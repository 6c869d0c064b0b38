import { CLUSTER, containing, expect, rowsOf, test } from '../fixtures.ts'

const TOPIC = 'order.order-service.created'

test('a topic that is not there is said so inside the console', async ({ page, words }) => {
  await page.goto(`${CLUSTER}/topics/order.order-service.nothing/messages`)
  await expect(page.getByText(words('errors.TOPIC_UNKNOWN.title')).first()).toBeVisible()
  await expect(page.getByText('TOPIC_UNKNOWN').first()).toBeVisible()
  await expect(page.getByRole('navigation', { name: words('shell.navigation') })).toBeVisible()
})

test('a cluster that is not configured, and those that are', async ({ page, words }) => {
  await page.goto('/clusters/nowhere/topics')
  await expect(page.getByText(words('shell.notFound.title')).first()).toBeVisible()
  await expect(page.getByRole('main').getByRole('link', { name: '한빛 상점' })).toBeVisible()
})

test('an offset that does not exist yet', async ({ page, words }) => {
  await page.goto(`${CLUSTER}/topics/${TOPIC}/0/99999999`)
  await expect(page.getByText('OFFSET_OUT_OF_RANGE').first()).toBeVisible()
  await expect(page.getByRole('navigation', { name: words('shell.navigation') })).toBeVisible()
})

test('a cluster where nobody answers: its own pages say so, the others work', async ({ page, words }) => {
  await page.goto('/clusters/dark/topics')
  await expect(page.getByText(words('errors.CLUSTER_UNREACHABLE.title')).first()).toBeVisible({
    timeout: 20_000,
  })
  await page.goto('/clusters')
  await expect(page.getByRole('main')).toContainText('Nobody home')
  await page.goto(`${CLUSTER}/topics`)
  // Other journeys make topics too: one of the company's is there.
  await expect(
    rowsOf(page, words('topics.list')).filter({ hasText: 'order.order-service' }).first(),
  ).toBeVisible()
})

test('a read-only cluster lets nobody create', async ({ page, words, facts }) => {
  await page.goto('/clusters/museum/topics')
  await expect(page.getByRole('heading', { level: 1, name: words('topics.title') })).toBeVisible()
  await expect(page.getByRole('link', { name: words('topics.create') })).toHaveCount(0)
  const answer = await page.request.post('/api/v1/clusters/museum/topics', {
    data: { name: 'order.order-service.museum', partitions: 1, replicationFactor: 1 },
    headers: { origin: facts.url },
  })
  expect(answer.status()).toBe(403)
  expect(await answer.json()).toMatchObject({ code: 'CLUSTER_READ_ONLY' })
})

test.describe('a viewer', () => {
  test.use({ as: 'viewer' })
  test('is told which roles may read the audit log', async ({ page }) => {
    await page.goto('/audit')
    await expect(page.getByRole('main').getByText('DENIED').first()).toBeVisible()
    await expect(page.getByText(containing('auditor')).first()).toBeVisible()
  })
})

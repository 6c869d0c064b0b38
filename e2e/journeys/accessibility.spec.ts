import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { CLUSTER, expect, test } from '../fixtures.ts'
import type { Language } from '../words.ts'

const TOPIC = 'order.order-service.created'

/** Every page, and what is on it once it has its data. */
const PAGES: [name: string, path: string][] = [
  ['clusters', '/clusters'],
  ['overview', CLUSTER],
  ['topics', `${CLUSTER}/topics`],
  ['new topic', `${CLUSTER}/new-topic`],
  ['messages', `${CLUSTER}/topics/${TOPIC}/messages`],
  ['partitions', `${CLUSTER}/topics/${TOPIC}/partitions`],
  ['configs', `${CLUSTER}/topics/${TOPIC}/configs`],
  ['consumers', `${CLUSTER}/topics/${TOPIC}/consumers`],
  ['record', `${CLUSTER}/topics/${TOPIC}/0/0`],
  ['groups', `${CLUSTER}/groups`],
  ['group', `${CLUSTER}/groups/payment-service`],
  ['dead letters', `${CLUSTER}/dead-letters`],
  ['dead letter', `${CLUSTER}/dead-letters/r/inventory.inventory-service.reserved-dlt/0/0`],
  ['replays', `${CLUSTER}/replays`],
  ['new replay', `${CLUSTER}/replays/new?topic=inventory.inventory-service.reserved-dlt&records=0%3A0`],
  ['brokers', `${CLUSTER}/brokers`],
  ['audit', '/audit'],
  ['not there', `${CLUSTER}/topics/nothing.at.all`],
  ['dead cluster', '/clusters/dark'],
]

/** Nothing loads any more: no skeleton, no busy table. */
async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0, { timeout: 20_000 })
}

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze()
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')} ${failureSummary}`),
  )
}

async function isClean(page: Page, path: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.goto(path)
  await settled(page)
  for (const colorScheme of ['light', 'dark'] as const) {
    // The console follows the system at once, without a reload.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expect(page.locator('html.dark')).toHaveCount(colorScheme === 'dark' ? 1 : 0)
    expect(await violations(page), `${path} in ${colorScheme}`).toEqual([])
  }
}

test.describe.configure({ mode: 'parallel' })

for (const language of ['ko', 'en'] as Language[]) {
  test.describe(`axe, ${language}`, () => {
    test.use({ language, as: 'admin' })
    for (const [name, path] of PAGES) test(name, ({ page }) => isClean(page, path))
  })
  test.describe(`axe, ${language}, signed out`, () => {
    test.use({ language, as: null })
    test('sign in', ({ page }) => isClean(page, '/sign-in'))
  })
}

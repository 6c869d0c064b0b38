import { randomBytes } from 'node:crypto'
import type { Page } from '@playwright/test'
import { violations } from '../axe.ts'
import { test as base, CLUSTER, expect } from '../fixtures.ts'
import { type Visitor, withVisitors } from '../people.ts'
import { stageFacts } from '../stage.ts'
import type { Language } from '../words.ts'

/**
 * Whoever looks stays the same browser for all pages of a language: nothing is changed here that the next one
 * could find, and a browser that knows the console's scripts takes half as long.
 */
const test = base.extend<{ visitor: Page }, { visitors: (who: Visitor) => Promise<Page> }>({
  visitors: [({ browser }, use) => withVisitors(browser, use), { scope: 'worker' }],
  visitor: async ({ visitors, as, language }, use) => use(await visitors({ as, language })),
})

const TOPIC = 'order.order-service.created'

/** Whichever issue died last: its address is not known before. */
async function issuePath(page: Page): Promise<string> {
  const asked = await page.request.get(`/api/v1${CLUSTER}/dead-letters/groups?limit=1`)
  const { items } = (await asked.json()) as { items: { fingerprint: string }[] }
  return `${CLUSTER}/dead-letters/g/${items[0]?.fingerprint}`
}

/** A request that waits for its approval. */
async function requestPath(page: Page): Promise<string> {
  const topic = `order.order-service.looked-at-${randomBytes(4).toString('hex')}`
  const asked = await page.request.post(`/api/v1${CLUSTER}/topic-requests`, {
    data: { kind: 'create', topic, partitions: 2, replicationFactor: 1 },
    headers: { origin: stageFacts().url },
  })
  const { request } = (await asked.json()) as { request: { id: string } | null }
  return `/requests/demo/${request?.id}`
}

/** Every page, and what is on it once it has its data. */
const PAGES: [name: string, path: string | ((page: Page) => Promise<string>)][] = [
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
  ['issue', issuePath],
  ['notice rules', `${CLUSTER}/dead-letters/rules`],
  ['replays', `${CLUSTER}/replays`],
  ['replay schedules', `${CLUSTER}/replays/schedules`],
  ['stretch', `${CLUSTER}/replays/new`],
  ['new replay', `${CLUSTER}/replays/new?topic=inventory.inventory-service.reserved-dlt&records=0%3A0`],
  ['requests', '/requests?tab=all'],
  ['new request', `/requests/new?cluster=demo&kind=configs&topic=${TOPIC}`],
  ['request', requestPath],
  ['policy', `${CLUSTER}/policy`],
  ['drift', `${CLUSTER}/drift`],
  ['catalogue', `${CLUSTER}/catalogue`],
  ['notifications', '/notices'],
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

async function isClean(page: Page, path: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.goto(path)
  await settled(page)
  for (const colorScheme of ['light', 'dark'] as const) {
    // The console follows the system at once, without a reload.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expect(page.locator('html.dark')).toHaveCount(colorScheme === 'dark' ? 1 : 0)
    // The dark page is the same document: only its colours are looked at again.
    const what = colorScheme === 'dark' ? 'colours' : 'all'
    expect(await violations(page, what), `${path} in ${colorScheme}`).toEqual([])
  }
}

test.describe.configure({ mode: 'parallel' })

for (const language of ['ko', 'en'] as Language[]) {
  test.describe(`axe, ${language}`, () => {
    test.use({ language, as: 'admin' })
    for (const [name, path] of PAGES)
      test(name, async ({ visitor }) =>
        isClean(visitor, typeof path === 'string' ? path : await path(visitor)),
      )
  })
  test.describe(`axe, ${language}, signed out`, () => {
    test.use({ language, as: null })
    test('sign in', ({ visitor }) => isClean(visitor, '/sign-in'))
  })
}

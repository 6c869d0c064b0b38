import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from '@playwright/test'
import { repoDir } from './bootstrap.mjs'
import { loadCredentials } from './demo/settings.ts'
import { openSignedIn } from './lib/browser.ts'
import { failWith, SetupError, say } from './lib/say.ts'

// node scripts/screenshots.ts [--url http://127.0.0.1:3000] [--home .demo] [--out docs/guide/images]
// Pictures for README and the guide, taken from the demo that runs.
const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:3000' },
    home: { type: 'string', default: join(repoDir, '.demo') },
    out: { type: 'string', default: join(repoDir, 'docs/guide/images') },
    /** Only those whose name holds this. */
    only: { type: 'string', default: '' },
  },
})

const CLUSTER = '/clusters/demo'
const LETTERS = 'inventory.inventory-service.reserved-dlt'

interface Shot {
  name: string
  path: string
  language: 'ko' | 'en'
  theme: 'light' | 'dark'
  /** Brings the page into the state that is to be seen. */
  act?: (page: Page) => Promise<void>
}

const openFirstRow = async (page: Page) => {
  await page.locator('tbody tr[data-row="0"]').click()
}

const dryRun = async (page: Page) => {
  await page.getByRole('button', { name: /^(Dry run|모의 실행)$/ }).click()
  await page
    .getByRole('complementary')
    .getByText(/2026|\d/)
    .first()
    .waitFor()
}

const BOTH = ['ko', 'en'] as const
const shots: Shot[] = BOTH.flatMap(language => {
  const theme = 'light' as const
  return [
    { name: `overview-${language}`, path: CLUSTER, language, theme },
    { name: `group-${language}`, path: `${CLUSTER}/groups/notification-service`, language, theme },
    { name: `dead-letters-${language}`, path: `${CLUSTER}/dead-letters`, language, theme, act: openFirstRow },
    {
      name: `replay-${language}`,
      path: `${CLUSTER}/replays/new?topic=${LETTERS}&records=${encodeURIComponent('0:0,1,2')}`,
      language,
      theme,
      act: dryRun,
    },
  ]
})
shots.push({ name: 'overview-dark', path: CLUSTER, language: 'en', theme: 'dark' })

async function take(page: Page, { name, path, act }: Shot): Promise<void> {
  await page.goto(values.url + path)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
  await act?.(page)
  await page.waitForLoadState('networkidle', { timeout: 2_000 }).catch(() => undefined) // live pages never rest
  await page.evaluate('document.fonts.ready')
  await page.screenshot({ path: join(values.out, `${name}.png`) })
  say('picture', `${name}.png`)
}

async function main(): Promise<void> {
  const up = await fetch(`${values.url}/readyz`).catch(() => null)
  if (!up?.ok) throw new SetupError(`Nothing answers at ${values.url}: start the demo first (npm run demo).`)
  mkdirSync(values.out, { recursive: true })
  const { passwords } = await loadCredentials(values.home)
  const { browser, storageState } = await openSignedIn(values.url, 'admin', passwords.admin)
  for (const shot of shots.filter(({ name }) => name.includes(values.only))) {
    const context = await browser.newContext({
      storageState,
      viewport: { width: 1440, height: 900 },
      locale: shot.language === 'ko' ? 'ko-KR' : 'en-US',
      colorScheme: shot.theme,
      reducedMotion: 'reduce',
    })
    await take(await context.newPage(), shot)
    await context.close()
  }
  await browser.close()
}

main().catch(failWith)

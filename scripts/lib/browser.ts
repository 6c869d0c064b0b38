import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium } from '@playwright/test'
import { repoDir } from '../bootstrap.mjs'
import { aptInstall, canInstall } from './apt.ts'
import { run, runOrFail } from './process.ts'
import { say } from './say.ts'

const CHROMIUM = '/usr/bin/chromium'
const hasChromium = () => existsSync(CHROMIUM)
const hasKoreanFont = async () => (await run('fc-list', [':lang=ko'])).stdout.trim() !== ''

/** Chromium for the journeys, with a font that has Korean: Debian's, or the one that Playwright fetches. */
export async function ensureBrowser(): Promise<void> {
  if (canInstall()) {
    const missing = [
      ...(hasChromium() ? [] : ['chromium']),
      ...((await hasKoreanFont()) ? [] : ['fontconfig', 'fonts-noto-cjk']),
    ]
    if (missing.length > 0) await aptInstall(missing, 'the browser journeys need Chromium and Korean letters')
  }
  if (hasChromium()) return
  say('browser', "installing Playwright's Chromium")
  const cli = join(repoDir, 'node_modules/@playwright/test/cli.js')
  await runOrFail('Chromium could not be installed.', process.execPath, [cli, 'install', 'chromium'])
}

/** A browser, and what it keeps of somebody who signed in at `url`. */
export async function openSignedIn(
  url: string,
  username: string,
  password: string,
): Promise<{ browser: Browser; storageState: Awaited<ReturnType<BrowserContext['storageState']>> }> {
  await ensureBrowser()
  const browser = await chromium.launch({
    args: ['--no-sandbox', '--disable-gpu'],
    ...(hasChromium() ? { executablePath: CHROMIUM } : {}),
  })
  const context = await browser.newContext({ baseURL: url })
  const { csrfToken } = (await (await context.request.get('/api/auth/csrf')).json()) as { csrfToken: string }
  const form = { csrfToken, username, password, json: 'true' }
  await context.request.post('/api/auth/callback/credentials', { form, headers: { origin: url } })
  const storageState = await context.storageState()
  await context.close()
  return { browser, storageState }
}

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { repoDir } from '../bootstrap.mjs'
import { aptInstall, canInstall } from './apt.ts'
import { run, runOrFail } from './process.ts'
import { say } from './say.ts'

const hasChromium = () => existsSync('/usr/bin/chromium')
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

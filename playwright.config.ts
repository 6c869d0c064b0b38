import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

const systemChromium = '/usr/bin/chromium'
const quiet = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

// The last one of these switches counts, so what Playwright itself leaves out is named again.
const LEFT_OUT = [
  // The address bar's list, as a page: a process and 0.8 s of processor time for each window, which nobody sees.
  ...['WebUIOmniboxPopup', 'WebUIOmniboxFullPopup', 'WebUIOmniboxAimPopup'],
  ...['AimEnabled', 'AvoidCorsURLLoaderRestartOnRedirect', 'AvoidUnnecessaryBeforeUnloadCheckSync'],
  ...['DestroyProfileOnBrowserClose', 'HttpsFirstBalancedModeAutoEnable', 'HttpsUpgrades', 'LensOverlay'],
  ...['MediaRouter', 'NetworkTimeServiceQuerying', 'OptimizationHints', 'PaintHolding', 'PreconnectToSearch'],
  'ThirdPartyStoragePartitioning',
]

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/global-setup.ts',
  outputDir: 'test-results',
  workers: 2,
  // A browser that hangs while it is closed on a busy machine is tried once more; what is wrong fails twice.
  retries: 1,
  forbidOnly: true,
  timeout: 90_000,
  // Nothing waits so long on a machine that has only this to do.
  expect: { timeout: 20_000 },
  reporter: [['list'], ['json', { outputFile: process.env.MILENA_E2E_REPORT ?? 'test-results/report.json' }]],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    // One host name everywhere, for the cookies' sake; the demo says where it listens.
    baseURL: process.env.MILENA_E2E_URL ?? 'http://127.0.0.1:3000',
    // A trace of every journey took a fifth of their time: what fails is tried again, and then traced.
    trace: 'on-first-retry',
    screenshot: 'only-on-failure',
    launchOptions: {
      args: ['--no-sandbox', '--disable-gpu', ...quiet, `--disable-features=${LEFT_OUT.join()}`],
      ...(existsSync(systemChromium) ? { executablePath: systemChromium } : {}),
    },
  },
})

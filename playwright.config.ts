import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

const systemChromium = '/usr/bin/chromium'
const quiet = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
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
    // A trace of every journey took a fifth of the processor's time: what fails is tried again, and then traced.
    trace: 'on-first-retry',
    screenshot: 'only-on-failure',
    launchOptions: {
      args: ['--no-sandbox', '--disable-gpu', ...quiet],
      ...(existsSync(systemChromium) ? { executablePath: systemChromium } : {}),
    },
  },
})

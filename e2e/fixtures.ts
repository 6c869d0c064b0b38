import { test as base, expect, type Locator, type Page } from '@playwright/test'
import { CompanyControl } from '../scripts/demo/control-client.ts'
import type { Username } from '../scripts/demo/settings.ts'
import { type StageFacts, signedInFile, stageFacts } from './stage.ts'
import { type Language, type Words, wordsIn } from './words.ts'

interface Options {
  /** Who is signed in; null is nobody. */
  as: Username | null
  language: Language
}

interface Fixtures {
  facts: StageFacts
  /** The console's words in the journey's language. */
  words: Words
  company: CompanyControl
}

/** A journey: signed in as the operator, in English, unless it says otherwise with `test.use`. */
export const test = base.extend<Options & Fixtures>({
  as: ['operator', { option: true }],
  language: ['en', { option: true }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  facts: async ({}, use) => use(stageFacts()),
  storageState: async ({ as, facts }, use) => use(as === null ? undefined : signedInFile(facts.home, as)),
  locale: async ({ language }, use) => use(language === 'ko' ? 'ko-KR' : 'en-US'),
  words: async ({ language }, use) => use(wordsIn(language)),
  company: async ({ facts }, use) =>
    use(new CompanyControl({ control: facts.control, token: facts.controlToken })),
})

export { expect }

export const CLUSTER = '/clusters/demo'

/** Text that holds this, whatever stands around it; nothing in it is special. */
export const containing = (text: string) => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))

/** Waits until an order has come to this step, and answers it. */
export async function untilStep(company: CompanyControl, orderId: string, step: string) {
  await expect
    .poll(async () => (await company.steps(orderId)).map(one => one.step), { timeout: 45_000 })
    .toContain(step)
  const found = (await company.steps(orderId)).findLast(one => one.step === step)
  if (!found) throw new Error(`${orderId} has no step ${step}`)
  return found
}

/** A figure in the strip under a page's title, by its label. */
export const figure = (page: Page, label: string) =>
  page.getByRole('main').getByRole('group', { name: label, exact: true })

/** The whole number that a figure shows. */
export async function numberIn(figureShown: Locator): Promise<number> {
  const shown = /([\d,]+)\s*$/.exec((await figureShown.textContent()) ?? '')?.[1]
  return Number(shown?.replaceAll(',', '') ?? Number.NaN)
}

/** The page's heading; its text may be made of parts. */
export const title = (page: Page) => page.getByRole('heading', { level: 1 })

/** The rows of a table, without its header. */
export const rowsOf = (page: Page, table: string) =>
  page.getByRole('table', { name: table, exact: true }).locator('tbody').getByRole('row')

import { expect, type Page } from '@playwright/test'
import type { Words } from './words.ts'

/** Asks for the dry run of the plan that is open. */
export const dryRun = (page: Page, words: Words) =>
  page.getByRole('button', { name: words('replays.new.dryRun'), exact: true }).click()

/** From the dry run's answer to the page of the replay. */
export async function runPlan(page: Page, words: Words, confirm: string): Promise<void> {
  await page
    .getByRole('complementary', { name: words('replays.new.summary') })
    .getByRole('button')
    .click()
  await page.getByRole('dialog').getByRole('button', { name: confirm }).click()
  await expect(page).toHaveURL(/\/replays\/(?!new)/)
}

export const inState = (page: Page, words: Words, state: string) =>
  page.getByRole('status').filter({ hasText: words(`replays.state.${state}`) })

/** Adds the first rule of an edit: the field at this path becomes this value. */
export async function setField(page: Page, words: Words, path: string, value: string): Promise<void> {
  const field = page.getByLabel(words('replay-edits.path'), { exact: true })
  await expect(async () => {
    await page.getByRole('button', { name: words('replay-edits.add.field'), exact: true }).click()
    await expect(field.first()).toBeVisible({ timeout: 2_000 })
  }).toPass()
  await field.first().fill(path)
  await page.getByLabel(words('replay-edits.value'), { exact: true }).first().fill(value)
}

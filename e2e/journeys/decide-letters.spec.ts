import type { Page } from '@playwright/test'
import { violations } from '../axe.ts'
import { CLUSTER, expect, rowsOf, test } from '../fixtures.ts'
import { type Letter, makeLetters } from '../letters.ts'
import type { Words } from '../words.ts'

const noStock = (of: string): Letter => ({
  value: `{"of":"${of}"}`,
  exception: 'kr.hanbit.stock.OutOfStock',
  message: `no stock of "${of}" today`,
})
const refused: Letter = {
  value: '{"card":1}',
  exception: 'kr.hanbit.payment.CardRefused',
  message: 'the card was refused',
}

/** Issues of a topic as the API tells them: how many letters of each are kept, most first. */
async function issuesOf(page: Page, topic: string): Promise<{ fingerprint: string; count: number }[]> {
  const answer = await page.request.get(`/api/v1${CLUSTER}/dead-letters/groups?topic=${topic}&sort=count`)
  return ((await answer.json()) as { items: { fingerprint: string; count: number }[] }).items
}

const untilCounts = (page: Page, topic: string, counts: number[]) =>
  expect
    .poll(async () => (await issuesOf(page, topic)).map(issue => issue.count), { timeout: 45_000 })
    .toEqual(counts)

/** Keys count once the page is alive; down and up again ends on the first row, wherever the focus was. */
async function toFirstRow(page: Page, table: string): Promise<void> {
  const first = rowsOf(page, table).first()
  await expect(first).toBeVisible()
  await expect(async () => {
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    await expect(first).toBeFocused({ timeout: 500 })
  }).toPass()
}

/** Says why in the dialog that asks, and goes on. */
async function sayWhy(page: Page, words: Words, why: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(words('dead-letters.triage.reason')).fill(why)
  expect(await violations(page), 'asked why').toEqual([])
  await dialog.getByRole('button').last().click()
  await expect(dialog).toHaveCount(0)
}

test('issues are merged and split, dropped and taken back, resolved and back again', async ({
  page,
  words,
  facts,
}) => {
  test.setTimeout(150_000)
  const { topic, write } = await makeLetters(facts.bootstrap, [noStock('apples'), noStock('pears'), refused])
  await untilCounts(page, topic, [2, 1])
  const [stock] = await issuesOf(page, topic)
  const issuePage = `${CLUSTER}/dead-letters/g/${stock?.fingerprint}`
  const list = words('dead-letters.list')

  await test.step('two of them are one failure: picked with keys and merged', async () => {
    await page.goto(`${CLUSTER}/dead-letters?topic=${topic}`)
    await toFirstRow(page, list)
    for (const key of ['x', 'j', 'x']) await page.keyboard.press(key)
    await expect(page.getByText(words('dead-letters.triage.selected', { n: 2 }))).toBeVisible()
    await page.getByRole('button', { name: words('dead-letters.merge.button'), exact: true }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: words('dead-letters.merge.button'), exact: true })
      .click()
    await expect(rowsOf(page, list)).toHaveCount(1)
    await untilCounts(page, topic, [3])
  })
  await test.step('⇧R leads to the plan, Enter to its story', async () => {
    await toFirstRow(page, list)
    await page.keyboard.press('Shift+R')
    await expect(page).toHaveURL(/\/replays\/new\?.*fingerprint=/)
    await page.goBack()
    await toFirstRow(page, list)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: words('dead-letters.issue.open') }).click()
    await expect(page).toHaveURL(/\/dead-letters\/g\//)
  })
  await test.step('they were not one: split off again, and by what the messages hold', async () => {
    await page.getByRole('button', { name: words('dead-letters.split.out'), exact: true }).click()
    await untilCounts(page, topic, [2, 1])
    await page.getByLabel(words('dead-letters.split.label')).fill('pears')
    await page.getByRole('button', { name: words('dead-letters.split.button'), exact: true }).click()
    await untilCounts(page, topic, [1, 1, 1])
  })
  await test.step('a letter is dropped with a reason, and taken back', async () => {
    await page.goto(issuePage)
    await toFirstRow(page, words('dead-letters.records'))
    await page.keyboard.press('x')
    const chosen = page.getByRole('status').filter({ hasText: words('dead-letters.select.count', { n: 1 }) })
    await chosen.getByRole('button', { name: words('dead-letters.drop.button'), exact: true }).click()
    await sayWhy(page, words, 'written by a test of ours')
    const drops = page.getByRole('list', { name: words('dead-letters.drop.list') })
    await expect(drops).toContainText('written by a test of ours')
    await drops.getByRole('button', { name: words('dead-letters.drop.restore') }).click()
    await expect(drops).toHaveCount(0)
  })
  await test.step('resolved, until a new letter dies of it', async () => {
    await page.getByRole('button', { name: words('dead-letters.triage.resolve'), exact: true }).click()
    await sayWhy(page, words, 'refilled')
    await expect(
      page.getByRole('button', { name: words('dead-letters.triage.reopen'), exact: true }),
    ).toBeVisible()
    await write(noStock('apples'))
    await expect(page.getByText(words('dead-letters.story.reopened'))).toBeVisible({ timeout: 45_000 })
    await expect(
      page.getByRole('button', { name: words('dead-letters.triage.resolve'), exact: true }),
    ).toBeVisible()
  })
  await test.step('tomorrow will do: a schedule, off until somebody switches it on, and gone', async () => {
    await page.getByRole('link', { name: words('dead-letters.issue.later') }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(words('schedules.label.name')).fill(topic)
    expect(await violations(page), 'a schedule').toEqual([])
    await dialog.getByRole('button', { name: words('schedules.save'), exact: true }).click()
    await expect(dialog).toHaveCount(0)
    const row = page.getByRole('listitem').filter({ hasText: topic })
    await expect(row.getByText(words('schedules.off'), { exact: true })).toBeVisible()
    await row.getByRole('button', { name: words('schedules.turnOn') }).click()
    await expect(row.getByText(words('schedules.on'), { exact: true })).toBeVisible()
    await row.getByRole('button', { name: words('schedules.turnOff') }).click()
    await expect(row.getByText(words('schedules.off'), { exact: true })).toBeVisible()
    await row.getByRole('button', { name: words('schedules.remove') }).click()
    await dialog.getByRole('button', { name: words('schedules.remove') }).click()
    await expect(row).toHaveCount(0)
  })
})

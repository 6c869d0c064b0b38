import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { violations } from '../axe.ts'
import { CLUSTER, expect, test } from '../fixtures.ts'
import { makeLetters } from '../letters.ts'
import { dryRun, inState, runPlan, setField } from '../replay-steps.ts'
import { signedInFile } from '../stage.ts'
import type { Words } from '../words.ts'

const letters = (...values: string[]) => values.map(value => ({ value }))

/** The values of a topic's records, oldest first, as the API reads them. */
async function valuesOf(page: Page, topic: string): Promise<(string | undefined)[]> {
  const answer = await page.request.get(`/api/v1${CLUSTER}/topics/${topic}/messages?from=oldest`)
  const { items } = (await answer.json()) as { items: { value: { text: string } | null }[] }
  return items.map(one => one.value?.text)
}

test('an edit is tried out as a difference, approved by somebody else, and told in a report', async ({
  page,
  browser,
  words,
  facts,
}) => {
  const { origin, topic, records } = await makeLetters(
    facts.bootstrap,
    letters('{"id":1,"amount":"1,000"}', '{"id":2,"amount":"2,000"}'),
  )
  await page.goto(`${CLUSTER}/replays/new?topic=${topic}&records=${records}&approval=yes`)
  await test.step('one rule for both: the dry run shows lines before and after', async () => {
    await setField(page, words, 'amount', '7')
    await dryRun(page, words)
    const diff = page.getByRole('region', { name: words('replay-edits.diff') })
    await expect(diff.getByText('"amount": "1,000"').first()).toBeVisible()
    await expect(diff.getByText('"amount": 7').first()).toBeVisible()
  })
  await test.step('it waits, and who asked can not approve', async () => {
    await runPlan(page, words, words('replays.new.confirmApproval', { n: 2 }))
    await expect(inState(page, words, 'awaiting-approval')).toBeAttached()
    await expect(
      page.getByRole('button', { name: words('replays.approval.approve', { n: 2 }) }),
    ).toHaveAttribute('aria-disabled', 'true')
    expect(await valuesOf(page, origin)).toEqual([])
  })
  await test.step('the approver sees what it changes, and approves', async () => {
    const context = await browser.newContext({
      baseURL: facts.url,
      storageState: signedInFile(facts.home, 'approver'),
      locale: 'en-US',
    })
    const approver = await context.newPage()
    await approver.goto(page.url())
    await expect(approver.getByText('amount = 7')).toBeVisible()
    await expect(approver.getByText('"amount": "1,000"').first()).toBeVisible()
    await approver.getByRole('button', { name: words('replays.approval.approve', { n: 2 }) }).click()
    await expect(inState(approver, words, 'completed')).toBeAttached()
    await context.close()
  })
  await expect.poll(() => valuesOf(page, origin)).toEqual(['{"id":1,"amount":7}', '{"id":2,"amount":7}'])
  await test.step('the report tells both records', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: words('replays.detail.report') }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/\.csv$/)
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\r\n')
    expect(lines).toHaveLength(3)
    expect(lines.slice(1).every(line => line.includes(',replayed,'))).toBe(true)
  })
})

/** Until the index knows the letters: a dry run that finds them all. */
async function dryRunOf(page: Page, words: Words, n: number): Promise<void> {
  await expect(async () => {
    await dryRun(page, words)
    // Long enough for a slow machine: when it is there, the same button runs it, and must not be pressed again.
    await expect(page.getByText(words('replays.new.replayable', { n })).first()).toBeAttached({
      timeout: 20_000,
    })
  }).toPass()
}

test('a canary goes first, and the others when somebody resumes; one that dies again is linked', async ({
  page,
  words,
  facts,
}) => {
  const bed = await makeLetters(facts.bootstrap, letters('a', 'b', 'c'))
  const { origin, topic, records, group } = bed
  await page.goto(`${CLUSTER}/replays/new?topic=${topic}&records=${records}&canary=1&bytes=64&stopLag=20000`)
  const pauseAfter = page.getByRole('radio', { name: words('replays.new.canaryAfter.pause') })
  await expect(async () => {
    await pauseAfter.click()
    await expect(pauseAfter).toBeChecked({ timeout: 1_000 })
  }).toPass()
  await page.getByLabel(words('replays.new.number.canaryWait')).fill('30')
  await dryRunOf(page, words, 3)
  await runPlan(page, words, words('replays.new.confirm', { n: 3 }))
  await expect(page.getByText(words('replays.detail.canary.waiting'))).toBeVisible()
  await expect(page.getByText(words('replays.new.canaryWaits', { time: '30m' }))).toBeVisible()
  await expect(page.getByText('64 KiB/s', { exact: true })).toBeVisible()
  await expect(page.getByText(`${words('replays.new.number.stopLag')} ≥ 20,000`)).toBeVisible()
  expect(await valuesOf(page, origin)).toEqual(['a'])
  await bed.withAdmin(admin =>
    admin.setOffsets({ groupId: group, topic: origin, partitions: [{ partition: 0, offset: '3' }] }),
  )
  await expect(inState(page, words, 'paused')).toBeAttached({ timeout: 30_000 })
  await expect(page.getByText(words('replays.stateReason.CANARY_PASSED'))).toBeVisible()
  expect(await valuesOf(page, origin)).toEqual(['a'])
  const main = page.getByRole('main')
  await main.getByRole('button', { name: words('replays.detail.resume'), exact: true }).click()
  await expect(inState(page, words, 'completed')).toBeAttached({ timeout: 30_000 })
  expect(await valuesOf(page, origin)).toEqual(['a', 'b', 'c'])
  await test.step('the consumer fails at one of them once more', async () => {
    const replay = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    await bed.write({ value: 'b', headers: { 'x-replay-id': replay, 'x-replay-source': `${topic}/0/1` } })
    await expect(page.getByText(words('replays.detail.returned', { n: 1 }))).toBeVisible({ timeout: 40_000 })
    await page.getByRole('link', { name: 'P0/3', exact: true }).click()
    await expect(page).toHaveURL(new RegExp(`/dead-letters/r/${topic}/0/3`))
    const stop = page.getByRole('listitem').locator(`a[href="${CLUSTER}/topics/${origin}/0/3"]`)
    await expect(stop).toBeVisible()
  })
})

test('a replay is paused, goes on, and is cancelled: what is left stays accounted for', async ({
  page,
  words,
  facts,
}) => {
  const values = Array.from({ length: 60 }, (_, n) => `v-${n}`)
  const { topic, records } = await makeLetters(facts.bootstrap, letters(...values))
  await page.goto(`${CLUSTER}/replays/new?topic=${topic}&records=${records}&rate=1`)
  await dryRunOf(page, words, 60)
  expect(await violations(page), 'a plan').toEqual([])
  await runPlan(page, words, words('replays.new.confirm', { n: 60 }))
  const main = page.getByRole('main')
  await main.getByRole('button', { name: words('replays.detail.pause'), exact: true }).click()
  await expect(inState(page, words, 'paused')).toBeAttached()
  expect(await violations(page), 'a paused replay').toEqual([])
  await main.getByRole('button', { name: words('replays.detail.resume'), exact: true }).click()
  await expect(inState(page, words, 'running')).toBeAttached()
  const rest = new RegExp(words('replays.detail.cancelRest', { n: 60 }).replace('60', '\\d+'))
  await main.getByRole('button', { name: rest }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button').last().click()
  await expect(inState(page, words, 'cancelled')).toBeAttached({ timeout: 30_000 })
  // Cancelled is said at once; a transaction under way ends first, then the rest is settled.
  let cancelled = 0
  await expect
    .poll(async () => {
      const answer = await page.request.get(`/api/v1${new URL(page.url()).pathname}`)
      const told = (await answer.json()) as Record<string, number>
      cancelled = told.cancelled ?? 0
      return {
        selected: told.selected,
        sum: (told.replayed ?? 0) + cancelled,
        unknown: told.unknown,
        remaining: told.remaining,
      }
    })
    .toEqual({ selected: 60, sum: 60, unknown: 0, remaining: 0 })
  expect(cancelled).toBeGreaterThan(0)
  // What was cancelled is a plan away.
  await page.getByRole('link', { name: words('replays.detail.retryFailed', { n: cancelled }) }).click()
  await expect(page).toHaveURL(/\/replays\/new/)
})

test('records are copied from topic to topic, headers as they are', async ({ page, words, facts }) => {
  const from = await makeLetters(facts.bootstrap, letters('one', 'two'))
  await page.goto(`${CLUSTER}/replays/new`)
  const copy = page.getByRole('radio', { name: words('replays.pick.copy') })
  await expect(async () => {
    await copy.click()
    await expect(copy).toBeChecked({ timeout: 1_000 })
    await page.getByRole('textbox', { name: words('replays.pick.topic') }).fill(from.topic)
    await page.getByRole('button', { name: words('replays.pick.go') }).click({ timeout: 2_000 })
    await expect(page).toHaveURL(/kind=copy/, { timeout: 2_000 })
  }).toPass()
  await page.getByLabel(words('replays.new.targetName')).fill(from.origin)
  await dryRun(page, words)
  await expect(page.getByText(words('replays.new.replayable', { n: 2 })).first()).toBeAttached()
  await runPlan(page, words, words('replays.new.confirm', { n: 2 }))
  await expect(inState(page, words, 'completed')).toBeAttached()
  expect(await valuesOf(page, from.origin)).toEqual(['one', 'two'])
  const answer = await page.request.get(`/api/v1${CLUSTER}/topics/${from.origin}/messages/0/0`)
  const { headers } = (await answer.json()) as { headers: { name: string }[] }
  const names = headers.map(one => one.name)
  expect(names).toContain('kafka_dlt-original-topic')
  expect(names.some(name => name.startsWith('x-replay-'))).toBe(false)
})

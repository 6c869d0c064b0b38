import { readFile } from 'node:fs/promises'
import { CLUSTER, containing, expect, rowsOf, test } from '../fixtures.ts'
import { withOwnTopic } from '../own-topic.ts'

const LONG = 2 * 1024 * 1024

test('a record is checked, written, written again as a tombstone', async ({ page, words, facts }) => {
  const topic = await withOwnTopic(facts.bootstrap, 'write-one', async own => own.name)
  const form = (part: 'key' | 'value') =>
    page.getByRole('radiogroup', { name: words('produce.kindOf', { part: words(`produce.${part}`) }) })
  const text = (part: 'key' | 'value') =>
    page.getByLabel(words('produce.textOf', { part: words(`produce.${part}`) }))
  await page.goto(`${CLUSTER}/topics/${topic}/produce`)
  await test.step('key, value, the same header twice, once without a value', async () => {
    await form('key')
      .getByRole('radio', { name: words('produce.kind.text'), exact: true })
      .click()
    await text('key').fill('order-7')
    await text('value').fill('{"id": 9007199254740993, "id": 1.10}')
    for (const nth of [0, 1]) {
      await page.getByRole('button', { name: words('produce.addHeader') }).click()
      await page
        .getByRole('textbox', { name: words('produce.headerName'), exact: true })
        .nth(nth)
        .fill('source')
    }
    await page
      .getByRole('textbox', { name: words('produce.headerValue'), exact: true })
      .first()
      .fill('by hand')
    await page
      .getByRole('combobox', { name: words('produce.headerKind') })
      .nth(1)
      .click()
    await page.getByRole('option', { name: words('produce.kind.null'), exact: true }).click()
    await page.getByRole('button', { name: words('produce.dryRun'), exact: true }).click()
    await expect(
      page.getByText(words('produce.fits', { key: '7 B', value: '36 B', partition: 'P0' })),
    ).toBeVisible()
    await page.getByRole('button', { name: containing(words('produce.send')) }).click()
    await expect(page.getByText(words('produce.sent', { partition: 0, offset: '0' }))).toBeVisible()
  })
  await test.step('it reads back as it was given', async () => {
    await page.getByRole('link', { name: words('produce.open'), exact: true }).click()
    const value = page.getByRole('region', { name: words('messages.record.value'), exact: true })
    await expect(value).toContainText('"id": 9007199254740993')
    await expect(value).toContainText('"id": 1.10')
    await page.getByRole('tab', { name: containing(words('messages.record.headers')) }).click()
    await expect(page.getByText(words('messages.record.headerNth', { nth: 2, of: 2 }))).toBeVisible()
  })
  await test.step('again from the record, without a value', async () => {
    await page.goto(`${CLUSTER}/topics/${topic}/messages?d=0/0`)
    await page.getByRole('link', { name: words('messages.record.produceAgain') }).click()
    await expect(text('key')).toHaveValue('order-7')
    await form('value')
      .getByRole('radio', { name: words('produce.kind.tombstone'), exact: true })
      .click()
    await page.getByRole('button', { name: containing(words('produce.sendTombstone')) }).click()
    await expect(page.getByText(words('produce.sent', { partition: 0, offset: '1' }))).toBeVisible()
  })
})

test('a file is checked and written line by line, a record of two megabytes among them', async ({
  page,
  words,
  facts,
}) => {
  const topic = await withOwnTopic(facts.bootstrap, 'write-file', async own => own.name)
  const lines = [
    '{"key": {"data": "a"}, "value": {"data": "one"}}',
    '{"value": ',
    JSON.stringify({ key: { data: 'long' }, value: { data: 'x'.repeat(LONG) } }),
    '{"key": {"data": "a"}, "value": null}',
  ]
  await page.goto(`${CLUSTER}/topics/${topic}/produce?mode=file`)
  await page.getByLabel(words('produce.file.choose')).setInputFiles({
    name: 'records.ndjson',
    mimeType: 'application/x-ndjson',
    buffer: Buffer.from(lines.join('\n')),
  })
  await page.getByRole('button', { name: words('produce.file.check'), exact: true }).click()
  const report = page.getByRole('region', { name: words('produce.file.report') })
  await expect(report).toContainText(words('produce.file.checked', { n: 3 }))
  await expect(report).toContainText(words('produce.file.refused', { n: 1 }))
  await page.getByRole('button', { name: words('produce.file.send', { n: 3 }), exact: true }).click()
  await expect(report).toContainText(words('produce.file.written', { n: 3 }))
  await expect(
    report.getByRole('progressbar', { name: words('produce.file.progress', { done: 4, percent: 100 }) }),
  ).toHaveAttribute('aria-valuenow', '100')
  await expect(
    report.getByRole('row').filter({ hasText: words('errors.LINE_NOT_JSON.title', { line: 2 }) }),
  ).toContainText('2')

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: words('produce.file.results') }).click(),
  ])
  const outcomes = (await readFile(await download.path(), 'utf8'))
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { line: number; outcome: string; offset: string | null })
  expect(outcomes.map(({ line, outcome, offset }) => [line, outcome, offset])).toEqual([
    [1, 'written', '0'],
    [2, 'refused', null],
    [3, 'written', '1'],
    [4, 'written', '2'],
  ])
})

test('an export is complete, digit for digit, and can be written again', async ({ page, words, facts }) => {
  const value = '{"id":9007199254740993,"id":1.10}'
  const [from, to] = await withOwnTopic(facts.bootstrap, 'export-from', async one => {
    await one.write({ key: 'a', value }, { key: 'b', value: null })
    return withOwnTopic(facts.bootstrap, 'export-to', async two => [one.name, two.name] as const)
  })
  await page.goto(`${CLUSTER}/topics/${from}/messages`)
  await page.getByRole('button', { name: words('search.export'), exact: true }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: words('search.download'), exact: true }).click(),
  ])
  const file = await readFile(await download.path(), 'utf8')
  expect(file.trim().split('\n')).toHaveLength(2)
  expect(file).toContain(`"value":${value}`)

  await page.goto(`${CLUSTER}/topics/${to}/produce?mode=file`)
  await page
    .getByLabel(words('produce.file.choose'))
    .setInputFiles({ name: 'export.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from(file) })
  await page.getByRole('button', { name: words('produce.file.check'), exact: true }).click()
  await page.getByRole('button', { name: words('produce.file.send', { n: 2 }), exact: true }).click()
  await expect(page.getByText(words('produce.file.written', { n: 2 }))).toBeVisible()
  await page.goto(`${CLUSTER}/topics/${to}/messages?from=oldest`)
  const rows = rowsOf(page, words('messages.list'))
  await expect(rows).toHaveCount(2)
  await expect(rows.first()).toContainText(value)
  await expect(rows.last()).toContainText(words('messages.tombstone'))
})

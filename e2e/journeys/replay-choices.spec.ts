import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { Kafka, logLevel } from 'kafkajs'
import { patchKafkaJs } from '../../server/kafka/write/kafkajs-patches.ts'
import { CLUSTER, expect, test } from '../fixtures.ts'
import { signedInFile } from '../stage.ts'
import type { Words } from '../words.ts'

patchKafkaJs()

const int64 = (n: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(n))
  return bytes
}

/** A topic, its dead-letter topic with these values in it as Spring writes them, and the group that failed. */
async function makeLetters(bootstrap: string, values: readonly string[]) {
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
  const origin = `order.order-service.chosen-${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`
  const [letters, group] = [`${origin}-dlt`, `${origin}-group`]
  const [admin, producer] = [kafka.admin(), kafka.producer({ allowAutoTopicCreation: false })]
  await Promise.all([admin.connect(), producer.connect()])
  try {
    const topics = [origin, letters].map(topic => ({ topic, numPartitions: 1 }))
    await admin.createTopics({ topics, waitForLeaders: true })
    const messages = values.map((value, n) => ({
      key: `k-${n}`,
      value,
      headers: {
        'kafka_dlt-original-topic': origin,
        'kafka_dlt-original-partition': Buffer.alloc(4),
        'kafka_dlt-original-offset': int64(n),
        'kafka_dlt-original-consumer-group': group,
        tenant: 'kr',
      },
    }))
    await producer.send({ topic: letters, messages })
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()])
  }
  const records = `0:${values.map((_, n) => n).join(',')}`
  return { origin, letters, group, records, kafka }
}

/** The values of a topic's records, oldest first, as the API reads them. */
async function valuesOf(page: Page, topic: string): Promise<(string | undefined)[]> {
  const answer = await page.request.get(`/api/v1${CLUSTER}/topics/${topic}/messages?from=oldest`)
  const { items } = (await answer.json()) as { items: { value: { text: string } | null }[] }
  return items.map(one => one.value?.text)
}

const dryRun = (page: Page, words: Words) =>
  page.getByRole('button', { name: words('replays.new.dryRun'), exact: true }).click()

/** From the dry run's answer to the page of the replay. */
async function run(page: Page, words: Words, confirm: string): Promise<void> {
  await page
    .getByRole('complementary', { name: words('replays.new.summary') })
    .getByRole('button')
    .click()
  await page.getByRole('dialog').getByRole('button', { name: confirm }).click()
  await expect(page).toHaveURL(/\/replays\/(?!new)/)
}

const inState = (page: Page, words: Words, state: string) =>
  page.getByRole('status').filter({ hasText: words(`replays.state.${state}`) })

test('an edit is tried out as a difference, approved by somebody else, and told in a report', async ({
  page,
  browser,
  words,
  facts,
}) => {
  const { origin, letters, records } = await makeLetters(facts.bootstrap, [
    '{"id":1,"amount":"1,000"}',
    '{"id":2,"amount":"2,000"}',
  ])
  await page.goto(`${CLUSTER}/replays/new?topic=${letters}&records=${records}&approval=yes`)
  await test.step('one rule for both: the dry run shows lines before and after', async () => {
    const path = page.getByLabel(words('replay-edits.path'), { exact: true })
    await expect(async () => {
      await page.getByRole('button', { name: words('replay-edits.add.field'), exact: true }).click()
      await expect(path.first()).toBeVisible({ timeout: 2_000 })
    }).toPass()
    await path.first().fill('amount')
    await page.getByLabel(words('replay-edits.value'), { exact: true }).first().fill('7')
    await dryRun(page, words)
    const diff = page.getByRole('region', { name: words('replay-edits.diff') })
    await expect(diff.getByText('"amount": "1,000"').first()).toBeVisible()
    await expect(diff.getByText('"amount": 7').first()).toBeVisible()
  })
  await test.step('it waits, and who asked can not approve', async () => {
    await run(page, words, words('replays.new.confirmApproval', { n: 2 }))
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

test('a canary goes first, waits for its group, and lets the others follow', async ({
  page,
  words,
  facts,
}) => {
  const { origin, letters, records, group, kafka } = await makeLetters(facts.bootstrap, ['a', 'b', 'c'])
  await page.goto(`${CLUSTER}/replays/new?topic=${letters}&records=${records}&canary=1`)
  await expect(async () => {
    await dryRun(page, words)
    await expect(page.getByText(words('replays.new.replayable', { n: 3 })).first()).toBeAttached({
      timeout: 5_000,
    })
  }).toPass()
  await run(page, words, words('replays.new.confirm', { n: 3 }))
  await expect(page.getByText(words('replays.detail.canary.waiting'))).toBeVisible()
  expect(await valuesOf(page, origin)).toEqual(['a'])
  const admin = kafka.admin()
  await admin.connect()
  await admin.setOffsets({ groupId: group, topic: origin, partitions: [{ partition: 0, offset: '3' }] })
  await admin.disconnect()
  await expect(inState(page, words, 'completed')).toBeAttached({ timeout: 30_000 })
  expect(await valuesOf(page, origin)).toEqual(['a', 'b', 'c'])
})

import { randomBytes } from 'node:crypto'
import type { Locator, Page } from '@playwright/test'
import { Kafka, logLevel } from 'kafkajs'
import type { TopicRow } from '../../lib/contracts/topics.ts'
import { openCommitter } from '../../scripts/services/committer.ts'
import { CLUSTER, expect, rowsOf, test } from '../fixtures.ts'
import { withOwnTopic } from '../own-topic.ts'
import type { StageFacts } from '../stage.ts'

/**
 * A list of 10,400 topics. The rows are made up and answered in place of the API, page by page as it does:
 * ten thousand real topics take a broker longer than all journeys together. What it costs the server stands
 * in server/topics and in the bench.
 */
const TOPICS = 10_400
const WINDOW = 10_000

const nameOf = (i: number) => `order.order-service.topic-${String(i).padStart(5, '0')}`

const rowOf = (i: number): TopicRow => ({
  name: nameOf(i),
  topicId: null,
  internal: false,
  partitions: 3,
  replicationFactor: 3,
  inSync: { have: 9, want: 9 },
  underReplicated: 0,
  offline: 0,
  messages: String(i * 7),
  bytes: String(i * 4096),
  ratePerSecond: i % 10,
  cleanupPolicy: 'delete',
  retentionMs: '604800000',
  kind: 'normal',
  policy: 'ok',
  groups: 1,
  problem: null,
})

/** Answers the list from the made-up rows; the cursor is the number of the first one. */
async function answerList(page: Page): Promise<{ asked: () => number }> {
  let asked = 0
  await page.route(/\/api\/v1\/clusters\/demo\/topics\?/, async route => {
    asked++
    const query = new URL(route.request().url()).searchParams
    const from = Number(query.get('cursor') ?? 0)
    const to = Math.min(TOPICS, from + Number(query.get('limit')))
    const items = Array.from({ length: to - from }, (_, i) => rowOf(from + i))
    const next = to < TOPICS ? String(to) : null
    const more = { total: TOPICS, matched: TOPICS, internalHidden: 0, sampledAt: new Date().toISOString() }
    await route.fulfill({ json: { items, next, previous: null, ...more } })
  })
  return { asked: () => asked }
}

test('ten thousand topics are scrolled to the last, and few of them are drawn at a time', async ({
  page,
  words,
}) => {
  // Fifty pages, one after another: on a busy machine each takes its second or two.
  test.setTimeout(240_000)
  const list = await answerList(page)
  await page.goto(`${CLUSTER}/topics`)
  const table = page.getByRole('table', { name: words('topics.list'), exact: true })
  const rows = table.locator('tbody tr')
  // The first page came from the server itself; the next look brings the long list.
  await expect(table.getByText(nameOf(0)).first()).toBeVisible({ timeout: 20_000 })

  const scroller = scrollerOf(table)
  const scrollTo = (share: number) => scrollToShare(scroller, share)
  const drawn: number[] = []
  const last = table.getByText(nameOf(WINDOW - 1)).first()
  await expect(async () => {
    await scrollTo(1)
    drawn.push(await rows.count())
    await expect(last).toBeVisible({ timeout: 250 })
  }).toPass({ timeout: 150_000, intervals: [50] })
  expect(list.asked()).toBeGreaterThanOrEqual(WINDOW / 200)

  // Wherever one stops there are rows, and never more than fit twice.
  for (const share of [0.5, 0.13, 0.87, 0, 0.999]) {
    await scrollTo(share)
    drawn.push(await rows.count())
    const seen = await scroller.evaluate(element => {
      const box = element.getBoundingClientRect()
      const hit = document.elementFromPoint(box.x + box.width / 3, box.y + box.height / 2)
      return hit?.closest('tr')?.textContent ?? ''
    })
    expect(seen).toContain('topic-')
  }
  expect(Math.max(...drawn)).toBeLessThan(120)

  await test.step('what is beyond the window is one press away, and so is the way back', async () => {
    await scrollTo(1)
    await page.getByRole('button', { name: words('common.nextRows', { n: WINDOW }) }).click()
    await expect(page).toHaveURL(/after=10000/)
    await expect(table.getByText(nameOf(WINDOW)).first()).toBeVisible({ timeout: 20_000 })
    await expect(page.getByText('10,001–10,200')).toBeVisible()
    await expect(async () => {
      await scrollTo(1)
      await expect(table.getByText(nameOf(TOPICS - 1)).first()).toBeVisible({ timeout: 250 })
    }).toPass({ timeout: 20_000, intervals: [50] })
    await expect(
      page.getByRole('button', { name: containingNext(words('common.nextRows', { n: 1 })) }),
    ).toHaveCount(0)
    await page.getByRole('button', { name: words('common.fromStart') }).click()
    await expect(page).not.toHaveURL(/after=/)
    await expect(page.getByRole('button', { name: words('common.fromStart') })).toHaveCount(0)
  })
})

const GROUPS = 1_200

/**
 * Lends groups that committed and never joined: `<run>-0000` and so on. The cluster is everybody's: they have no
 * lag and a name that comes last, so that nobody else's first page is full of them.
 */
async function withGroups(facts: StageFacts, use: (nameOf: (i: number) => string) => Promise<void>) {
  const run = `zzz-many-${randomBytes(4).toString('hex')}`
  const groupOf = (i: number) => `${run}-${String(i).padStart(4, '0')}`
  const names = Array.from({ length: GROUPS }, (_, i) => groupOf(i))
  const committer = await openCommitter(facts.bootstrap)
  try {
    await withOwnTopic(facts.bootstrap, 'empty', async ({ name: topic }) => {
      await Promise.all(names.map(name => committer.commit(name, [[topic, 0, 0]])))
      await use(groupOf)
    })
  } finally {
    await committer.close()
    await deleteGroups(facts.bootstrap, run)
  }
}

/** Until none is left: a coordinator may refuse for a moment. */
async function deleteGroups(bootstrap: string, prefix: string): Promise<void> {
  const admin = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const left = async () =>
    (await admin.listGroups()).groups.map(one => one.groupId).filter(id => id.startsWith(prefix))
  try {
    await expect(async () => {
      const names = await left()
      if (names.length > 0) await admin.deleteGroups(names)
      expect(await left()).toEqual([])
    }).toPass({ timeout: 60_000, intervals: [500] })
  } finally {
    await admin.disconnect()
  }
}

test('a thousand real groups are scrolled, sorted and searched to the last one', async ({
  page,
  words,
  facts,
}) => {
  test.setTimeout(180_000)
  await withGroups(facts, async groupOf => {
    const [first, last] = [groupOf(0), groupOf(GROUPS - 1)]
    const of = first.slice(0, first.lastIndexOf('-') + 1)
    const matched = async () => {
      const answer = await page.request.get(`/api/v1${CLUSTER}/groups?query=${of}&limit=1`)
      return (await answer.json()).matched
    }
    await expect.poll(matched).toBe(GROUPS)
    await page.goto(`${CLUSTER}/groups?q=${of}&sort=name`)
    const rows = rowsOf(page, words('groups.list'))
    const table = page.getByRole('table', { name: words('groups.list'), exact: true })
    await expect(rows.first()).toContainText(first)
    const drawn: number[] = []
    await expect(async () => {
      await scrollToShare(scrollerOf(table), 1)
      drawn.push(await rows.count())
      await expect(table.getByText(last).first()).toBeVisible({ timeout: 250 })
    }).toPass({ timeout: 60_000, intervals: [50] })
    expect(Math.max(...drawn)).toBeLessThan(120)

    // By name downwards it is the first, and by its name alone the only one.
    await table.getByRole('button', { name: words('groups.column.group') }).click()
    await expect(page).toHaveURL(/sort=-name/)
    await expect(rows.first()).toContainText(last)
    await page.getByLabel(words('groups.filter')).fill(last)
    await expect(rows).toHaveCount(1)
    await expect(rows.first()).toContainText(last)
  })
})

const scrollerOf = (table: Locator) => table.locator('xpath=ancestor::*[contains(@class,"overflow")][1]')

/** Scrolls so far down, of 1, and waits until that is drawn. */
const scrollToShare = (scroller: Locator, share: number) =>
  scroller.evaluate((element, to) => {
    element.scrollTop = to * element.scrollHeight
    return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
  }, share)

/** The words of the button, whatever number stands in them. */
const containingNext = (text: string) => new RegExp(text.replace(/\d+/, '[\\d,]+'))

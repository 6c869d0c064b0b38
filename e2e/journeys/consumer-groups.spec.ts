import { randomBytes } from 'node:crypto'
import type { Page } from '@playwright/test'
import { Kafka, logLevel } from 'kafkajs'
import { openCommitter } from '../../scripts/services/committer.ts'
import { patchKafkaJs } from '../../server/kafka/write/kafkajs-patches.ts'
import { CLUSTER, containing, expect, rowsOf, test, title } from '../fixtures.ts'
import { withNewGroups } from '../group-members.ts'
import type { StageFacts } from '../stage.ts'

const TOPIC = 'order.order-service.created'

/** No two journeys, and no two tries of one, share a group. */
const unique = (name: string) => `${name}-${randomBytes(4).toString('hex')}`

/** Makes groups that committed on the topic of orders, at its beginning, and have no members. */
async function makeGroups(facts: StageFacts, names: readonly string[]): Promise<void> {
  patchKafkaJs()
  const admin = new Kafka({ brokers: [facts.bootstrap], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    const ends = await admin.fetchTopicOffsets(TOPIC)
    const partitions = ends.map(({ partition, low }) => ({ partition, offset: low }))
    for (const groupId of names) await admin.setOffsets({ groupId, topic: TOPIC, partitions })
  } finally {
    await admin.disconnect()
  }
}

/** Waits until the sampler has seen a group. */
async function untilListed(page: Page, group: string): Promise<void> {
  await expect
    .poll(async () => (await page.request.get(`/api/v1${CLUSTER}/groups/${group}`)).status(), {
      timeout: 20_000,
    })
    .toBe(200)
}

test('offsets of a group without members are planned, applied and set back', async ({
  page,
  words,
  facts,
}) => {
  const group = unique('plan-me')
  await makeGroups(facts, [group])
  await untilListed(page, group)
  await page.goto(`${CLUSTER}/groups/${group}?tab=offsets`)
  await page.getByRole('combobox', { name: words('offsets.target') }).click()
  await page.getByRole('option', { name: words('offsets.targets.latest') }).click()
  await page.getByRole('button', { name: words('offsets.plan'), exact: true }).click()

  const rows = rowsOf(page, words('offsets.rows'))
  await expect(rows.filter({ hasText: words('offsets.noSample') }).first()).toBeVisible()
  await test.step('a phone looks at the plan and does nothing with it', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    await expect(page.getByText(words('offsets.notOnPhones'))).toBeVisible()
    await expect(page.getByRole('button', { name: /^Set \d+ offsets?$/ })).toBeHidden()
    await page.setViewportSize({ width: 1440, height: 900 })
    await expect(page.getByText(words('offsets.notOnPhones'))).toBeHidden()
  })
  await test.step('the records at both ends are a press away', async () => {
    await rows
      .filter({ hasText: words('offsets.noSample') })
      .first()
      .click()
    const ends = page.getByRole('dialog')
    await expect(ends).toContainText(words('offsets.sample.key'))
    await expect(ends).toContainText(words('offsets.noSample'))
    await page.keyboard.press('Escape')
    await expect(ends).toHaveCount(0)
  })

  const set = page.getByRole('button', { name: /^Set \d+ offsets?$/ })
  await set.click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Set \d+ offsets?$/ })
    .click()
  await expect(rows.filter({ hasText: words('offsets.outcome.ok') }).first()).toBeVisible()
  await expect(page.getByText(/offsets? set\./)).toBeVisible()

  await page.getByRole('button', { name: words('offsets.undo'), exact: true }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: words('offsets.undo'), exact: true })
    .click()
  await expect(rows.filter({ hasText: words('offsets.undone.ok') }).first()).toBeVisible()
  await expect(page.getByText(/offsets? set back\./)).toBeVisible()
})

test('a group with members is planned but not applied, and says whom to stop', async ({ page, words }) => {
  await page.goto(`${CLUSTER}/groups/order-analytics?tab=offsets`)
  await page.getByRole('button', { name: words('offsets.plan'), exact: true }).click()
  await expect(rowsOf(page, words('offsets.rows')).first()).toBeVisible()
  const set = page.getByRole('button', { name: /^Set \d+ offsets?$/ })
  await expect(set).toHaveAttribute('aria-disabled', 'true')
  await set.focus()
  await expect(page.getByRole('tooltip').first()).toContainText(words('offsets.notIdle'))
  const at = new URL(page.url()).searchParams.get('plan') ?? ''
  expect(at).not.toBe('')
})

for (const language of ['en', 'ko'] as const)
  test.describe(`in ${language}`, () => {
    test.use({ language })
    test('what is wrong with a group is said in a sentence that leads on', async ({ page, words, facts }) => {
      const group = unique('lost')
      const committer = await openCommitter(facts.bootstrap)
      await committer.commit(group, [[TOPIC, 0, 1_000_000_000]])
      await committer.close()
      await untilListed(page, group)
      await page.goto(`${CLUSTER}/groups/${group}`)
      const main = page.getByRole('main')
      const params = { n: 1, topic: TOPIC, partition: 0 }
      await expect(main.getByText(words('groups.signal.beyondEnd.what', params))).toBeVisible()
      await expect(main.getByText(words('groups.signal.beyondEnd.next'))).toBeVisible()
      await page.getByRole('button', { name: words('status.empty'), exact: true }).focus()
      await expect(page.getByRole('tooltip').first()).toContainText(words('groups.statusReason.empty'))
      await main.getByRole('link', { name: words('groups.signal.link.offsets'), exact: true }).click()
      await expect(page.getByRole('button', { name: words('offsets.plan'), exact: true })).toBeVisible()
    })
  })

test('share groups and streams groups show what theirs alone have', async ({ page, words, facts }) => {
  const [share, streams] = [unique('share'), unique('streams')]
  await withNewGroups(facts.bootstrap, { share, streams, topic: TOPIC }, async () => {
    for (const group of [share, streams]) await untilListed(page, group)
    await page.goto(`${CLUSTER}/groups/${streams}?tab=topology`)
    const parts = rowsOf(page, words('groups.topology.list'))
    await expect(parts).toHaveCount(1)
    await expect(parts).toContainText('count')
    await expect(parts).toContainText(TOPIC)
    await page.getByRole('tab', { name: words('groups.detail.tab.members') }).click()
    // Its tasks come when the coordinator has given them out.
    await expect(rowsOf(page, words('groups.member.list'))).toContainText(/count_\[0/, { timeout: 30_000 })

    await page.goto(`${CLUSTER}/groups/${share}`)
    await expect(page.getByRole('tab', { name: words('groups.detail.tab.topology') })).toHaveCount(0)
    const columns = page.getByRole('columnheader')
    await expect(columns.filter({ hasText: words('groups.partition.start') })).toBeVisible()
    await expect(columns.filter({ hasText: words('groups.partition.settled') })).toBeVisible()
    await expect(rowsOf(page, words('groups.detail.partitions')).nth(1)).toContainText(
      words('groups.partition.shared', { n: 1 }),
      { timeout: 30_000 },
    )
  })
})

test('a pinned group comes first, also after a reload, and goes back', async ({ page, words, facts }) => {
  const run = unique('pins')
  const [first, second] = [`${run}-a`, `${run}-b`]
  await makeGroups(facts, [first, second])
  for (const group of [first, second]) await untilListed(page, group)
  const list = `${CLUSTER}/groups?q=${run}&sort=name`
  await page.goto(list)
  const rows = rowsOf(page, words('groups.list'))
  await expect(rows).toHaveCount(2, { timeout: 20_000 })
  await expect(rows.first()).toContainText(first)
  await rows.filter({ hasText: second }).hover()
  await page.getByRole('button', { name: words('groups.pin', { group: second }) }).click()
  await expect(page.getByRole('button', { name: words('groups.unpin', { group: second }) })).toBeVisible()
  await expect(async () => {
    await page.goto(list)
    await expect(rows.first()).toContainText(second, { timeout: 2000 })
  }).toPass({ timeout: 20_000 })

  await page.goto(`${CLUSTER}/groups/${second}`)
  await page.getByRole('button', { name: words('groups.unpin', { group: second }) }).click()
  await expect(page.getByRole('button', { name: words('groups.pin', { group: second }) })).toBeVisible()
  await expect(async () => {
    await page.goto(list)
    await expect(rows.first()).toContainText(first, { timeout: 2000 })
  }).toPass({ timeout: 20_000 })
})

test('groups are found by the team of their service', async ({ page, words, facts }) => {
  const service = unique('svc')
  const team = unique('team')
  const headers = { origin: facts.url }
  const put = async (path: string, data: object) => {
    const answer = await page.request.put(`/api/v1/catalogue/${path}`, {
      data: { revision: 0, ...data },
      headers,
    })
    expect(answer.status()).toBe(200)
  }
  await put(`owner/${team}`, {})
  await put(`service/${service}`, { owner: team })
  await makeGroups(facts, [`${service}-v2`])
  await untilListed(page, `${service}-v2`)
  await page.goto(`${CLUSTER}/groups`)
  const rows = rowsOf(page, words('groups.list'))
  await expect(rows.first()).toBeVisible()
  await page.getByRole('combobox', { name: words('groups.column.owner') }).click()
  await page.getByRole('option', { name: team }).click()
  await expect(page).toHaveURL(containing(`owner=${team}`))
  await expect(rows).toHaveCount(1)
  await expect(rows.first()).toContainText(`${service}-v2`)
  await expect(rows.first()).toContainText(team)
})

test('a list of a cluster where nobody answers says so', async ({ page, words }) => {
  await page.goto('/clusters/dark/groups')
  await expect(title(page)).toContainText(words('groups.title'))
  await expect(
    page
      .getByRole('main')
      .getByText(containing(words('errors.CLUSTER_UNREACHABLE.title')))
      .first(),
  ).toBeVisible({ timeout: 20_000 })
  // Not known is not none.
  await expect(page.getByText(words('groups.unread.title'))).toBeVisible()
  await expect(page.getByText(words('groups.empty.title'))).toHaveCount(0)
})

test.describe('a viewer', () => {
  test.use({ as: 'viewer' })
  test('sees where a group stands, and why it may change nothing', async ({ page, words }) => {
    await page.goto(`${CLUSTER}/groups/settlement-batch?tab=offsets`)
    const plan = page.getByRole('button', { name: words('offsets.plan'), exact: true })
    await expect(plan).toHaveAttribute('aria-disabled', 'true')
    await plan.focus()
    await expect(page.getByRole('tooltip').first()).toContainText('operator')
    await page.getByRole('button', { name: words('offsets.remove.menu') }).click()
    for (const item of ['group', 'offsets'])
      await expect(page.getByRole('menuitem', { name: words(`offsets.remove.${item}`) })).toHaveAttribute(
        'aria-disabled',
        'true',
      )
  })
})

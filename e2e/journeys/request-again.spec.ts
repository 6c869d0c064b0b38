import { CLUSTER, expect, rowsOf, test, title } from '../fixtures.ts'
import { people } from '../people.ts'
import { type Language, wordsIn } from '../words.ts'

const PEOPLE = ['requester', 'approver', 'auditor'] as const
const stamp = () => Date.now().toString(36)

for (const language of ['ko', 'en'] as const satisfies readonly Language[]) {
  test(`a draft with a new domain is filed, given back, changed, approved and registered (${language})`, async ({
    browser,
    facts,
  }) => {
    const words = wordsIn(language)
    const domain = `shop${language}${stamp()}`
    const wrong = `${domain}.shop-api.wrong`
    const right = `${domain}.shop-api.created`
    const { pages, close } = await people(browser, facts, language, PEOPLE)
    const { requester, approver, auditor } = pages
    const state = (page: typeof requester, name: string) =>
      page.getByText(words(`requests.states.${name}`), { exact: true }).first()

    await test.step('the requester proposes the domain, and keeps a draft with a link', async () => {
      await requester.goto(`${CLUSTER}/new-topic?name=${wrong}`)
      const propose = words('topics.new.propose', { kind: words('naming.segment.domain'), name: domain })
      await requester.getByRole('button', { name: propose }).click()
      await requester.getByRole('button', { name: words('topics.new.request'), exact: true }).click()
      const dialog = requester.getByRole('dialog')
      await dialog.getByLabel(words('requests.form.purpose')).fill('events of the shop @approver')
      await dialog.getByLabel(words('requests.form.links')).fill('https://jira.example.com/SHOP-1')
      await dialog.getByRole('button', { name: words('requests.form.saveDraft') }).click()
      await expect(title(requester)).toContainText(wrong)
      await expect(state(requester, 'draft')).toBeVisible()
    })

    await test.step('nobody else finds the draft', async () => {
      await approver.goto(`/requests?tab=all&q=${wrong}`)
      await expect(approver.getByText(words('common.emptyFiltered'))).toBeVisible()
    })

    await test.step('the requester goes on with it, and files it', async () => {
      await requester.getByRole('link', { name: words('requests.actions.continue') }).click()
      await requester.getByRole('button', { name: words('topics.new.request'), exact: true }).click()
      const dialog = requester.getByRole('dialog')
      await expect(dialog.getByLabel(words('requests.form.purpose'))).toHaveValue(
        'events of the shop @approver',
      )
      await dialog.getByRole('button', { name: words('requests.form.look') }).click()
      await expect(dialog.getByText(words('requests.review.brokerOk'))).toBeVisible()
      await dialog.getByRole('button', { name: words('requests.form.submit'), exact: true }).click()
      await expect(state(requester, 'pending')).toBeVisible()
    })

    await test.step('the approver calls the requester, and gives it back', async () => {
      await approver.goto(`/requests?q=${wrong}`)
      await rowsOf(approver, words('requests.list')).first().getByRole('link').first().click()
      await expect(title(approver)).toContainText(wrong)
      await expect(approver.getByRole('link', { name: 'https://jira.example.com/SHOP-1' })).toBeVisible()
      const giveBack = words('requests.actions.requestChanges')
      await approver.getByRole('button', { name: giveBack }).click()
      const dialog = approver.getByRole('dialog')
      const reason = dialog.getByLabel(words('requests.actions.reason'))
      await reason.fill('call it created, ')
      await reason.pressSequentially('@reques')
      const offered = approver.getByRole('listbox', { name: words('requests.people') })
      await expect(offered.getByRole('option')).toHaveText([/^@requester/])
      // Esc sends the list away, and leaves the dialog and what is typed.
      await reason.press('Escape')
      await expect(offered).toBeHidden()
      await reason.pressSequentially('t')
      await expect(offered.getByRole('option')).toHaveText([/^@requester/])
      await reason.press('Enter')
      await expect(reason).toHaveValue('call it created, @requester ')
      await dialog.getByRole('button', { name: giveBack }).click()
      await expect(state(approver, 'changes-requested')).toBeVisible()
    })

    await test.step('the requester renames it, and files it again', async () => {
      await expect(state(requester, 'changes-requested')).toBeVisible({ timeout: 15_000 })
      await expect(requester.getByText('call it created')).toBeVisible()
      await requester.getByRole('link', { name: words('requests.actions.edit'), exact: true }).click()
      await requester.getByLabel(words('topics.new.name')).fill(right)
      await requester.getByRole('button', { name: words('topics.new.request'), exact: true }).click()
      const dialog = requester.getByRole('dialog')
      await dialog.getByRole('button', { name: words('requests.form.resubmit') }).click()
      await expect(title(requester)).toContainText(right)
      await expect(state(requester, 'pending')).toBeVisible()
    })

    await test.step('the approver approves; topic and domain are there', async () => {
      await expect(title(approver)).toContainText(right, { timeout: 15_000 })
      await approver.getByRole('button', { name: words('requests.actions.approve'), exact: true }).click()
      await expect(state(approver, 'applied')).toBeVisible({ timeout: 20_000 })
      await requester.goto(`${CLUSTER}/catalogue?q=${domain}`)
      const row = rowsOf(requester, words('catalogue.kinds.domain'))
      await expect(row).toHaveCount(1)
      await expect(row).toContainText(words('catalogue.sources.catalogue'))
    })

    await test.step('the auditor sees every step', async () => {
      await auditor.goto(`/audit?q=${domain}`)
      const table = auditor.getByRole('table', { name: words('audit.list') })
      await expect(table.getByText(words('audit.actions.catalogue_write'))).toBeVisible()
      await auditor.goto(`/audit?q=${right}`)
      await expect(table.getByText(words('audit.actions.topic_create'))).toBeVisible()
    })
    await close()
  })

  test(`access is asked for from the topic, approved, and stands in the log (${language})`, async ({
    browser,
    facts,
  }) => {
    const words = wordsIn(language)
    const topic = `order.order-service.access-${language}-${stamp()}`
    const { pages, close } = await people(browser, facts, language, [...PEOPLE, 'operator'])
    const { requester, approver, auditor, operator } = pages
    const state = (page: typeof requester, name: string) =>
      page.getByText(words(`requests.states.${name}`), { exact: true }).first()
    const made = await operator.request.post(`/api/v1${CLUSTER}/topics`, {
      data: { name: topic, partitions: 1, replicationFactor: 1, configs: {} },
      headers: { origin: facts.url },
    })
    expect(made.status()).toBe(201)

    await test.step('the requester asks', async () => {
      await requester.goto(`${CLUSTER}/topics/${topic}/partitions`)
      await requester.getByRole('button', { name: words('topics.change.menu') }).click()
      await requester.getByRole('menuitem', { name: words('topics.change.access') }).click()
      await expect(title(requester)).toHaveText(words('requests.form.title'))
      await requester.getByLabel(words('requests.form.principal')).fill('User:billing')
      await requester.getByLabel(words('requests.form.operation.read')).check()
      await requester.getByLabel(words('requests.form.group'), { exact: true }).fill('billing')
      await requester.getByLabel(words('requests.form.purpose')).fill('billing reads it')
      await requester.getByRole('button', { name: words('requests.form.look') }).click()
      await expect(requester.getByText(`User:billing read topic ${topic}`)).toBeVisible()
      await requester.getByRole('button', { name: words('requests.form.submit'), exact: true }).click()
      await expect(title(requester)).toContainText(topic)
    })

    await test.step('the approver approves several at once', async () => {
      await approver.goto(`/requests?q=${topic}`)
      const waiting = rowsOf(approver, words('requests.list'))
      await expect(waiting).toHaveCount(1)
      await waiting.first().getByRole('checkbox').check()
      const approve = words('requests.approveMany', { n: 1 })
      await approver.getByRole('button', { name: approve }).click()
      await approver
        .getByRole('alertdialog')
        .or(approver.getByRole('dialog'))
        .getByRole('button', { name: approve })
        .click()
      const outcome = approver.getByRole('status', { name: words('requests.bulk.title') })
      await expect(outcome).toContainText(words('requests.bulk.applied'), { timeout: 20_000 })
      await expect(state(requester, 'applied')).toBeVisible({ timeout: 20_000 })
    })

    await test.step('the auditor finds the ACL', async () => {
      await auditor.goto(`/audit?q=${topic}`)
      const table = auditor.getByRole('table', { name: words('audit.list') })
      await expect(table.getByText(words('audit.actions.acl_create'))).toBeVisible()
    })

    await test.step('its deletion fails while it is written; the approver decides that it goes all the same', async () => {
      const post = (page: typeof requester, path: string, data: object) =>
        page.request.post(`/api/v1${CLUSTER}${path}`, { data, headers: { origin: facts.url } })
      const text = (data: string) => ({ encoding: 'text', data })
      const record = { partition: 0, key: text('k'), value: text('v') }
      expect((await post(operator, `/topics/${topic}/messages`, record)).ok()).toBe(true)
      const filed = await post(requester, '/topic-requests', { kind: 'delete', topic, purpose: 'not needed' })
      const { request } = await filed.json()
      expect((await post(approver, `/topic-requests/${request.id}/approve`, {})).ok()).toBe(true)
      const one = `${CLUSTER.replace('clusters', 'requests')}/${request.id}`
      const anyway = words('requests.actions.override')
      await requester.goto(one)
      await expect(state(requester, 'failed')).toBeVisible({ timeout: 20_000 })
      // Whoever asked for it may not be who decides that.
      await expect(requester.getByRole('button', { name: anyway })).toHaveAttribute('aria-disabled', 'true')
      await approver.goto(one)
      await approver.getByRole('button', { name: anyway }).click()
      const dialog = approver.getByRole('dialog')
      await expect(dialog.getByText(words('requests.usage.inUse'))).toBeVisible()
      const deed = dialog.getByRole('button', { name: anyway })
      await expect(deed).toHaveAttribute('aria-disabled', 'true')
      await dialog.getByLabel(words('common.typeName', { name: topic })).fill(topic)
      await deed.click()
      await expect(state(approver, 'applied')).toBeVisible({ timeout: 20_000 })
      await expect(approver.getByText(words('requests.codes.OVERRIDDEN'))).toBeVisible()
    })
    await close()
  })
}

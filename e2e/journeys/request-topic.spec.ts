import { CLUSTER, expect, rowsOf, test, title } from '../fixtures.ts'
import { people } from '../people.ts'
import { type Language, wordsIn } from '../words.ts'

const PEOPLE = ['requester', 'approver', 'auditor'] as const

for (const language of ['ko', 'en'] as const satisfies readonly Language[]) {
  test(`a topic is requested, approved by somebody else, and found in the audit log (${language})`, async ({
    browser,
    facts,
  }) => {
    const words = wordsIn(language)
    const topic = `order.order-service.asked-${language}-${Date.now().toString(36)}`
    const { pages, close } = await people(browser, facts, language, PEOPLE)
    const { requester, approver, auditor } = pages

    await test.step('the requester may not create it, and asks', async () => {
      await requester.goto(`${CLUSTER}/topics`)
      await requester.getByRole('link', { name: words('topics.change.requestTopic') }).click()
      // The list has a field that is called nearly the same.
      await expect(title(requester)).toContainText(words('topics.new.title'))
      await requester.getByLabel(words('topics.new.name')).fill(topic)
      await requester.getByRole('button', { name: words('topics.new.request'), exact: true }).click()
      const dialog = requester.getByRole('dialog')
      await dialog.getByLabel(words('requests.form.purpose')).fill('events of orders')
      await dialog.getByRole('button', { name: words('requests.form.look') }).click()
      await expect(dialog.getByText(words('requests.review.brokerOk'))).toBeVisible()
      await dialog.getByRole('button', { name: words('requests.form.submit'), exact: true }).click()
      await expect(title(requester)).toContainText(topic)
      await expect(requester.getByText(words('requests.states.pending'), { exact: true })).toBeVisible()
    })

    await test.step('and cannot approve it', async () => {
      const approve = requester.getByRole('button', { name: words('requests.actions.approve'), exact: true })
      await expect(approve).toHaveAttribute('aria-disabled', 'true')
    })

    await test.step('the approver finds it waiting, and approves', async () => {
      await approver.goto(`/requests?q=${topic}`)
      const waiting = rowsOf(approver, words('requests.list'))
      await expect(waiting).toHaveCount(1)
      await waiting.first().getByRole('link').first().click()
      await expect(title(approver)).toContainText(topic)
      await approver.getByRole('button', { name: words('requests.actions.approve'), exact: true }).click()
      await expect(approver.getByText(words('requests.states.applied'), { exact: true }).first()).toBeVisible(
        { timeout: 15_000 },
      )
    })

    await test.step('the topic is there', async () => {
      const answer = await requester.request.get(`/api/v1${CLUSTER}/topics/${topic}`)
      expect(answer.status()).toBe(200)
    })

    await test.step('the auditor sees who asked, who approved, and what was done', async () => {
      await auditor.goto(`/audit?q=${topic}`)
      const table = auditor.getByRole('table', { name: words('audit.list') })
      await expect(table.getByText(words('audit.actions.request_file'))).toBeVisible()
      await expect(table.getByText(words('audit.actions.topic_create'))).toBeVisible()
    })
    await close()
  })
}

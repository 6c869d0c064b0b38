import type { Page } from '@playwright/test'
import { Kafka, logLevel } from 'kafkajs'
import { patchKafkaJs } from '../../server/kafka/write/kafkajs-patches.ts'
import { CLUSTER, expect, test } from '../fixtures.ts'
import type { Language } from '../words.ts'

/**
 * Everything that can be typed or configured wrongly and reaches a screen: the API answers its code, the page
 * says it in a sentence, in both languages. What ends the process at its start stands in start-up.spec.ts,
 * what fails while it runs in outages.spec.ts.
 */

const TOPIC = 'order.order-service.created'
const topic = `${CLUSTER}/topics/${TOPIC}`

interface Bad {
  what: string
  page: string
  api: string
  status: number
  code: string
  /** Where the console says it in other words than the error's title. */
  says?: string
}

const BAD: Bad[] = [
  {
    what: 'a bootstrap address where no Kafka answers',
    page: '/clusters/no-kafka/topics',
    api: '/clusters/no-kafka/topics',
    status: 502,
    code: 'NOT_KAFKA',
  },
  {
    what: 'a wrong SASL password',
    page: '/clusters/wrong-password/topics',
    api: '/clusters/wrong-password/topics',
    status: 502,
    code: 'AUTHENTICATION_FAILED',
  },
  {
    what: 'an untrusted certificate',
    page: '/clusters/untrusted/topics',
    api: '/clusters/untrusted/topics',
    status: 502,
    code: 'TLS_UNTRUSTED',
  },
  {
    what: 'TLS that is wanted and not configured',
    page: '/clusters/wants-tls/topics',
    api: '/clusters/wants-tls/topics',
    status: 502,
    code: 'TLS_REQUIRED',
  },
  {
    what: 'an unknown cluster',
    page: '/clusters/nowhere/topics',
    api: '/clusters/nowhere/topics',
    status: 404,
    code: 'CLUSTER_UNKNOWN',
    says: 'shell.notFound.title',
  },
  {
    what: 'an unknown topic',
    page: `${CLUSTER}/topics/order.order-service.nothing/messages`,
    api: `${CLUSTER}/topics/order.order-service.nothing/messages`,
    status: 404,
    code: 'TOPIC_UNKNOWN',
  },
  {
    what: 'an unknown partition',
    page: `${topic}/99/0`,
    api: `${topic}/messages/99/0`,
    status: 404,
    code: 'PARTITION_UNKNOWN',
  },
  {
    what: 'an unknown group',
    page: `${CLUSTER}/groups/nobody-consumes`,
    api: `${CLUSTER}/groups/nobody-consumes`,
    status: 404,
    code: 'GROUP_UNKNOWN',
  },
  {
    what: 'an offset beyond the end',
    page: `${topic}/0/99999999`,
    api: `${topic}/messages/0/99999999`,
    status: 416,
    code: 'OFFSET_OUT_OF_RANGE',
    says: 'messages.record.beyond',
  },
  {
    what: 'a malformed offset',
    page: `${topic}/0/0x10`,
    api: `${topic}/messages/0/0x10`,
    status: 400,
    code: 'INPUT_INVALID',
    says: 'shell.notFound.title',
  },
  {
    what: 'a malformed partition',
    page: `${topic}/1e0/5`,
    api: `${topic}/messages/1e0/5`,
    status: 400,
    code: 'INPUT_INVALID',
    says: 'shell.notFound.title',
  },
  {
    what: 'a time that no calendar knows',
    page: `${topic}/messages?from=time:2026-02-30T00:00:00Z`,
    api: `${topic}/messages?from=time:2026-02-30T00:00:00Z`,
    status: 400,
    code: 'INPUT_INVALID',
  },
  {
    what: 'a malformed cursor',
    page: `${topic}/messages?cursor=nonsense`,
    api: `${topic}/messages?cursor=nonsense`,
    status: 400,
    code: 'CURSOR_INVALID',
  },
]

/** The driver's words, addresses of files and secrets have no place on a screen or in an answer. */
const LEAKS = /not-hers-a1b2c3|alice-pw|ECONN|ERR_|Error:|node_modules|at .*\.[jt]s:\d/

/** What turns, blinks or hides the text after it; line ends and tabs are the layout's. */
const INVISIBLE = /(?![\n\r\t])[\p{Cc}\u202a-\u202e\u2028]/u

async function toldByApi(page: Page, bad: Bad, language: Language): Promise<string> {
  const answer = await page.request.get(`/api/v1${bad.api}`, { headers: { 'accept-language': language } })
  const text = await answer.text()
  expect(answer.headers()['content-type']).toContain('application/problem+json')
  expect({ status: answer.status(), ...JSON.parse(text) }).toMatchObject({
    status: bad.status,
    code: bad.code,
  })
  expect(text).not.toMatch(LEAKS)
  return (JSON.parse(text) as { title: string }).title
}

for (const language of ['ko', 'en'] as const) {
  test.describe(`in ${language}`, () => {
    test.use({ language })
    for (const bad of BAD) {
      test(bad.what, async ({ page, words }) => {
        const title = await toldByApi(page, bad, language)
        expect(title).toBe(words(`errors.${bad.code}.title`))
        await page.goto(bad.page)
        const main = page.getByRole('main')
        // A number in a sentence is not known here: what stands before it is.
        const [sentence = ''] = bad.says ? words(bad.says, { end: '#' }).split('#') : [title]
        await expect(main.getByText(sentence).first()).toBeVisible({ timeout: 20_000 })
        await expect(main.getByText(/^(NOT_FOUND|[A-Z_]{8,})/).first()).toBeVisible()
        expect(await main.textContent()).not.toMatch(LEAKS)
        // The house stands around it.
        await expect(page.getByRole('navigation', { name: words('shell.navigation') })).toBeVisible()
      })
    }

    test('a body of 10 MB', async ({ page, words }) => {
      // What the form sends is made too large on its way: the server reads no more than its limit.
      await page.route('**/api/v1/clusters/demo/topics', async route => {
        if (route.request().method() !== 'POST') return route.fallback()
        const body = { ...(route.request().postDataJSON() as object), padding: 'x'.repeat(10 * 1024 * 1024) }
        await route.continue({ postData: JSON.stringify(body) })
      })
      await page.goto(`${CLUSTER}/new-topic`)
      await page.getByLabel(words('topics.new.name')).fill(`order.order-service.big-${language}`)
      const refused = page.waitForResponse(
        answer => answer.request().method() === 'POST' && answer.status() === 413,
      )
      await page.getByRole('button', { name: words('topics.new.dryRun') }).click()
      expect(await (await refused).json()).toMatchObject({ code: 'BODY_TOO_LARGE' })
      await expect(page.getByText(words('errors.BODY_TOO_LARGE.title')).first()).toBeVisible()
      await expect(page.getByText('BODY_TOO_LARGE').first()).toBeVisible()
    })

    test('hostile text in topic data', async ({ page, words, facts }) => {
      const hostile = {
        key: '"><img src=x onerror="window.hit=1">\u202eexe.txt',
        value:
          '{"a":"</script><script>window.hit=1</script>","__proto__":{"hit":1},"b":"\u2028\u202e\u0007"}',
        header: 'javascript:window.hit=1',
      }
      const name = `hostile-${language}`
      const { offset } = await writeRecord(facts.bootstrap, name, hostile)
      const dialogs: string[] = []
      page.on('dialog', dialog => {
        dialogs.push(dialog.message())
        return dialog.dismiss()
      })
      for (const path of [`${CLUSTER}/topics/${name}/messages`, `${CLUSTER}/topics/${name}/0/${offset}`]) {
        await page.goto(path)
        await expect(page.getByRole('main').getByText('window.hit=1').first()).toBeVisible()
        // Shown as text: no element, no script, and none of the characters that turn or blink what follows them.
        expect(await page.evaluate(() => Reflect.get(window, 'hit'))).toBeUndefined()
        await expect(page.locator('main img')).toHaveCount(0)
        expect(await page.getByRole('main').textContent()).not.toMatch(INVISIBLE)
      }
      expect(dialogs).toEqual([])
      await expect(page.getByRole('navigation', { name: words('shell.navigation') })).toBeVisible()
    })
  })
}

async function writeRecord(
  bootstrap: string,
  topicName: string,
  record: Record<'key' | 'value' | 'header', string>,
) {
  patchKafkaJs()
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
  const [admin, producer] = [kafka.admin(), kafka.producer()]
  await Promise.all([admin.connect(), producer.connect()])
  try {
    await admin.createTopics({ topics: [{ topic: topicName, numPartitions: 1 }], waitForLeaders: true })
    const headers = { 'x-hostile': record.header, '<b>name</b>': '\u001b[2J' }
    const [sent] = await producer.send({
      topic: topicName,
      messages: [{ key: record.key, value: record.value, headers }],
    })
    return { offset: sent?.baseOffset ?? '0' }
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()])
  }
}

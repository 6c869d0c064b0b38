import { type Registry, startRegistry } from '../../scripts/services/registry.ts'
import { containing, expect, rowsOf, test } from '../fixtures.ts'
import { makeLetters } from '../letters.ts'
import { withOwnTopic } from '../own-topic.ts'
import { dryRun, inState, runPlan, setField } from '../replay-steps.ts'
import { stageFacts } from '../stage.ts'

const CLUSTER = '/clusters/schemas'
/** Fetched with Maven where no integration test has done so before. */
const REGISTRY_STARTS_MS = 300_000

let registry: Registry
test.beforeAll(async () => {
  test.setTimeout(REGISTRY_STARTS_MS)
  registry = await startRegistry(stageFacts().registryPort)
})
test.afterAll(() => registry.stop())

const fields = [
  { name: 'paymentId', type: 'string' },
  { name: 'amount', type: { type: 'bytes', logicalType: 'decimal', precision: 20, scale: 2 } },
  { name: 'sequence', type: 'long' },
]
const payment = (more: object[] = []) =>
  JSON.stringify({ type: 'record', name: 'Payment', namespace: 'shop', fields: [...fields, ...more] })

async function register(registry: string, subject: string, schema: string): Promise<number> {
  const response = await fetch(`${registry}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema }),
  })
  if (!response.ok) throw new Error(await response.text())
  return ((await response.json()) as { id: number }).id
}

test('Avro by a registry: written from an example, refused at its place, read with every digit, searched, read otherwise', async ({
  page,
  words,
  facts,
}) => {
  const topic = await withOwnTopic(facts.bootstrap, 'avro', async own => {
    await own.write({ value: Buffer.from([0, 0, 0x0f, 0x12, 0x06, 1, 2, 3, 4]) })
    return own.name
  })
  const subject = `${topic}-value`
  await register(registry.url, subject, payment())
  await register(registry.url, subject, payment([{ name: 'note', type: ['null', 'string'], default: null }]))
  const value = page.getByRole('region', { name: words('messages.record.value'), exact: true })
  const text = page.getByLabel(words('produce.textOf', { part: words('produce.value') }))

  await test.step('the subject: two versions, and what changed', async () => {
    await page.goto(`${CLUSTER}/schemas?q=${subject}`)
    await rowsOf(page, words('schemas.title')).getByRole('link', { name: subject, exact: true }).click()
    await page.getByRole('combobox', { name: words('schemas.compare') }).click()
    await page.getByRole('option', { name: 'v1', exact: true }).click()
    await expect(page.getByRole('main')).toContainText('"note"')
  })
  await test.step('an example, a mistake that is named, and the record', async () => {
    await page.goto(`${CLUSTER}/topics/${topic}/produce`)
    await page
      .getByRole('radiogroup', { name: words('produce.kindOf', { part: words('produce.value') }) })
      .getByRole('radio', { name: words('produce.kind.schema'), exact: true })
      .click()
    await page.getByRole('button', { name: words('produce.example') }).click()
    await expect(text).toHaveValue(/"paymentId"/)
    await text.fill('{"paymentId": 7, "amount": 1.10, "sequence": 1, "note": null}')
    await page.getByRole('button', { name: words('produce.dryRun'), exact: true }).click()
    await expect(page.getByText(containing(words('errors.SCHEMA_MISMATCH.title')))).toBeVisible()
    await text.fill(
      '{"paymentId": "p-1", "amount": 123456789012345678.90, "sequence": 9007199254740993, "note": null}',
    )
    await page.getByRole('button', { name: containing(words('produce.send')) }).click()
    await page.getByRole('link', { name: words('produce.open'), exact: true }).click()
  })
  await test.step('read by the schema, and why', async () => {
    await expect(value).toContainText('9007199254740993')
    await expect(value).toContainText('123456789012345678.90')
    await expect(page.getByText(containing(words('messages.serde.reason.confluent-frame')))).toBeVisible()
  })
  await test.step('found by an expression over the decoded value', async () => {
    await page.goto(
      `${CLUSTER}/topics/${topic}/messages?filter=${encodeURIComponent('value.sequence == 9007199254740993')}`,
    )
    const hits = rowsOf(page, words('search.list'))
    await expect(hits).toHaveCount(1, { timeout: 30_000 })
    await hits.first().click()
  })
  await test.step('read otherwise, for this topic, until somebody says by itself again', async () => {
    const readAs = page.getByRole('combobox', { name: words('messages.serde.readAs') })
    const choose = async (name: string, key: 'Home' | 'End') => {
      await readAs.click()
      // Options stand at the ends of a list that scrolls, and hear keys only once the list has the focus.
      await expect(async () => {
        await page.keyboard.press(key)
        await expect(page.getByRole('option', { name, exact: true })).toBeFocused({ timeout: 1_000 })
      }).toPass()
      await page.keyboard.press('Enter')
    }
    await choose(words('messages.serde.decoder.base64'), 'End')
    await expect(page.getByText(containing(words('messages.serde.reason.remembered')))).toBeVisible()
    await choose(words('messages.serde.auto'), 'Home')
    await expect(value).toContainText('9007199254740993')
  })
  await test.step('a record of an unknown schema says so in the reader’s language, beside its bytes', async () => {
    await page.goto(`${CLUSTER}/topics/${topic}/messages?d=0/0`)
    const unknown = containing(words('messages.failure.SCHEMA_UNKNOWN', { schema: '987654' }))
    await expect(page.getByText(unknown)).toBeVisible()
  })
})

/** Avro behind the registry's frame: two numbers below 64, one byte each. */
const twoNumbers = (schemaId: number, id: number, amount: number) => {
  const frame = Buffer.alloc(5)
  frame.writeUInt32BE(schemaId, 1)
  return Buffer.concat([frame, Buffer.from([id * 2, amount * 2])])
}

test('letters with a schema: an edit that it refuses says why, one that fits is shown and replayed', async ({
  page,
  words,
  facts,
}) => {
  const schema = JSON.stringify({
    type: 'record',
    name: 'Order',
    fields: ['id', 'amount'].map(name => ({ name, type: 'int' })),
  })
  const id = await register(registry.url, `edited-${Date.now()}-value`, schema)
  const values = [twoNumbers(id, 1, 5), twoNumbers(id, 2, 6)]
  const { origin, topic, records } = await makeLetters(
    facts.bootstrap,
    values.map(value => ({ value })),
  )
  await page.goto(`${CLUSTER}/replays/new?topic=${topic}&records=${records}`)
  await test.step('a text where the schema has a number: both are refused, with the reason', async () => {
    await setField(page, words, 'amount', 'much')
    await dryRun(page, words)
    await expect(page.getByText(words('replays.refusal.edit-failed'), { exact: true })).toBeVisible()
    const reason = words('replay-edits.problem.schema-mismatch', { detail: '…' }).split('…')[0] ?? ''
    await expect(page.getByText(containing(reason))).toBeVisible()
  })
  await test.step('a number: lines before and after', async () => {
    // A plan folds what it was made of.
    await page.getByRole('button', { name: words('replays.new.change'), exact: true }).click()
    await page.getByLabel(words('replay-edits.value'), { exact: true }).first().fill('7')
    await dryRun(page, words)
    const diff = page.getByRole('region', { name: words('replay-edits.diff') })
    await expect(diff.getByText('"amount": 5').first()).toBeVisible()
    await expect(diff.getByText('"amount": 7').first()).toBeVisible()
  })
  await runPlan(page, words, words('replays.new.confirm', { n: 2 }))
  await expect(inState(page, words, 'completed')).toBeAttached()
  await test.step('written by the same schema', async () => {
    const answer = await page.request.get(`/api/v1${CLUSTER}/topics/${origin}/messages?from=oldest`)
    const { items } = (await answer.json()) as { items: { value: { text: string } | null }[] }
    expect(items.map(one => JSON.parse(one.value?.text ?? ''))).toEqual([
      { id: 1, amount: 7 },
      { id: 2, amount: 7 },
    ])
  })
})

import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { Kafka, logLevel } from 'kafkajs'
import { type Milena, startMilena } from '../../scripts/demo/milena.ts'
import { type Credentials, loadCredentials, writeConfig } from '../../scripts/demo/settings.ts'
import { freePorts } from '../../scripts/lib/ports.ts'
import { makeTempDir } from '../../scripts/lib/temp.ts'
import { type Kafka as Broker, startKafka } from '../../scripts/services/kafka.ts'
import { patchKafkaJs } from '../../server/kafka/write/kafkajs-patches.ts'
import { containing, expect, rowsOf, test, title } from '../fixtures.ts'
import { signedInFile, signIn } from '../stage.ts'
import { wordsIn } from '../words.ts'

/**
 * What fails while somebody works: a Milena and a broker of their own, which may be hurt. One after the
 * other, since they share them.
 */
test.describe.configure({ mode: 'serial', timeout: 150_000 })

const LANGUAGES = ['ko', 'en'] as const
const CLUSTER = '/clusters/frail'
const LETTERS = 240
const ORIGIN = 'order.order-service.frail'

let home: string
let disk: string
let isMounted = false
let broker: Broker
let milena: Milena
let credentials: Credentials
/** The replay that ran: it can be asked to pause as often as somebody likes, and refuses. */
let finished = ''

test.beforeAll(async () => {
  test.setTimeout(150_000)
  home = makeTempDir('milena-outages')
  disk = join(home, 'disk')
  mkdirSync(disk, { recursive: true })
  // A disk that can really be full; where nobody may mount, its test says that it was left out.
  isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', disk]).status === 0
  credentials = await loadCredentials(home)
  broker = await startKafka({ dir: join(home, 'kafka') })
  await writeLetters(broker.bootstrap)
  const clusters = [
    { id: 'frail', name: 'Frail', bootstrapServers: broker.bootstrap, environment: 'dev' as const },
  ]
  const [port = 0] = await freePorts(1)
  milena = await startMilena({
    port,
    configFile: writeConfig(home, credentials, clusters),
    dataDir: join(disk, 'data'),
    authSecret: credentials.authSecret,
    logFile: join('test-results', 'outages-milena.log'),
  })
  await signIn(milena.url, home, 'admin', credentials.passwords.admin)
})

test.afterAll(async () => {
  await milena?.stop()
  await broker?.stop()
  if (isMounted) spawnSync('umount', ['-l', disk])
  rmSync(home, { recursive: true, force: true })
})

/** Records that a Spring consumer gave up on, and the topic that they came from. */
async function writeLetters(bootstrap: string): Promise<void> {
  patchKafkaJs()
  const kafka = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
  const [admin, producer] = [kafka.admin(), kafka.producer()]
  await Promise.all([admin.connect(), producer.connect()])
  const topics = [ORIGIN, `${ORIGIN}-dlt`].map(topic => ({ topic, numPartitions: 1 }))
  await admin.createTopics({ topics, waitForLeaders: true })
  const int32 = Buffer.alloc(4)
  const messages = Array.from({ length: LETTERS }, (_, i) => {
    const int64 = Buffer.alloc(8)
    int64.writeBigInt64BE(BigInt(i))
    const headers = {
      'kafka_dlt-original-topic': ORIGIN,
      'kafka_dlt-original-partition': int32,
      'kafka_dlt-original-offset': int64,
      'kafka_dlt-exception-fqcn': 'java.lang.IllegalStateException',
      'kafka_dlt-exception-message': 'the broker is to die',
    }
    return { key: `k${i}`, value: `{"n":${i}}`, headers }
  })
  await producer.send({ topic: `${ORIGIN}-dlt`, messages })
  await Promise.all([admin.disconnect(), producer.disconnect()])
}

/** A page of somebody signed in at this test's own Milena, in one of the languages. */
async function pageIn(page: Page, language: 'ko' | 'en'): Promise<Page> {
  const context = await page
    .context()
    .browser()
    ?.newContext({
      baseURL: milena.url,
      locale: language === 'ko' ? 'ko-KR' : 'en-US',
      storageState: signedInFile(home, 'admin'),
      viewport: { width: 1440, height: 900 },
    })
  if (!context) throw new Error('no browser')
  return context.newPage()
}

const isReady = async () => (await fetch(`${milena.url}/readyz`)).ok

async function apiCode(page: Page, path: string): Promise<string | null> {
  const answer = await page.request.get(`/api/v1${path}`, { timeout: 40_000 })
  return answer.ok() ? null : ((await answer.json()) as { code: string }).code
}

const UNREACHABLE = /^(CLUSTER_UNREACHABLE|BROKER_UNREACHABLE|LEADER_UNAVAILABLE|TIMED_OUT)$/

for (const language of LANGUAGES) {
  test(`a broker that dies while a page loads, in ${language}`, async ({ page: first }) => {
    const words = wordsIn(language)
    const page = await pageIn(first, language)
    const messages = `${CLUSTER}/topics/${ORIGIN}-dlt/messages`
    await page.goto(messages)
    await expect(rowsOf(page, words('messages.list')).first()).toContainText('k')
    await Promise.all([page.reload({ waitUntil: 'commit' }).catch(() => undefined), broker.kill9()])
    // Whatever of it was read before stays; what is asked for now says why it is not there.
    await page.goto(`${CLUSTER}/topics/${ORIGIN}/messages`, { waitUntil: 'commit' })
    await expect(page.getByText(UNREACHABLE).first()).toBeVisible({ timeout: 60_000 })
    const shown = (await page.getByText(UNREACHABLE).first().textContent()) ?? ''
    await expect(page.getByText(words(`errors.${shown}.title`)).first()).toBeVisible()
    expect(await apiCode(page, `${CLUSTER}/topics/${ORIGIN}/messages`)).toMatch(UNREACHABLE)
    expect(await isReady()).toBe(true)
    await broker.restart()
    await expect
      .poll(() => apiCode(page, `${CLUSTER}/topics/${ORIGIN}/messages`), { timeout: 60_000 })
      .toBeNull()
    await page.goto(messages)
    await expect(rowsOf(page, words('messages.list')).first()).toContainText('k', { timeout: 30_000 })
    await page.context().close()
  })
}

test('a broker that dies while a replay runs: the page goes on, and so does the replay', async ({
  page: first,
}) => {
  const words = wordsIn('en')
  const page = await pageIn(first, 'en')
  const records = Array.from({ length: LETTERS }, (_, i) => ({ partition: 0, offset: String(i) }))
  const created = await page.request.post(`/api/v1${CLUSTER}/replays`, {
    data: { selection: { topic: `${ORIGIN}-dlt`, records }, ratePerSecond: 30 },
    headers: { origin: milena.url },
    timeout: 40_000,
  })
  expect(created.status()).toBe(201)
  const { id, selected } = (await created.json()) as { id: string; selected: number }
  expect(selected).toBe(LETTERS)
  finished = id
  const replay = async () =>
    (await (await page.request.get(`/api/v1${CLUSTER}/replays/${id}`)).json()) as {
      state: string
      replayed: number
    }
  await page.goto(`${CLUSTER}/replays/${id}`)
  await expect.poll(async () => (await replay()).replayed, { timeout: 30_000 }).toBeGreaterThan(20)
  await broker.kill9()
  await page.reload()
  await expect(title(page)).toBeVisible()
  await expect(page.getByText(containing(words('replays.state.running'))).first()).toBeVisible()
  expect(await isReady()).toBe(true)
  await broker.restart()
  await expect.poll(async () => (await replay()).state, { timeout: 90_000 }).toBe('completed')
  expect((await replay()).replayed).toBe(LETTERS)
  await expect(page.getByRole('status').filter({ hasText: words('replays.state.completed') })).toBeAttached({
    timeout: 30_000,
  })
  const offsets = await endOffset(ORIGIN)
  // One marker a transaction beside the records: what counts is that each value is there once.
  expect(offsets.values).toEqual(Array.from({ length: LETTERS }, (_, i) => `{"n":${i}}`).sort())
  await page.context().close()
})

/** All values of a topic's partition 0, read committed, by a client that is not ours. */
async function endOffset(topic: string): Promise<{ values: string[] }> {
  patchKafkaJs()
  const kafka = new Kafka({ brokers: [broker.bootstrap], logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: `outages-${Date.now()}`, readUncommitted: false })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const values: string[] = []
  await consumer.run({
    eachMessage: async ({ message }) => {
      values.push(message.value?.toString() ?? '')
    },
  })
  await expect.poll(() => values.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(LETTERS)
  await consumer.disconnect()
  return { values: values.sort() }
}

for (const language of LANGUAGES) {
  test(`a full disk, in ${language}`, async ({ page: first }) => {
    test.skip(!isMounted, 'nobody may mount a small disk here')
    const words = wordsIn(language)
    const page = await pageIn(first, language)
    const name = `order.order-service.disk-${language}`
    await page.goto(`${CLUSTER}/new-topic`)
    await page.getByLabel(words('topics.new.name')).fill(name)
    await page.getByRole('button', { name: words('topics.new.dryRun') }).click()
    await expect(page.getByText(words('topics.new.dryRunOk'))).toBeVisible()

    const filler = join(disk, 'filler')
    writeFileSync(filler, '')
    spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k'])
    expect(statfsSync(disk).bavail).toBe(0)
    try {
      // Pages and the write ahead log have room of their own for a while: until it is used, intents can be written.
      const refused = async () => {
        const answer = await page.request.post(`/api/v1${CLUSTER}/replays/${finished}/pause`, {
          headers: { origin: milena.url },
        })
        return ((await answer.json()) as { code: string }).code
      }
      await expect.poll(refused, { timeout: 60_000, intervals: [10] }).toBe('STORE_FULL')
      const submit = page.getByRole('button', { name: words('topics.new.submit', { name }) })
      await submit.click()
      await expect(page.getByText(words('errors.STORE_FULL.title')).first()).toBeVisible()
      await expect(page.getByText('STORE_FULL').first()).toBeVisible()
      // No intent could be written, so nothing was done.
      expect(await apiCode(page, `${CLUSTER}/topics/${name}`)).toBe('TOPIC_UNKNOWN')
    } finally {
      rmSync(filler)
    }
    await expect
      .poll(
        async () => {
          const answer = await page.request.post(`/api/v1${CLUSTER}/topics`, {
            data: { name, partitions: 1, replicationFactor: 1 },
            headers: { origin: milena.url },
          })
          return answer.status()
        },
        { timeout: 30_000 },
      )
      .toBe(201)
    expect(milena.ended()).toBeNull()
    await page.context().close()
  })
}

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Download } from '@/lib/contracts/common'
import { messages } from '@/lib/contracts/messages'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import { API, type BrokerProxy, openProxy } from '@/scripts/services/kafka-proxy'
import { downloadStream } from '@/server/http/download'
import { testStore } from '@/server/http/testing'
import { testCluster, withProducer } from '@/server/kafka/testing'
import type { Store } from '@/server/store/types'
import { exportMessages } from './export-messages'
import { getExportManifest } from './get-export-manifest'
import { openReading } from './testing'

/** What an export may have taken from the log ahead of its reader, and how much more than that the log holds. */
const AHEAD_MIB_MAX = 12
/** What it has taken at the least before it waits (it is 6): who took less was only slow. */
const AHEAD_MIB_MIN = 4
const RECORDS = 960
const RECORD_BYTES = 32 * 1024
const LOG_MIB = (RECORDS * RECORD_BYTES) / 1024 ** 2
/** So many looks without another question, and nobody asks any more. */
const QUIET_LOOKS = 12

/** An idle thread would close its connections too, some seconds later. */
const GONE_MS = 8_000

let proxy: BrokerProxy
let reading: ReturnType<typeof openReading>
let store: Store
let topic: string

beforeAll(async () => {
  proxy = await openProxy(kafkaBootstrap())
  reading = openReading(proxy.bootstrap)
  store = await testStore()
  topic = await reading.topicOf({ partitions: 2 })
  // What gzip can't make smaller: only the reader's pace may hold it back.
  const writing = testCluster(kafkaBootstrap())
  await withProducer(writing, async send => {
    for (let sent = 0; sent < RECORDS; sent += 16)
      await send(
        topic,
        Array.from({ length: 16 }, (_, i) => ({ partition: i % 2, value: randomBytes(RECORD_BYTES) })),
      )
  }).finally(() => writing.close())
})
afterAll(async () => {
  await reading?.close()
  await proxy?.close()
  await store?.close()
})

const ctx = () => ({ ...reading.ctx, store })
const start = (over: object): Promise<Download> =>
  exportMessages(ctx(), messages.export.input.parse({ cluster: 'test', topic, ...over }))
const manifestOf = (file: Download) =>
  getExportManifest(ctx(), { cluster: 'test', id: file.headers['x-milena-export'] ?? '' })

/** Waits until more than so many bytes of records came, and nobody asks the broker for more. */
async function untilQuiet(least: number): Promise<void> {
  let before = ''
  let looks = 0
  const isQuiet = () => {
    const bytes = proxy.answeredBytes(API.fetch)
    const now = `${proxy.asked(API.fetch)} ${bytes}`
    looks = now === before && bytes >= least ? looks + 1 : 0
    before = now
    return looks
  }
  await expect.poll(isQuiet, { timeout: 60_000, interval: 100 }).toBeGreaterThanOrEqual(QUIET_LOOKS)
}

describe.each([
  ['as it is', { format: 'raw' }],
  ['compressed', { format: 'raw', gzip: 'true' }],
])('an export %s', (_, asked) => {
  it('waits for a reader who does not read, holding little; one who goes ends it, with its connections', async () => {
    const fetched = proxy.answeredBytes(API.fetch)
    const aheadMiB = () => (proxy.answeredBytes(API.fetch) - fetched) / 1024 ** 2
    const file = await start(asked)
    let over = false
    const onEnd = () => {
      over = true
    }
    const ends = { onEnd, unreadMs: 600_000, onUnread: () => {} }
    const body = downloadStream(file.body, ends).getReader()
    expect((await body.read()).value?.length).toBeGreaterThan(0)
    await untilQuiet(fetched + AHEAD_MIB_MIN * 1024 ** 2)
    expect(LOG_MIB).toBeGreaterThan(2 * AHEAD_MIB_MAX)
    expect(aheadMiB()).toBeLessThan(AHEAD_MIB_MAX)
    expect(proxy.open(API.fetch)).toEqual([1])
    expect(reading.search.stats()).toMatchObject({ running: 1 })

    // It goes on where it waited, and waits again.
    const waited = proxy.answeredBytes(API.fetch)
    for (let read = 0; read < 8 * 1024 ** 2; ) read += (await body.read()).value?.length ?? 0
    await untilQuiet(waited + AHEAD_MIB_MIN * 1024 ** 2)
    expect(aheadMiB()).toBeLessThan(8 + AHEAD_MIB_MAX)

    await body.cancel()
    expect(over).toBe(true)
    await expect.poll(() => proxy.open(API.fetch), { timeout: GONE_MS }).toEqual([0])
    await expect
      .poll(() => reading.search.stats(), { timeout: 20_000 })
      .toMatchObject({ running: 0, waiting: 0 })
    await expect.poll(async () => (await manifestOf(file)).state, { timeout: 20_000 }).toBe('broken')
    const left = proxy.answeredBytes(API.fetch)
    await untilQuiet(left)
    expect(proxy.answeredBytes(API.fetch)).toBe(left)
  })

  it('whose reader takes nothing at all gives its place back', async () => {
    const file = await start(asked)
    const told: string[] = []
    const ends = { unreadMs: 1_500, onEnd: () => told.push('end'), onUnread: () => told.push('unread') }
    const body = downloadStream(file.body, ends).getReader()
    expect((await body.read()).value?.length).toBeGreaterThan(0)
    expect(reading.search.stats()).toMatchObject({ running: 1 })
    await expect.poll(() => told, { timeout: 20_000 }).toEqual(['end', 'unread'])
    await expect.poll(() => reading.search.stats(), { timeout: 20_000 }).toMatchObject({ running: 0 })
    await expect.poll(async () => (await manifestOf(file)).state, { timeout: 20_000 }).toBe('broken')
  })
})

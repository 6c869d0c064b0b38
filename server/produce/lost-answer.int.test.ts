import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { messages } from '@/lib/contracts/messages'
import { produce } from '@/lib/contracts/produce'
import { type Kafka, startKafka } from '@/scripts/services/kafka'
import { testContext, testStore } from '@/server/http/testing'
import { listMessages } from '@/server/messages/list-messages'
import { openReading } from '@/server/messages/testing'
import { auditEvent } from '@/server/store/schema'
import type { Store } from '@/server/store/types'
import { produceBatch } from './produce-batch'
import { produceMessage } from './produce-message'

const PRODUCE = 0

/**
 * Between Milena and a broker whose advertised address it is: from a Produce request on it can keep every
 * answer to itself.
 */
async function openProxy() {
  let upstreamPort = 0
  let holds = false
  let produced = 0
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    const upstream = connect(upstreamPort, '127.0.0.1')
    let silent = false
    for (const one of [socket, upstream]) {
      sockets.add(one)
      one.on('error', () => undefined)
    }
    socket.on('data', bytes => {
      // Requests are small: one chunk is one request, its API key after the length.
      if (bytes.length > 6 && bytes.readInt16BE(4) === PRODUCE) {
        produced++
        if (holds) silent = true
      }
      upstream.write(bytes)
    })
    upstream.on('data', bytes => {
      if (!silent) socket.write(bytes)
    })
    socket.on('close', () => upstream.destroy())
    upstream.on('close', () => socket.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (port: number) => {
      upstreamPort = port
    },
    hold: (on: boolean) => {
      holds = on
    },
    produced: () => produced,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

let kafka: Kafka
let proxy: Awaited<ReturnType<typeof openProxy>>
let reading: ReturnType<typeof openReading>
let store: Store

beforeAll(async () => {
  proxy = await openProxy()
  kafka = await startKafka({
    properties: { 'advertised.listeners': `PLAINTEXT://127.0.0.1:${proxy.port}` },
  })
  proxy.leadTo(kafka.port)
  reading = openReading(`127.0.0.1:${proxy.port}`)
  store = await testStore()
}, 180_000)
afterAll(async () => {
  await reading?.close()
  proxy?.close()
  await kafka?.stop()
  await store?.close()
})

test('an answer that never comes is told as unknown, in the audit log too, and nothing is written twice', async () => {
  const topic = await reading.topicOf()
  const ctx = testContext({ clusters: reading.clusters, store })
  const asked = { cluster: 'test', topic }
  const one = (data: string) =>
    produceMessage(ctx, produce.one.input.parse({ ...asked, value: { encoding: 'text', data } }))
  const line = (data: string) => JSON.stringify({ value: { encoding: 'text', data } })
  await one('before')
  const before = proxy.produced()
  proxy.hold(true)
  const first = Array.from({ length: 100 }, (_, i) => `first ${i}`)
  const [single, batch] = await Promise.all([
    one('single').catch((error: unknown) => error),
    produceBatch(ctx, produce.many.input.parse({ ...asked, lines: [...first, 'second'].map(line) })),
  ])
  expect(single).toMatchObject({ code: 'OUTCOME_UNKNOWN', params: { topic, partition: 0 } })
  expect(batch).toMatchObject({ written: 0, refused: 0, unknown: 100 })
  // A hundred lines are sent as one. What stands behind an unknown outcome in a file is not sent: its place in the
  // order would be unknown too.
  expect(batch.items.map(item => item.outcome)).toEqual([...first.map(() => 'unknown'), 'skipped'])
  expect(proxy.produced()).toBeGreaterThan(before)
  proxy.hold(false)
  const rows = await store.db.select().from(auditEvent)
  expect(rows.filter(row => row.outcome === 'unknown')).toHaveLength(1)

  const sentUntilNow = proxy.produced()
  const read = async () => {
    const input = messages.list.input.parse({ ...asked, from: 'oldest', limit: 200 })
    const { items } = await listMessages(reading.ctx, input)
    return items.map(item => item.value?.text ?? '')
  }
  // The broker did what it was asked: that is why nobody may ask again. Two that are sent at once into one partition
  // are two records, whichever was first: kafkajs by itself numbers them alike, and one takes the other's place.
  await expect.poll(read, { timeout: 20_000 }).toEqual(expect.arrayContaining(['single', ...first]))
  await one('after')
  await sleep(1000)
  const values = await read()
  expect(new Set(values).size).toBe(values.length)
  expect(values).toContain('after')
  expect(values).not.toContain('second')
  // The new one, and at most the one repetition that kafkajs makes of the last: the broker knows it by its number.
  expect(proxy.produced() - sentUntilNow).toBeOneOf([1, 2])
}, 180_000)

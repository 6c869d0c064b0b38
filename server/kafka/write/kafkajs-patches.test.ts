import { createRequire } from 'node:module'
import { beforeAll, expect, test } from 'vitest'
import { BATCH_HEADER_BYTES, encodeBatch } from './encode-batch'
import { patchKafkaJs } from './kafkajs-patches'

const require = createRequire(import.meta.url)
const RECORD = 'kafkajs/src/protocol/recordBatch/record/v0/index.js'
const REQUEST = 'kafkajs/src/protocol/requests/produce/v3/request.js'
const encode = (record: unknown): Buffer => require(RECORD)(record).buffer

let stale: unknown
beforeAll(() => {
  // As when somebody produced before the patch: the request has the old encoder in its hands.
  stale = require(REQUEST)
  patchKafkaJs()
  patchKafkaJs()
})

const header = (name: Buffer | string, value: string | null) => ({
  name: Buffer.from(name as string),
  value: value === null ? null : Buffer.from(value),
})
const record = {
  key: Buffer.from('k'),
  value: null,
  headers: [
    header('a', '1'),
    header('b', null),
    header('a', ''),
    header(Buffer.from([255]), 'x'),
    header('7', 'y'),
  ],
}

test('ordered headers to the byte, as our own encoder writes them', () => {
  const ours = encodeBatch([{ ...record, timestampMs: 0 }]).subarray(BATCH_HEADER_BYTES)
  expect(encode({ ...record, offsetDelta: 0, timestampDelta: 0 }).toString('hex')).toBe(ours.toString('hex'))
})

test('headers as an object are encoded as before', () => {
  const stock = encode({ key: null, value: Buffer.from('v'), headers: { a: 'b' } })
  expect(stock.toString('hex')).toBe('160000000102760202610262')
})

test('a request that was loaded before is loaded anew, with the new encoder', async () => {
  const request = require(REQUEST)
  expect(request).not.toBe(stale)
  const messages = [{ ...record, timestamp: '5' }]
  const topicData = [{ topic: 't', partitions: [{ partition: 0, messages }] }]
  const { buffer } = await request({ acks: -1, timeout: 1, topicData }).encode()
  expect(buffer.includes(encode({ ...record, timestampDelta: 0 }))).toBe(true)
})

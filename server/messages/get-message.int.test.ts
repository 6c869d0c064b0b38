import { afterAll, expect, test } from 'vitest'
import { messages } from '@/lib/contracts/messages'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import { testContext } from '@/server/http/testing'
import { testCluster } from '@/server/kafka/testing'
import { getMessage } from './get-message'
import { getMessageText } from './get-message-text'
import { openReading } from './testing'

const reading = openReading(kafkaBootstrap())
const { cluster, ctx, list, topicOf } = reading
afterAll(() => reading.close())

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const header = (name: string, value: string) => ({ name: Buffer.from(name), value: Buffer.from(value) })

test('a long value: cut where it is asked to be, whole by itself, digit for digit; many headers are counted', async () => {
  const topic = await topicOf({ configs: { 'max.message.bytes': '8388608' } })
  const value = `[${'{"id":9007199254740993,"id":1.10},'.repeat(60_000)}1]`
  const headers = Array.from({ length: 5_000 }, (_, i) => header(`h${i}`, String(i)))
  await cluster.produce(topic, { partition: 0, key: null, value: Buffer.from(value), headers })
  const place = { cluster: 'test', topic, partition: 0, offset: '0' }
  const cut = await getMessage(ctx, messages.get.input.parse({ ...place, preview: 1000 }))
  expect(cut.value).toMatchObject({ format: 'json', truncated: true, bytes: value.length })
  expect(cut.value?.text).toBe(value.slice(0, 1000))
  expect(cut.headers).toHaveLength(5_000)
  expect(cut.moreHeaders).toBeUndefined()
  const whole = await getMessageText(ctx, messages.text.input.parse({ ...place, part: 'value' }))
  expect(Buffer.from(whole.bytes ?? []).toString()).toBe(value)
  const key = await getMessageText(ctx, messages.text.input.parse({ ...place, part: 'key' }))
  expect(key.bytes).toBeNull()

  const [row] = (await list(topic, { from: 'oldest', preview: 10, headerLimit: 2 })).items
  expect(row?.headers.map(one => one.name)).toEqual(['h0', 'h1'])
  expect(row?.moreHeaders).toBe(4_998)
})

test('links of the configuration: filled from the record and its trace, left out where it has none', async () => {
  const topic = await topicOf()
  const traced = header('traceparent', `00-${TRACE}-00f067aa0ba902b7-01`)
  for (const headers of [[traced], []])
    await cluster.produce(topic, { partition: 0, key: Buffer.from('a/b'), value: null, headers })
  const links = [
    { name: 'Trace', url: 'https://t.example/{traceId}' },
    { name: 'Logs', url: 'https://l.example/?k={key}&p={partition}&o={offset}' },
  ]
  const linked = testCluster(kafkaBootstrap(), { records: { links } })
  const clusters = { get: () => linked, list: () => [linked.config], close: () => linked.close() }
  const withLinks = testContext({ clusters })
  const linksOf = async (offset: string) =>
    (await getMessage(withLinks, messages.get.input.parse({ cluster: 'test', topic, partition: 0, offset })))
      .links
  const logs = (offset: string) => ({ name: 'Logs', url: `https://l.example/?k=a%2Fb&p=0&o=${offset}` })
  expect(await linksOf('0')).toEqual([{ name: 'Trace', url: `https://t.example/${TRACE}` }, logs('0')])
  expect(await linksOf('1')).toEqual([logs('1')])
  await linked.close()
})

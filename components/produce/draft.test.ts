import { expect, test } from 'vitest'
import type { Message, Payload } from '@/lib/contracts/messages'
import { produce } from '@/lib/contracts/produce'
import { checkProduceDraft, draftOf, emptyDraft, part, toProduceInput, writtenBy } from './draft'

const payload = (over: Partial<Payload>): Payload => ({
  format: 'text',
  text: '',
  bytes: 1,
  truncated: false,
  ...over,
})
const message = (over: Partial<Message>): Message => ({
  partition: 0,
  offset: '1',
  timestamp: null,
  timestampType: 'CreateTime',
  key: null,
  value: null,
  headers: [],
  size: 0,
  compression: 'none',
  transactional: false,
  ...over,
})

test('what the form makes is what the contract takes', () => {
  const draft = {
    ...emptyDraft('t'),
    headers: [{ name: 'a', value: part('null') }],
    timestamp: '2026-11-21T09:00:00+09:00',
  }
  const input = produce.one.input.parse(toProduceInput('c', 't', draft, true))
  expect(input).toMatchObject({
    key: null,
    headers: [{ name: 'a', value: null }],
    timestamp: '2026-11-21T00:00:00.000Z',
  })
})

test('what is wrong is told by field', () => {
  const draft = {
    key: part('base64', '***'),
    value: part('schema', '{}', ' '),
    headers: [{ name: '', value: part('json', '{') }],
    partition: '3',
    timestamp: 'soon',
  }
  expect(checkProduceDraft(draft, 3)).toEqual({
    key: 'base64',
    value: 'subject',
    'headers[0].value': 'json',
    partition: 'partition',
    timestamp: 'timestamp',
  })
})

test('a record as a draft keeps every byte: digits as text, numbers and binaries as bytes, cut ones fetched', async () => {
  const { draft, cutHeaders } = await draftOf(
    't',
    message({
      key: payload({ format: 'json', decoder: 'json', text: '{"id":12345678901234567890}' }),
      value: payload({ truncated: true, text: 'x' }),
      headers: [
        { name: 'n', value: payload({ format: 'number', text: '-2', bytes: 8 }) },
        { name: 'h', value: payload({ format: 'hex', text: '00ff' }) },
        { name: 'cut', value: payload({ truncated: true }) },
        { name: 'null', value: null },
      ],
    }),
    async which => `raw of ${which}`,
  )
  expect(draft.key).toMatchObject({ kind: 'json', data: '{"id":12345678901234567890}' })
  expect(draft.value).toMatchObject({ kind: 'base64', data: 'raw of value' })
  expect(draft.headers.map(({ value }) => [value.kind, value.data])).toEqual([
    ['base64', '//////////4='],
    ['base64', 'AP8='],
    ['text', ''],
    ['null', ''],
  ])
  expect(cutHeaders).toBe(1)
})

test('JSON behind a byte order mark is written again with the mark', async () => {
  const value = payload({ format: 'json', decoder: 'json', text: '{"id":1}', inside: 'utf-8-bom' })
  const { draft } = await draftOf('t', message({ value }), async () => '')
  expect(draft.value).toMatchObject({ kind: 'text', data: '\ufeff{"id":1}' })
})

const schema = { id: 7, subject: 's', version: 1 }

test('a value that a schema wrote goes through that schema again, where it makes the same bytes', async () => {
  const value = payload({
    ...{ format: 'protobuf', text: '{"id":1}', comesBack: true },
    schema: { ...schema, message: 'shop.Order' },
  })
  const { draft } = await draftOf('t', message({ value }), async () => '')
  expect(draft.value).toMatchObject({ kind: 'schema', data: '{"id":1}', subject: 's' })
  expect(writtenBy(draft.value)).toEqual({ id: 7, message: 'shop.Order' })
  // Another subject's latest version, once somebody names one.
  expect(writtenBy({ ...draft.value, subject: 'other ', message: undefined })).toEqual({ subject: 'other' })
  expect(draft.key.kind).toBe('null')
})

test('a value that its schema would write otherwise (its id in a header, another frame) goes as its bytes', async () => {
  const value = payload({ format: 'avro', text: '{"id":1}', schema, reason: 'header-id' })
  const { draft } = await draftOf('t', message({ value }), async which => `raw of ${which}`)
  expect(draft.value).toMatchObject({ kind: 'base64', data: 'raw of value' })
})

import { expect, test } from 'vitest'
import { outgoingRecord } from '@/lib/contracts/produce'
import type { LogRecord } from '@/server/kafka/port'
import { EXPORT_FORMATS } from '@/server/messages/export-lines'
import { decodeRecord } from '@/server/serde/decode-record'
import { fromExportedLine, isExportedLine, NotReproducible } from './exported-line'

const record = (over: Partial<LogRecord>): LogRecord => ({
  partition: 1,
  offset: 7n,
  timestampMs: 1_700_000_000_000,
  timestampType: 'CreateTime',
  key: null,
  value: null,
  headers: [],
  batch: {
    baseOffset: 7n,
    lastOffset: 7n,
    recordCount: 1,
    compression: 'none',
    transactional: false,
    aborted: false,
    producerId: -1n,
    producerEpoch: -1,
    baseSequence: -1,
    leaderEpoch: 0,
  } as LogRecord['batch'],
  ...over,
})
const exported = (one: LogRecord) => EXPORT_FORMATS.ndjson.line(decodeRecord(one), one).toString().trimEnd()
const bytes = (part: { encoding: string; data: string } | null | undefined) =>
  part && Buffer.from(part.data, part.encoding === 'base64' ? 'base64' : 'utf8')

test('an exported line is written again byte for byte: text, JSON with every digit, bytes, null, empty, headers', () => {
  const one = record({
    key: Buffer.from('키 "1"'),
    value: Buffer.from('{"id":9007199254740993,"id":1.10}'),
    headers: [
      { name: Buffer.from('a'), value: Buffer.from('x') },
      { name: Buffer.from('a'), value: null },
      { name: Buffer.from('b'), value: Buffer.alloc(0) },
      { name: Buffer.from('c'), value: Buffer.from([0xff, 0x00, 0xfe]) },
    ],
  })
  const line = exported(one)
  expect(isExportedLine(JSON.parse(line))).toBe(true)
  const again = outgoingRecord.parse(fromExportedLine(line))
  expect(bytes(again.key)).toEqual(one.key)
  expect(bytes(again.value)).toEqual(one.value)
  expect(again.headers.map(header => [header.name, bytes(header.value)])).toEqual(
    one.headers.map(header => [header.name.toString(), header.value]),
  )
  expect(again).toMatchObject({ partition: null, timestamp: null })
  expect(outgoingRecord.parse(fromExportedLine(exported(record({})))).value).toBeNull()
})

test('what was decoded from other bytes is refused by its name', () => {
  const line = exported(record({ value: Buffer.from([0, 0, 0, 7]) }))
  expect(() => fromExportedLine(line)).toThrow(NotReproducible)
  expect(isExportedLine({ value: null })).toBe(false)
})

import { expect, it } from 'vitest'
import { headerText } from './header-text'
import { fromHex } from './testing'

it.each([
  ['kafka_dlt-original-partition', '00000002', 'int32', '2'],
  ['kafka_dlt-original-offset', '000000000000000e', 'int64', '14'],
  ['kafka_dlt-original-offset', '3132333435363738', 'int64', '3544952156018063160'],
  ['kafka_dlt-original-offset', '3134', 'text', '14'],
  ['kafka_original-timestamp', '000001a1eb3e8ee0', 'int64', '1794948108000'],
  ['retry_topic-attempts', '00000005', 'int32', '5'],
  ['retry_topic-attempts', '05', 'byte', '5'],
  ['retry_topic-original-timestamp', '01a1eb404460', 'big-integer', String(0x01a1eb404460)],
  ['kafka_dlt-original-topic', '6f7264657273', 'text', 'orders'],
  ['springDeserializerExceptionValue', '7465787420', 'bytes', '7465787420'],
  ['__connect.errors.offset', '3136', 'text', '16'],
  ['original-offset', '3132333435363738', 'text', '12345678'],
  ['anything', '00000007', 'int32', '7'],
  ['anything', 'ff00ff', 'bytes', 'ff00ff'],
])('%s %s is %s %s', (name, hex, kind, text) => {
  expect(headerText(name, fromHex(hex))).toEqual({ kind, text })
})

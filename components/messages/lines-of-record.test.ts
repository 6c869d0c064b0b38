import { expect, it } from 'vitest'
import type { Message, Payload } from '@/lib/contracts/messages'
import { linesOfRecord } from './lines-of-record'

const text = (value: string, format: Payload['format'] = 'json'): Payload => ({
  format,
  text: value,
  bytes: value.length,
  truncated: false,
})

it('lays out JSON with every digit and every double name; null, empty and absent stand apart', () => {
  const message: Message = {
    partition: 0,
    offset: '1',
    timestamp: null,
    timestampType: 'NoTimestamp',
    key: null,
    value: text('{"id":9007199254740993,"id":1.10,"tags":[]}'),
    headers: [
      { name: 'a', value: text('1', 'text') },
      { name: 'a', value: null },
      { name: 'b', value: text('', 'text') },
    ],
    size: 0,
    compression: 'none',
    transactional: false,
  }
  expect(linesOfRecord(message)).toEqual([
    'key:',
    '  null',
    'headers:',
    '  a: 1',
    '  a: null',
    '  b: ""',
    'value:',
    '  {',
    '    "id": 9007199254740993,',
    '    "id": 1.10,',
    '    "tags": []',
    '  }',
  ])
})

import { expect, test } from 'vitest'
import { BATCH_LINES_MAX } from '@/lib/contracts/produce'
import { batchesOf } from './send-file'

test('lines keep their numbers, whatever stands between them', () => {
  expect(batchesOf('{"a":1}\r\n\n  \n{"b":2}')).toEqual([{ lines: ['{"a":1}', '{"b":2}'], numbers: [1, 4] }])
  expect(batchesOf('\n\n')).toEqual([])
})

test('pieces are bounded in lines and in characters, and lose nothing', () => {
  const many = batchesOf(Array.from({ length: BATCH_LINES_MAX * 2 + 1 }, (_, i) => `{"i":${i}}`).join('\n'))
  expect(many.map(batch => batch.lines.length)).toEqual([BATCH_LINES_MAX, BATCH_LINES_MAX, 1])
  const large = batchesOf(Array.from({ length: 5 }, () => 'x'.repeat(150_000)).join('\n'))
  expect(large.map(batch => batch.numbers)).toEqual([[1, 2], [3, 4], [5]])
})

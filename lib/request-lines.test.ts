import { expect, test } from 'vitest'
import { changedLines, keptLines, linesOfChange } from './request-lines'

test('what is asked for is a line each, and what is not said is none', () => {
  const lines = linesOfChange({
    ...{ partitions: 3, configs: { 'retention.ms': '60000' }, reset: ['segment.ms'], override: false },
    ...{ owner: '', tags: ['a', 'b'], operations: ['read', 'write'] },
    expected: { recordsPerSecond: 5, recordBytes: 100 },
  })
  expect(Object.fromEntries(lines)).toEqual({
    partitions: '3',
    'configs.retention.ms': '60000',
    'reset.segment.ms': '',
    operations: 'read, write',
    tags: 'a, b',
    expected: '5 × 100',
  })
})

test('an edit is what was and what is, field by field', () => {
  const before = linesOfChange({ partitions: 3, configs: { 'retention.ms': '60000' }, owner: 'a' })
  const after = linesOfChange({ partitions: 2, reset: ['retention.ms'], owner: 'a' })
  expect(changedLines(before, after)).toEqual([
    { field: 'partitions', before: '3', after: '2' },
    { field: 'reset.retention.ms', before: null, after: '' },
    { field: 'configs.retention.ms', before: '60000', after: null },
  ])
  expect(keptLines([{ field: 'purpose', before: null, after: 'x'.repeat(2000) }])[0]?.after).toHaveLength(300)
})

import { expect, it } from 'vitest'
import { parsePartitions } from './parse-partitions'

it('reads partitions', () => {
  expect(parsePartitions(' 2, 0-1  2 ')).toEqual([0, 1, 2])
  expect(parsePartitions('x')).toBeNull()
  expect(parsePartitions('0-999999999')).toBeNull()
})

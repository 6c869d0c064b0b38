import { expect, it } from 'vitest'
import type { GroupDetail, PartitionLag } from '../contracts/groups'
import { takeLag } from './take-lag'

const row = (topic: string, partition: number, lag: string) => ({ topic, partition, lag }) as PartitionLag
const live = { group: 'g', lag: '9', signals: [], problems: [] } as unknown as Parameters<typeof takeLag>[1]
const event = (partitions: PartitionLag[], over: Partial<typeof live> = {}) => ({
  ...live,
  ...{ whole: false, gone: [], partitions },
  ...over,
})
const group = {
  ...{ group: 'g', lag: '1', assignor: 'range' },
  partitions: [row('a', 0, '1'), row('a', 1, '0'), row('b', 0, '0')],
} as unknown as GroupDetail

it('rows that changed take the place of the old ones; the others stay the same objects', () => {
  const after = takeLag(group, event([row('a', 1, '8')]))
  expect(after).toMatchObject({ lag: '9', assignor: 'range' })
  expect(after).not.toHaveProperty('whole')
  expect(after.partitions.map(p => p.lag)).toEqual(['1', '8', '0'])
  expect(after.partitions[0]).toBe(group.partitions[0])
  expect(takeLag(group, event([])).partitions).toBe(group.partitions)
})

it('new rows come in their order, rows that are gone go, and a whole state replaces all', () => {
  const after = takeLag(group, event([row('a', 2, '4')], { gone: [{ topic: 'a', partition: 0 }] }))
  expect(after.partitions.map(p => [p.topic, p.partition])).toEqual([
    ['a', 1],
    ['a', 2],
    ['b', 0],
  ])
  expect(takeLag(group, event([row('c', 0, '4')], { whole: true })).partitions).toHaveLength(1)
})

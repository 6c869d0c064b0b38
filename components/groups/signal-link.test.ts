import { expect, it } from 'vitest'
import type { GroupDetail } from '@/lib/contracts/groups'
import { signalLink } from './signal-link'

type Signal = GroupDetail['signals'][number]
const detail = {
  group: 'a b/c',
  partitions: [{ topic: 't', partition: 3, committed: '41' }],
} as unknown as GroupDetail
const link = (kind: Signal['kind'], params: Signal['params'] = {}) =>
  signalLink({ kind, severity: 'warn', params }, 'c', detail)

it('leads to the record that holds a partition up, if there is a commit', () => {
  expect(link('stuckPartition', { topic: 't', partition: 3 })).toEqual({
    href: '/clusters/c/topics/t/3/41',
    words: 'record',
  })
  expect(link('stuckPartition', { topic: 't', partition: 4 })).toBeNull()
})

it('leads to members, offsets, the chart or the topic, of a group of any name', () => {
  expect(link('stall')?.href).toMatch(/^\/clusters\/c\/groups\/~[\w-]+\?tab=members$/)
  expect(link('beyondEnd')?.href).toContain('?tab=offsets')
  expect(link('skew', { topic: 't', partition: 3 })?.href).toContain('?of=t%2F3')
  expect(link('dataLost', { topic: 't' })?.href).toBe('/clusters/c/topics/t/configs')
  expect(link('nearExpiry')).toBeNull()
})

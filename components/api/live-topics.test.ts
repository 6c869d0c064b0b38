import { expect, it } from 'vitest'
import { tells, topicsOf } from './live-topics'

it('subscribes to what is watched, each once, in one order', () => {
  expect(topicsOf(['overview', 'groups', 'overview', 'group:a'])).toEqual(['group:a', 'groups', 'overview'])
  expect(topicsOf([])).toEqual([])
})

it('takes all groups together where one stream does not take each, and its reader knows them again', () => {
  const many = Array.from({ length: 25 }, (_, i) => `group:g${i}`)
  expect(topicsOf([...many, 'overview'])).toEqual(['groups', 'overview'])
  expect(topicsOf([`group:${'x'.repeat(1950)}`])).toEqual(['groups'])
  expect(topicsOf(Array.from({ length: 30 }, (_, i) => `replay:${i}`))).toHaveLength(20)
  expect(tells('groups', 'group:g7')).toBe(true)
  expect(tells('groups', 'groups')).toBe(true)
  expect(tells('group:g7', 'groups')).toBe(false)
  expect(tells('overview', 'group:g7')).toBe(false)
})

it('a group whose name holds a comma is one topic, and hears of itself', () => {
  const [topic = ''] = topicsOf(['group:a,overview'])
  expect(topic).toMatch(/^group:~[A-Za-z0-9_-]+$/)
  expect(tells(topic, 'group:a,overview')).toBe(true)
  expect(tells('overview', 'group:a,overview')).toBe(false)
})

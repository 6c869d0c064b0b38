import { describe, expect, it } from 'vitest'
import {
  CHANGE_KINDS,
  type ChangeDraft,
  changeOf,
  configLines,
  draftOf,
  EMPTY_CHANGE,
  parseConfigLines,
  parseLinks,
  storableOf,
} from './change-draft'

describe('config lines', () => {
  it('set, reset, and are refused as a whole when one is neither', () => {
    expect(parseConfigLines('retention.ms = 5\n\n -segment.ms\ncleanup.policy')).toEqual({
      configs: { 'retention.ms': '5' },
      reset: ['segment.ms', 'cleanup.policy'],
    })
    expect(parseConfigLines('retention ms=5')).toBeNull()
    expect(parseConfigLines('-retention.ms=5')).toBeNull()
    expect(Object.keys(parseConfigLines('constructor=1')?.configs ?? {})).toEqual(['constructor'])
  })
  it('come back as they were said', () => {
    const lines = configLines({ 'retention.ms': '5' }, ['segment.ms'])
    expect(lines).toBe('-segment.ms\nretention.ms=5')
    expect(parseConfigLines(lines)).toEqual({ configs: { 'retention.ms': '5' }, reset: ['segment.ms'] })
  })
})

describe('a change', () => {
  const full = {
    count: '12',
    lines: 'retention.ms=5',
    override: true,
    principal: 'User:alice',
    operations: ['read' as const],
    group: 'g',
  }
  it.each(CHANGE_KINDS)('of kind %s goes into its fields and comes back', kind => {
    const change = changeOf(kind, full)
    expect(change).not.toBeNull()
    expect(changeOf(kind, draftOf(change ?? {}))).toEqual(change)
  })
  it('is not ready while something is missing', () => {
    expect(CHANGE_KINDS.map(kind => changeOf(kind, EMPTY_CHANGE))).toEqual([
      null,
      null,
      null,
      { override: false },
    ])
    expect(changeOf('partitions', { ...full, count: '0' })).toBeNull()
    expect(changeOf('access', { ...full, principal: 'alice' })).toBeNull()
    expect(changeOf('access', { ...full, operations: ['write'] })).not.toHaveProperty('group')
  })
})

it('links are web addresses, one a line, each once', () => {
  expect(parseLinks('')).toEqual([])
  expect(parseLinks(' https://a.example/1\nhttp://b.example \n https://a.example/1')).toEqual([
    'https://a.example/1',
    'http://b.example',
  ])
  expect(parseLinks('javascript:alert(1)')).toBeNull()
  expect(parseLinks('KAFKA-1')).toBeNull()
  expect(parseLinks(Array.from({ length: 21 }, (_, i) => `https://a.example/${i}`).join('\n'))).toBeNull()
})

it('a draft keeps what is there, and what would get lost is no draft', () => {
  const typed = (part: Partial<ChangeDraft>) => ({ ...EMPTY_CHANGE, ...part })
  expect(storableOf('partitions', typed({}))).toEqual({})
  expect(storableOf('partitions', typed({ count: '7' }))).toEqual({ partitions: 7 })
  expect(storableOf('partitions', typed({ count: 'seven' }))).toBeNull()
  expect(storableOf('configs', typed({}))).toEqual({})
  expect(storableOf('configs', typed({ lines: 'a=b' }))).toEqual({ configs: { a: 'b' }, reset: [] })
  expect(storableOf('configs', typed({ lines: '!' }))).toBeNull()
  expect(storableOf('access', typed({ principal: ' alice', group: 'g' }))).toEqual({
    principal: 'alice',
    operations: [],
    group: 'g',
  })
  expect(storableOf('delete', typed({ override: true }))).toEqual({ override: true })
})

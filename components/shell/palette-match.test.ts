import { describe, expect, it } from 'vitest'
import { initialsOf, matchScore, parseOwnLink, parseRecordAddress } from './palette-match'

describe('matchScore', () => {
  it('finds a Korean command by its initial consonants', () => {
    expect(initialsOf('재처리')).toBe('ㅈㅊㄹ')
    expect(matchScore('ㅈㅊㄹ', ['재처리', 'Replays'])).toBeGreaterThan(0)
    expect(matchScore('ㅋㅅㅁㄱㄹ', ['컨슈머 그룹'])).toBeGreaterThan(0)
    expect(matchScore('ㅌㅍ', ['컨슈머 그룹'])).toBe(0)
    expect(matchScore('ㅋㅅㅁ ㄱㄹ', ['컨슈머 그룹'])).toBeGreaterThan(0)
  })
  it('finds the same command in English, and prefers a prefix to a middle', () => {
    expect(matchScore('repl', ['재처리', 'Replays'])).toBe(3)
    expect(matchScore('group', ['Consumer groups'])).toBe(2)
    expect(matchScore('lay', ['Replays'])).toBe(1)
    expect(matchScore('zzz', ['Replays'])).toBe(0)
  })
  it('takes decomposed Hangul as typed on a Mac', () => {
    expect(matchScore('재처리'.normalize('NFD'), ['재처리'])).toBe(3)
  })
})

describe('parseRecordAddress', () => {
  it('reads topic/partition/offset with or without grouping and P', () => {
    const expected = { topic: 'order.order-service.created', partition: 3, offset: '884213' }
    expect(parseRecordAddress('order.order-service.created/3/884213')).toEqual(expected)
    expect(parseRecordAddress(' order.order-service.created / P3 / 884,213 ')).toEqual(expected)
  })
  it.each([
    'topic/3',
    'a/b/c',
    'topic/99999999999/1',
    'topic/1/99999999999999999999',
    '../1/2/3',
    'topic/1/,',
  ])('refuses %s', text => expect(parseRecordAddress(text)).toBeNull())
})

describe('parseOwnLink', () => {
  it('takes the path of our own links only', () => {
    expect(parseOwnLink('https://m.example/clusters/a/topics?q=1#x', 'https://m.example')).toBe(
      '/clusters/a/topics?q=1#x',
    )
    expect(parseOwnLink('https://evil.example/clusters', 'https://m.example')).toBeNull()
    expect(parseOwnLink('javascript:alert(1)', 'https://m.example')).toBeNull()
  })
})

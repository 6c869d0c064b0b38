import { describe, expect, it } from 'vitest'
import { calledIn, isCallable, mentionAt } from './mentions'

describe('who a text calls', () => {
  it.each([
    ['why, @kim?', ['kim']],
    ['@kim @lee', ['kim', 'lee']],
    ['ask @kim.', ['kim.', 'kim']],
    ['@kim@example.com sees it', ['kim@example.com', 'kim']],
    ['(@김민수)', ['김민수']],
    ['mail@kim a@b.c @@kim @ kim', []],
  ])('%s', (text, names) => {
    expect(calledIn(text).flat()).toEqual(names)
  })

  it('takes a text of one character over and over in a line’s time', () => {
    expect(calledIn('@'.repeat(100_000))).toEqual([])
    expect(calledIn(`${'a@'.repeat(50_000)}`)).toEqual([])
  })

  it('calls nobody whose name has a blank in it', () => {
    expect(['kim', 'kim@example.com', '김민수'].every(isCallable)).toBe(true)
    expect(['kim lee', '@kim', '', 'a\nb'].some(isCallable)).toBe(false)
  })
})

describe('the name that is being typed', () => {
  it.each([
    ['@', 1, { at: 0, query: '' }],
    ['ask @ki', 7, { at: 4, query: 'ki' }],
    ['ask @ki more', 7, { at: 4, query: 'ki' }],
    ['first\n@김', 8, { at: 6, query: '김' }],
    ['ask @kim ', 9, null],
    ['mail@ki', 7, null],
    ['@ki', 0, null],
  ])('%j at %i', (text, caret, expected) => {
    expect(mentionAt(text, caret)).toEqual(expected)
  })

  it('is found at the end of a long text', () => {
    const text = `${'word '.repeat(400)}@kim`
    expect(mentionAt(text, text.length)).toEqual({ at: text.length - 4, query: 'kim' })
  })
})

import { describe, expect, it } from 'vitest'
import { isMoved, nextKeys } from './use-held-rows'

describe('the order that a reader saw', () => {
  it('begins with what is there', () => expect(nextKeys([], ['a', 'b'])).toEqual(['a', 'b']))
  it('stays when the server reorders', () =>
    expect(nextKeys(['a', 'b', 'c'], ['c', 'a', 'b'])).toEqual(['a', 'b', 'c']))
  it('lets new rows above or between wait', () =>
    expect(nextKeys(['a', 'b'], ['n', 'a', 'm', 'b'])).toEqual(['a', 'b']))
  it('takes further pages at the end', () =>
    expect(nextKeys(['a', 'b'], ['a', 'b', 'c'])).toEqual(['a', 'b', 'c']))
  it('drops what is gone', () => expect(nextKeys(['a', 'b', 'c'], ['n', 'a', 'c'])).toEqual(['a', 'c']))
  it('begins anew when nothing known is left', () => expect(nextKeys(['a'], ['x', 'y'])).toEqual(['x', 'y']))
  it('answers the same list when nothing changed', () => {
    const known = ['a', 'b']
    expect(nextKeys(known, ['b', 'a'])).toBe(known)
  })
  it('says that it is not the order of now any more, whatever waits or is gone', () => {
    expect(isMoved(['a', 'b'], ['n', 'a', 'm', 'b'])).toBe(false)
    expect(isMoved(['a', 'b', 'c'], ['a', 'c'])).toBe(false)
    expect(isMoved(['a', 'b', 'c'], ['c', 'a', 'b'])).toBe(true)
  })
})

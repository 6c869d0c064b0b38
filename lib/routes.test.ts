import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeId, encodeId, fillPath, parsePath, routes, safeNext, switchCluster } from './routes'

const HOSTILE = [
  '',
  '.',
  '..',
  '~',
  '~x',
  'a/b',
  '../../etc/passwd',
  'a%2Fb',
  '%',
  'a b',
  '주문',
  '👩‍👩‍👧',
  'a?b#c',
  'new\nline',
  '\u0000',
  'a'.repeat(249),
]

describe('encodeId, decodeId', () => {
  it.each(HOSTILE)('carry %j there and back as one plain segment', id => {
    const segment = encodeId(id)
    expect(segment).toMatch(/^[A-Za-z0-9._~-]+$/)
    expect(segment).not.toBe('.')
    expect(segment).not.toBe('..')
    expect(decodeId(segment)).toBe(id)
    // A browser resolves the path before it sends it: nothing may be normalised away.
    const url = new URL(`/clusters/c/topics/${segment}/messages`, 'http://m.example')
    expect(url.pathname).toBe(`/clusters/c/topics/${segment}/messages`)
  })
  it('leave ordinary names as they are', () => {
    expect(encodeId('order.order-service.created_v1')).toBe('order.order-service.created_v1')
  })
  it('carry any well-formed text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), id => {
        expect(decodeId(encodeId(id))).toBe(id.toWellFormed())
      }),
    )
  })
  it.each(['~a', '~=', '~a b', '~_w', '%E0%A4%A', '~gICA'])('refuse %j', segment =>
    expect(decodeId(segment)).toBeNull(),
  )
  it('take percent escapes that people and programs send', () => {
    expect(decodeId('a%2Fb')).toBe('a/b')
    expect(decodeId('%EC%A3%BC')).toBe('주')
    expect(decodeId('%7EYS9i')).toBe('a/b')
  })
})

describe('fillPath', () => {
  it('fills parameters and says which it used', () => {
    const { path, used } = fillPath('/clusters/{cluster}/topics/{topic}', {
      cluster: 'c',
      topic: 'a/b',
      limit: 5,
    })
    expect(path).toBe('/clusters/c/topics/~YS9i')
    expect([...used]).toEqual(['cluster', 'topic'])
  })
  it('throws on a missing parameter', () => {
    expect(() => fillPath('/clusters/{cluster}', {})).toThrow('cluster')
  })
})

describe('parsePath', () => {
  it('undoes what routes build', () => {
    expect(parsePath(routes.overview('프로드'))).toEqual({ cluster: '프로드', section: 'overview', rest: [] })
    expect(parsePath(routes.topic('c', 'a/b', 'messages'))).toEqual({
      cluster: 'c',
      section: 'topics',
      rest: ['a/b', 'messages'],
    })
    expect(parsePath(routes.newTopic('c'))).toEqual({ cluster: 'c', section: 'topics', rest: ['new'] })
    expect(parsePath(routes.audit())).toEqual({ cluster: null, section: 'audit', rest: [] })
  })
  it('has no section for what it does not know', () => {
    expect(parsePath('/clusters/c/nonsense').section).toBeNull()
    expect(parsePath('/nonsense').section).toBeNull()
  })
  it('keeps the section but not the id when the cluster changes', () => {
    expect(switchCluster(routes.topic('a', 't', 'configs'), 'b')).toBe('/clusters/b/topics')
    expect(switchCluster('/audit', 'b')).toBe('/clusters/b')
  })
})

describe('safeNext', () => {
  it.each([
    ['/clusters/a?q=1#x', '/clusters/a?q=1#x'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['https://evil.example/', '/'],
    ['javascript:alert(1)', '/'],
    ['/sign-in?next=/x', '/'],
    ['/api/auth/signout', '/'],
    ['/a/../sign-in', '/'],
    ['/.//evil.example', '/'],
    ['', '/'],
    [null, '/'],
  ])('%j leads to %j', (next, expected) => expect(safeNext(next)).toBe(expected))
})

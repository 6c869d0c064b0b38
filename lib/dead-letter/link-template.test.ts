import { describe, expect, it } from 'vitest'
import { fillLink, linkTemplateProblem, readTraceparent } from './link-template'

describe('a template', () => {
  it.each([
    ['https://grafana.example/d/x?var-topic={topic}', null],
    ['https://kibana.example/{group}', null],
    ['javascript:alert(1)', 'must be an http'],
    ['https://{topic}.example/', 'must name its host'],
    ['https://a.example@{topic}/', 'must name its host'],
    ['https://user:pw@a.example/', 'user name'],
    ['https://a.example/{password}', 'names {password}'],
    ['https:///x', 'must be an http'],
  ])('%s', (template, problem) => {
    if (problem === null) expect(linkTemplateProblem(template)).toBeNull()
    else expect(linkTemplateProblem(template)).toContain(problem)
  })
})

describe('filled', () => {
  it('with hostile values stays on its host and in its place', () => {
    const at = 'https://jira.example/browse/{topic}?q={message}#{key}'
    expect(fillLink(at, { topic: '../../x', message: '"&a=b#c', key: 'javascript:alert(1)' })).toBe(
      'https://jira.example/browse/..%2F..%2Fx?q=%22%26a%3Db%23c#javascript%3Aalert(1)',
    )
    expect(fillLink('https://a.example/p/{topic}/z', { topic: '..' })).toBe('https://a.example/p/_/z')
    expect(fillLink('https://a.example/{topic}', { topic: '@evil.example' })).toBe(
      'https://a.example/%40evil.example',
    )
    expect(fillLink('https://a.example/{topic}', { topic: 'lone \ud800' })).toContain('%EF%BF%BD')
  })

  it('is left out where a value is not known', () => {
    expect(fillLink('https://tempo.example/{traceId}', { traceId: null })).toBeNull()
    expect(fillLink('https://tempo.example/{traceId}', {})).toBeNull()
    expect(fillLink('https://a.example/{partition}', { partition: 0 })).toBe('https://a.example/0')
  })
})

it.each([
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', '4bf92f3577b34da6a3ce929d0e0e4736'],
  ['00-00000000000000000000000000000000-00f067aa0ba902b7-01', null],
  ['ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', null],
  ['00-4BF9', null],
  [null, null],
])('traceparent %s', (text, traceId) => {
  expect(readTraceparent(text)?.traceId ?? null).toBe(traceId)
})

import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, it } from 'vitest'
import { readRefusal, refusalOf, turnAway } from './front-door'
import { handleUnknown } from './handle-unknown'
import { installTestRuntime, testConfig } from './testing'

const READ = 'GET, HEAD'

it.each([
  ['GET', '/api/v1/clusters'],
  ['HEAD', '/api/v1/clusters?x=%ff'],
  ['POST', '/api/v1/clusters/dev/topics'],
  ['DELETE', '/api/v1/clusters/dev/topics/a%2Fb'],
  ['POST', '/api/v1/nothing/of/ours'],
  ['POST', '/api/auth/callback/credentials'],
  ['GET', '/clusters/dev'],
  ['GET', 'http://127.0.0.1:3000/clusters'],
  ['POST', '/__nextjs_original-stack-frames'],
  ['GET', '/%ED%95%9C%EA%B8%80'],
])('%s %s may go on', (method, url) => expect(refusalOf(method, url)).toBeNull())

it.each([
  ['POST', '/api/v1/clusters', READ, false],
  ['OPTIONS', '/api/v1/clusters', READ, false],
  ['PUT', '/api/v1/clusters/dev/topics?x=1', 'GET, HEAD, POST', false],
  ['GET', '/api/v1/clusters/dev/names/check', 'POST', false],
  ['HEAD', '/api/v1/clusters/dev/events', 'GET', false],
  ['HEAD', '/api/v1/clusters/dev/topics/orders/export', 'GET', false],
  ['PROPFIND', '/api/v1/nothing/of/ours', 'GET, HEAD, POST, PUT, PATCH, DELETE', false],
  ['TRACE', '/api/v1/me', READ, false],
  ['POST', '/api/v1/openapi.json', READ, true],
  ['GET', '/api/hooks/slack', 'POST', true],
  ['DELETE', '/api/auth/session', 'GET, HEAD, POST', true],
  ['POST', '/healthz', READ, true],
  ['POST', '/clusters/dev', READ, true],
  ['TRACE', '/', READ, true],
])('%s %s is told what would do', (method, url, allow, open) => {
  expect(refusalOf(method, url)).toEqual({ code: 'METHOD_NOT_ALLOWED', allow, open })
})

it('lets in what any route handler takes: a door of its own that nobody told of would stand shut', () => {
  const handlers = globSync('app/**/route.ts').flatMap(file => {
    const path = dirname(file)
      .slice('app'.length)
      .replace(/\/\([^)]*\)/g, '')
      .replace(/\[[^\]]*\]/g, 'session')
    const methods = readFileSync(file, 'utf8').matchAll(
      /^export (?:const|async function|function) ([A-Z]+)\b/gm,
    )
    return [...methods].map(([, method = '']) => ({ method, path }))
  })
  expect(handlers).toContainEqual({ method: 'POST', path: '/api/hooks/slack' })
  expect(handlers.filter(({ method, path }) => refusalOf(method, path) !== null)).toEqual([])
})

it.each(['/%ff', '/api/v1/clusters/%E0%A4%A/topics', '/%', '*', '', 'http://127.0.0.1', 'clusters'])(
  'the path %j is refused',
  url => expect(refusalOf('GET', url)).toEqual({ code: 'INPUT_INVALID', open: true }),
)

it('a client cannot say that it was refused', () => {
  const request = { method: 'GET', url: '/api/v1/me', headers: { 'x-milena-refused': '{"open":true}' } }
  turnAway(request)
  expect(request).toEqual({ method: 'GET', url: '/api/v1/me', headers: {} })
})

it('is told in a document, with the methods that would do, to those who may know', async () => {
  const sha256 = createHash('sha256').update('a-token').digest('hex')
  const token = { name: 'ci', sha256, grants: [{ role: 'viewer' as const }] }
  installTestRuntime({ config: testConfig({ tokens: [token] }) })
  const answer = async (method: string, url: string, given: Record<string, string> = {}) => {
    const request = { method, url, headers: { ...given } }
    turnAway(request)
    const headers = new Headers(request.headers)
    expect(readRefusal(headers)).not.toBeNull()
    return handleUnknown(new Request(`http://127.0.0.1:3000${request.url}`, { headers }))
  }
  expect((await answer('PUT', '/api/v1/me')).status).toBe(401)
  const refused = await answer('PUT', '/api/v1/me', { authorization: 'Bearer a-token' })
  expect(refused.status).toBe(405)
  expect(refused.headers.get('allow')).toBe(READ)
  expect(refused.headers.get('content-type')).toContain('application/problem+json')
  expect(await refused.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED', status: 405 })
  expect((await answer('POST', '/healthz')).status).toBe(405)
  const path = await answer('GET', '/%ff')
  expect(path.status).toBe(400)
  expect(await path.json()).toMatchObject({
    code: 'INPUT_INVALID',
    fields: [{ path: 'path', code: 'FORMAT' }],
  })
})

import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '@/lib/errors'
import type { Store } from '@/server/store/types'
import { healthz, metrics, openApi, readyz } from './open-routes'
import { notePeers, peerOf } from './peer'
import { installTestRuntime, testConfig } from './testing'

/** Only what `/readyz` asks of a store. */
const store = { ping: async () => undefined } as Store
const closed = { ping: () => Promise.reject(new AppError('STORE_UNAVAILABLE')) } as unknown as Store

const at = (path: string, headers: Record<string, string> = {}) =>
  new Request(`http://127.0.0.1:3000${path}`, { headers })

describe('health', () => {
  it('is alive without anything, ready with a store, and not while stopping or when the store is gone', async () => {
    expect(healthz().status).toBe(200)
    const { stop } = installTestRuntime({ store })
    const ready = await readyz(at('/readyz'))
    expect(await ready.json()).toEqual({ status: 'ready', instance: 'test-instance', version: '0.0.0-test' })
    stop()
    expect((await readyz(at('/readyz'))).status).toBe(503)
    installTestRuntime({ store: closed })
    const response = await readyz(at('/readyz'))
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ code: 'STORE_UNAVAILABLE' })
    expect(healthz().status).toBe(200)
  })
})

describe('metrics', () => {
  const status = async (headers: Record<string, string>) => (await metrics(at('/metrics', headers))).status

  it('are for this machine or whoever has the token', async () => {
    installTestRuntime({ store, config: testConfig({ metricsToken: 'let-me-in' }) })
    expect(await status({ 'x-milena-peer': '127.0.0.1' })).toBe(200)
    expect(await status({ 'x-milena-peer': '::ffff:127.0.0.1' })).toBe(200)
    expect(await status({ 'x-milena-peer': '10.0.0.7' })).toBe(401)
    expect(await status({ 'x-milena-peer': 'forwarded' })).toBe(401)
    expect(await status({})).toBe(401)
    expect(await status({ authorization: 'Bearer let-me-in' })).toBe(200)
    expect(await status({ authorization: 'Bearer let-me-out' })).toBe(401)
    installTestRuntime({ store })
    expect(await status({ authorization: 'Bearer ' })).toBe(401)
  })

  it('count requests by route, never by topic', async () => {
    const { runtime } = installTestRuntime({ store })
    runtime.metrics.observeRequest('/clusters/{cluster}/topics/{topic}', 'GET', 503, 0.2)
    const text = await (await metrics(at('/metrics', { 'x-milena-peer': '::1' }))).text()
    expect(text).toContain('milena_http_request_failures_total{route="/clusters/{cluster}/topics/{topic}"} 1')
    expect(text).toContain('status="5xx"')
    expect(text).toMatch(/process_resident_memory_bytes \d+/)
  })
})

describe('the peer of a request', () => {
  let server: Server
  let port: number
  let trust: ReturnType<typeof notePeers>
  beforeAll(async () => {
    trust = notePeers()
    server = createServer((incoming, response) => response.end(peerOf(new Headers(plain(incoming.headers)))))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    port = typeof address === 'object' && address ? address.port : 0
  })
  afterAll(() => server.close())

  const plain = (headers: IncomingHttpHeaders) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
  const seen = (headers: Record<string, string>) =>
    new Promise<string>((resolve, reject) => {
      request({ port, host: '127.0.0.1', headers }, response => {
        response.setEncoding('utf8').on('data', resolve)
      })
        .on('error', reject)
        .end()
    })

  it('is its socket’s, whatever it says of itself', async () => {
    expect(await seen({})).toBe('127.0.0.1')
    expect(await seen({ 'x-milena-peer': '10.0.0.1' })).toBe('127.0.0.1')
    expect(await seen({ 'x-forwarded-for': '127.0.0.1' })).toBe('forwarded')
    expect(await seen({ forwarded: 'for=127.0.0.1', 'x-milena-peer': '127.0.0.1' })).toBe('forwarded')
    for (const name of ['x-real-ip', 'via', 'x-forwarded-proto', 'X-Forwarded-Host']) {
      expect(await seen({ [name]: '127.0.0.1' })).toBe('forwarded')
    }
  })

  it('behind a proxy that is trusted is whom that proxy saw, and nobody’s invention', async () => {
    trust(['127.0.0.0/8', '::1', '10.1.2.3'])
    const via = (chain: string) => seen({ 'x-forwarded-for': chain })
    expect(await via('203.0.113.9')).toBe('203.0.113.9')
    expect(await via('1.2.3.4, 203.0.113.9, 10.1.2.3')).toBe('203.0.113.9')
    expect(await via('::ffff:203.0.113.9')).toBe('203.0.113.9')
    expect(await via('2001:db8::7')).toBe('2001:db8::7')
    for (const chain of ['', '127.0.0.1', '127.0.0.1, 10.1.2.3', 'nonsense', '::1'])
      expect(await via(chain)).toBe('forwarded')
    trust([])
    expect(await via('203.0.113.9')).toBe('forwarded')
  })
})

it('the OpenAPI document is open and says what the errors look like', async () => {
  installTestRuntime({ store })
  const document = (await (await openApi(at('/api/v1/openapi.json'))).json()) as {
    openapi: string
    paths: object
  }
  expect(document.openapi).toBe('3.1.0')
  expect(Object.keys(document.paths)).toContain('/api/v1/clusters/{cluster}/topics')
})

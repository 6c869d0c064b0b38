import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { expect, test } from '../fixtures.ts'
import type { StageFacts } from '../stage.ts'

// What only a built server shows: Next compiles instrumentation, routes, the proxy and pages apart, and
// answers some requests itself.

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** A request as it is typed: browsers and fetch would mend the path and refuse the method. */
const ask = (facts: StageFacts, method: string, path: string, headers: Record<string, string> = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const { hostname, port } = new URL(facts.url)
    const asked = httpRequest({ hostname, port, method, path, headers, agent: false }, response => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8')
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body })
      })
    })
    asked.on('error', reject).end()
  })

/** Bytes that Node takes for no request at all. */
const send = (facts: StageFacts, bytes: string) =>
  new Promise<string>((resolve, reject) => {
    const { hostname, port } = new URL(facts.url)
    let got = ''
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    socket.setEncoding('utf8').on('data', text => {
      got += text
    })
    socket.on('close', () => resolve(got)).on('error', reject)
  })

test('routes, pages, the proxy and the background share one runtime', async ({ page, request }) => {
  const ready = (await (await request.get('/readyz')).json()) as { instance: string }
  expect(ready.instance).toMatch(/^[0-9a-f-]{36}$/)
  for (const path of ['/clusters', '/clusters/demo/topics', '/audit']) {
    await page.goto(path)
    await expect(page.locator('meta[name="milena-instance"]')).toHaveAttribute('content', ready.instance)
  }
  // A page's own reads go through the same connections and samplers as the API's: what a route counts, /metrics shows.
  const seen = async () => {
    const text = await (await request.get('/metrics')).text()
    const line = /^milena_http_requests?_[^\n]*route="\/me"[^\n]*$/m.exec(text)?.[0] ?? ''
    return { text, me: line }
  }
  await request.get('/api/v1/me')
  expect((await seen()).me).not.toBe('')
})

test('a method that a route does not take is refused in a document, with those that it takes', async ({
  facts,
  context,
}) => {
  const cookies = await context.cookies()
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  for (const [method, path, allow] of [
    ['POST', '/api/v1/clusters', 'GET, HEAD'],
    ['PUT', '/api/v1/clusters/demo/topics', 'GET, HEAD, POST'],
    ['TRACE', '/api/v1/me', 'GET, HEAD'],
    ['OPTIONS', '/api/v1/clusters/demo/names/check', 'POST'],
    ['PROPFIND', '/api/v1/clusters/demo/events', 'GET'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['TRACE', '/clusters/demo', 'GET, HEAD'],
    ['DELETE', '/clusters/demo', 'GET, HEAD'],
  ] as const) {
    const answer = await ask(facts, method, path, { cookie })
    expect({ method, path, status: answer.status }).toEqual({ method, path, status: 405 })
    expect(answer.headers.allow).toBe(allow)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'METHOD_NOT_ALLOWED', status: 405 })
  }
  expect((await ask(facts, 'PUT', '/api/v1/me')).status).toBe(401)
  const head = await ask(facts, 'HEAD', '/api/v1/clusters', { cookie })
  expect({ status: head.status, body: head.body }).toEqual({ status: 200, body: '' })
})

test('a path or a request that is none is refused in a document', async ({ facts }) => {
  for (const path of ['/%ff', '/api/v1/clusters/%ff/topics', '/clusters/%E0%A4%A', '/api/auth/%', '*']) {
    const answer = await ask(facts, 'GET', path)
    expect({ path, status: answer.status }).toEqual({ path, status: 400 })
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'INPUT_INVALID', status: 400 })
  }
  for (const [bytes, status] of [
    ['FETCHIT / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['GET / HTTP/9.9\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nHost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
  ] as const) {
    const answer = await send(facts, bytes)
    expect(answer.split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer.slice(answer.indexOf('\r\n\r\n') + 4)).toContain('"code":"INPUT_INVALID"')
  }
})

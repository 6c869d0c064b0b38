import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectorsOn } from './connectors-on'

/** A Connect worker: the answers of `GET /connectors?expand=…` and `/connectors/{name}/topics` of a real one. */
const CONNECTORS = {
  'to-files': { type: 'sink', state: 'RUNNING', config: { topics: 'order.a, order.b' } },
  'by-pattern': { type: 'sink', state: 'PAUSED', config: { 'topics.regex': 'order\\..*' } },
  'java-pattern': { type: 'sink', state: 'RUNNING', config: { 'topics.regex': '(?=order).*' } },
  elsewhere: { type: 'sink', state: 'RUNNING', config: { topics: 'order.aa' } },
  'from-files': { type: 'source', state: 'RUNNING', config: { topic: 'order.a' } },
  'from-tables': { type: 'source', state: 'FAILED', config: { 'topic.prefix': 'order.' } },
} as const
let server: Server
let url: string
const asked: string[] = []
const authorisations: (string | undefined)[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '')
    authorisations.push(request.headers.authorization)
    const [, name] = /^\/connect\/connectors\/([^/]+)\/topics$/.exec(request.url ?? '') ?? []
    response.setHeader('content-type', 'application/json')
    if (request.url?.startsWith('/moved')) {
      response.writeHead(302, { location: '/connect/connectors' }).end()
    } else if (name) {
      response.end(JSON.stringify({ [name]: { topics: name === 'from-tables' ? ['order.a'] : [] } }))
    } else {
      const all = Object.entries(CONNECTORS).map(([one, { type, state, config }]) => [
        one,
        { info: { name: one, type, config, tasks: [] }, status: { connector: { state, worker_id: 'w' } } },
      ])
      response.end(JSON.stringify(Object.fromEntries(all)))
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  return new Promise<void>(resolve => server.close(() => resolve()))
})

const on = (topic: string, base = `${url}/connect`) =>
  connectorsOn({ connect: [{ name: 'main', url: base }] }, topic, new AbortController().signal)

it('sinks by list or pattern, sources by what they were seen to write; a pattern that is not known counts', async () => {
  expect((await on('order.a'))?.map(one => `${one.name} ${one.type} ${one.state}`)).toEqual([
    'to-files sink RUNNING',
    'by-pattern sink PAUSED',
    'java-pattern sink RUNNING',
    'from-files source RUNNING',
    'from-tables source FAILED',
  ])
  expect((await on('payment.a'))?.map(one => one.name)).toEqual(['java-pattern'])
  expect(asked).toContain('/connect/connectors?expand=info&expand=status')
})

it('credentials of the address go where they belong, and nowhere else', async () => {
  const withUser = url.replace('http://', 'http://bot:s%40cret@')
  await on('order.a', `${withUser}/connect`)
  expect(authorisations.at(-1)).toBe(`Basic ${Buffer.from('bot:s@cret').toString('base64')}`)
})

it('a worker that does not say, or sends us elsewhere, is unknown and not nothing', async () => {
  expect(await on('order.a', 'http://127.0.0.1:1')).toBeNull()
  expect(await on('order.a', `${url}/moved`)).toBeNull()
  expect(await connectorsOn({ connect: [] }, 'order.a', new AbortController().signal)).toEqual([])
})

import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { api } from '@/lib/contracts'
import type { Endpoint, StreamEndpoint } from '@/lib/contracts/endpoint'
import { ROLES } from '@/lib/permissions'
import { kafkaBootstrap } from '@/scripts/services/in-test'
import { createServices, servicesOf } from '@/server/boot'
import { createKafkaClusters } from '@/server/kafka'
import type { KafkaClusters } from '@/server/kafka/port'
import { silentLogger } from '@/server/log'
import type { Service } from '@/server/services'
import type { Store } from '@/server/store/types'
import { installTestRuntime, testCluster, testConfig, testStore } from './testing'

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>
type Walked = { method: string; path: string; contract: Endpoint | StreamEndpoint }

const BASE = 'app/api/v1'
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const tokenOf = (role: string) => `token-of-${role}`
const config = testConfig({
  tokens: ROLES.map(role => ({
    name: role,
    sha256: createHash('sha256').update(tokenOf(role)).digest('hex'),
    grants: [{ role }],
  })),
})

/** Inputs that pass validation, so that what is refused is refused by right. */
const SAMPLES: Record<string, Record<string, unknown>> = {
  'POST /clusters/{cluster}/topics': { name: 'walk.route.created', partitions: 1, replicationFactor: 1 },
  'DELETE /clusters/{cluster}/topics/{topic}': { confirm: 'walk' },
  'POST /clusters/{cluster}/topics/{topic}/partitions': { count: 2 },
  'POST /clusters/{cluster}/topic-requests': {
    kind: 'create',
    topic: 'walk.route.asked',
    partitions: 1,
    replicationFactor: 1,
  },
  'POST /clusters/{cluster}/topic-requests/{id}/decline': { reason: 'walk' },
  'POST /clusters/{cluster}/topic-requests/{id}/request-changes': { reason: 'walk' },
  'POST /clusters/{cluster}/topic-requests/{id}/comments': { text: 'walk' },
  'POST /topic-requests/approve': { requests: [{ cluster: 'walk', id: '1', version: 1 }] },
  'POST /clusters/{cluster}/names/check': { name: 'walk.route.checked' },
  'POST /clusters/{cluster}/replays': { planId: 'no-such-plan' },
  'POST /clusters/{cluster}/dead-letters/status': { fingerprints: ['v1:x'], status: 'acknowledged' },
  'POST /clusters/{cluster}/dead-letters/assign': { fingerprints: ['v1:x'], assignee: null },
  'POST /clusters/{cluster}/dead-letters/groups/{fingerprint}/comments': { text: 'walk' },
  'POST /clusters/{cluster}/dead-letters/merge': { fingerprints: ['v1:x'], into: 'v1:y' },
  'POST /clusters/{cluster}/dead-letters/split': { fingerprint: 'v1:x' },
  'POST /clusters/{cluster}/dead-letters/drops': { fingerprint: 'v1:x', reason: 'walk' },
  'POST /clusters/{cluster}/dead-letters/rules': { name: 'walk', events: ['new'] },
  'PUT /clusters/{cluster}/dead-letters/rules/{rule}': { name: 'walk', events: ['new'] },
  'PUT /clusters/{cluster}/dead-letters/topics/{topic}/origin': { origin: null },
  'POST /clusters/{cluster}/topics/{topic}/views': { name: 'walk', query: {} },
  'GET /clusters/{cluster}/filters/check': { filter: 'size > 1' },
  'POST /clusters/{cluster}/replays/{replay}/decline': { reason: 'walk' },
  'POST /clusters/{cluster}/replay-schedules': { name: 'walk', kind: 'rule' },
  'PUT /clusters/{cluster}/replay-schedules/{schedule}': { name: 'walk', kind: 'rule' },
  'PUT /clusters/{cluster}/policy': { policy: {}, base: 0 },
  'DELETE /clusters/{cluster}/policy': { base: 1 },
  'POST /clusters/{cluster}/policy/preview': { policy: {} },
  'POST /clusters/{cluster}/policy/drift/waivers': {
    topic: 'walk',
    rules: ['unowned'],
    reason: 'walk',
    until: new Date(Date.now() + 86_400_000).toISOString(),
  },
  'PUT /catalogue/{kind}/{name}': { revision: 0 },
  'DELETE /catalogue/{kind}/{name}': { revision: 0 },
  'PUT /clusters/{cluster}/topics/{topic}/facts': {
    owner: null,
    description: null,
    classification: null,
    schema: null,
    tags: [],
    revision: 0,
  },
  'PUT /clusters/{cluster}/topics/{topic}/serdes': { key: { format: 'auto' }, value: { format: 'auto' } },
  'POST /clusters/{cluster}/topics/{topic}/messages': { value: null },
  'POST /clusters/{cluster}/topics/{topic}/messages/batch': { lines: ['{}'] },
  'POST /clusters/{cluster}/schemas/{subject}/check': { kind: 'avro', text: '"long"' },
  'POST /clusters/{cluster}/groups/{group}/offset-plans': { to: 'earliest' },
  'DELETE /clusters/{cluster}/groups/{group}/offsets': { topic: 'walk' },
  'GET /clusters/{cluster}/events': { subscribe: 'overview,groups,dead-letters' },
}
/** What changes nothing, or only the caller's own lists: a viewer may. */
const OF_ONES_OWN = new Set([
  'POST /clusters/{cluster}/schemas/{subject}/check',
  'POST /clusters/{cluster}/names/check',
  'POST /clusters/{cluster}/policy/preview',
  'POST /clusters/{cluster}/topics/{topic}/views',
  'DELETE /clusters/{cluster}/topics/{topic}/views/{view}',
  'PUT /clusters/{cluster}/topics/{topic}/table',
  'PUT /clusters/{cluster}/groups/{group}/pin',
  'DELETE /clusters/{cluster}/groups/{group}/pin',
])
/**
 * Their right hangs on the topics that a group or plan touches, and `walk` is not there: not found says no
 * more than a list would.
 */
const BY_WHAT_IT_TOUCHES = new Set([
  'POST /clusters/{cluster}/groups/{group}/offset-plans',
  'POST /clusters/{cluster}/groups/{group}/offset-plans/{plan}/apply',
  'POST /clusters/{cluster}/groups/{group}/offset-plans/{plan}/undo',
  'DELETE /clusters/{cluster}/groups/{group}',
  'DELETE /clusters/{cluster}/groups/{group}/members/{instance}',
])
const NOT_FOR_VIEWERS = new Set([
  'GET /audit',
  'GET /notices',
  'GET /notices/summary',
  // Who can be called is for who can call.
  'GET /clusters/{cluster}/topic-requests/{id}/people',
])

let store: Store
let clusters: KafkaClusters
let running: Service[] = []
beforeAll(async () => {
  store = await testStore()
  const clock = { now: () => Date.now() }
  clusters = createKafkaClusters([testCluster(kafkaBootstrap(), { id: 'walk' })], {
    clock,
    log: silentLogger,
  })
  const all = { ...config, clusters: clusters.list() }
  const services = createServices({ config: all, clusters, store, clock, log: silentLogger })
  running = servicesOf(services, all)
  for (const service of running) service.start()
  installTestRuntime({ config, store, clusters, services })
})
afterAll(async () => {
  await Promise.all(running.map(service => service.stop()))
  await clusters.close()
  await store.close()
})

function routeFiles(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap(entry => {
    const path = join(dir, entry.name)
    if (entry.isDirectory()) return routeFiles(path)
    return entry.name === 'route.ts' ? [path] : []
  })
}

const pathOf = (file: string) =>
  file.slice(BASE.length, -'/route.ts'.length).replaceAll('[', '{').replaceAll(']', '}')
const fileOf = (path: string) => join(BASE, path.replaceAll('{', '[').replaceAll('}', ']'), 'route.ts')

async function handlersIn(file: string): Promise<Record<string, Handler>> {
  return (await import(/* @vite-ignore */ join(process.cwd(), file))) as Record<string, Handler>
}

function requestOf(
  { method, path, contract }: Walked,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Request {
  const values: Record<string, string> = {
    cluster: 'walk',
    topic: 'walk',
    partition: '0',
    offset: '0',
    part: 'value',
    group: 'walk',
    replay: 'walk',
    version: '1',
    kind: 'domain',
    id: '1',
  }
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'x')
  const sample = SAMPLES[`${method} ${path}`] ?? {}
  const inQuery = contract.method === 'GET' || contract.method === 'DELETE'
  const query = inQuery ? new URLSearchParams(sample as Record<string, string>).toString() : ''
  return new Request(`http://127.0.0.1:3000/api/v1${filled}${query ? `?${query}` : ''}`, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    body: inQuery ? null : JSON.stringify(sample),
    signal: signal ?? null,
  })
}

async function ask(
  walked: Walked,
  headers: Record<string, string>,
): Promise<{ status: number; code: unknown }> {
  const handler = (await handlersIn(fileOf(walked.path)))[walked.method]
  if (!handler) throw new Error(`no ${walked.method} in ${fileOf(walked.path)}`)
  const client = new AbortController()
  const response = await handler(requestOf(walked, headers, client.signal), { params: Promise.resolve({}) })
  const isProblem = response.headers.get('content-type')?.includes('problem+json')
  const code = isProblem ? ((await response.json()) as { code: unknown }).code : null
  if (!isProblem) await response.body?.cancel()
  client.abort()
  return { status: response.status, code }
}

const walk: Walked[] = api.map(contract => ({ method: contract.method, path: contract.path, contract }))
const named = walk.map(walked => [`${walked.method} ${walked.path}`, walked] as const)

it('every endpoint has a route that exports its method, and no route is without an endpoint', async () => {
  const wanted = walk.map(({ method, path }) => `${method} ${path}`).sort()
  const open = ['/openapi.json', '/{...rest}']
  const files = routeFiles(BASE).filter(file => !open.includes(pathOf(file)))
  const found = await Promise.all(
    files.map(async file => {
      const handlers = await handlersIn(file)
      return METHODS.filter(method => method in handlers).map(method => `${method} ${pathOf(file)}`)
    }),
  )
  expect(found.flat().sort()).toEqual(wanted)
})

describe('without credentials', () => {
  it.each(named)('%s is 401', async (_, walked) => {
    expect(await ask(walked, {})).toEqual({ status: 401, code: 'UNAUTHENTICATED' })
  })

  it('what is no endpoint is 401 too, and 404 with credentials', async () => {
    const { GET } = await handlersIn(join(BASE, '[...rest]', 'route.ts'))
    const stranger = await GET?.(new Request('http://127.0.0.1:3000/api/v1/config'), {
      params: Promise.resolve({}),
    })
    expect(stranger?.status).toBe(401)
    const headers = { authorization: `Bearer ${tokenOf('viewer')}` }
    const known = await GET?.(new Request('http://127.0.0.1:3000/api/v1/config', { headers }), {
      params: Promise.resolve({}),
    })
    expect(known?.status).toBe(404)
  })
})

describe('as a viewer', () => {
  const headers = { authorization: `Bearer ${tokenOf('viewer')}` }
  it.each(named)('%s', async (name, walked) => {
    const answer = await ask(walked, headers)
    const isDenied = (walked.method !== 'GET' && !OF_ONES_OWN.has(name)) || NOT_FOR_VIEWERS.has(name)
    if (BY_WHAT_IT_TOUCHES.has(name)) expect(answer.status).toBe(404)
    else if (isDenied) expect(answer).toEqual({ status: 403, code: 'DENIED' })
    else {
      expect([401, 403, 500]).not.toContain(answer.status)
      expect(answer.code).not.toBe('INPUT_INVALID')
    }
  })
})

describe('as an auditor', () => {
  const headers = { authorization: `Bearer ${tokenOf('auditor')}` }
  it.each(named.filter(([, { path }]) => /\/messages|records\/\{topic\}/.test(path)))(
    'the records of %s are not shown',
    async (_, walked) => {
      expect(await ask(walked, headers)).toEqual({ status: 403, code: 'DENIED' })
    },
  )
})

import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { flag, pageInput } from '@/lib/contracts/common'
import { endpoint } from '@/lib/contracts/endpoint'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { verifyChain } from '@/server/audit/chain'
import { listAudit } from '@/server/audit/list-audit'
import { authorise } from '@/server/auth/authorise'
import type { Config } from '@/server/config/types'
import { createLogger } from '@/server/log'
import type { Store } from '@/server/store/types'
import { handle, withinLimit } from './handle'
import { installTestRuntime, sessionOf, testConfig, testContext, testStore } from './testing'
import { verb } from './verb'

const lines: string[] = []
const log = createLogger('debug', { write: line => lines.push(line) })
const TOKEN = 'mil_0123456789abcdef'
const users = (['admin', 'viewer'] as const).map(name => ({
  username: name,
  name,
  passwordHash: `hash of ${name}`,
  grants: [{ role: name }],
}))
const config: Config = testConfig({
  users,
  tokens: [
    { name: 'ci', sha256: createHash('sha256').update(TOKEN).digest('hex'), grants: [{ role: 'admin' }] },
  ],
})

let store: Store
let stop: () => void
beforeAll(async () => {
  store = await testStore()
  stop = installTestRuntime({ config, store, log }).stop
})
afterAll(() => store.close())

const read = verb(
  endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/things/{thing}',
    tag: 'x',
    summary: 'x',
    input: z.object({
      cluster: z.string().max(64),
      thing: z.string(),
      internal: flag.default(false),
      partition: z.array(z.coerce.number().int().min(0)).optional(),
      sort: z.enum(['name', 'size']).default('name'),
      ...pageInput,
    }),
    output: z
      .object({ thing: z.string(), partition: z.array(z.number()).nullable(), limit: z.number() })
      .loose(),
  }),
  async (ctx, input) => {
    authorise(ctx, 'topic.read', { cluster: input.cluster })
    if (input.thing === 'boom') throw new Error('connect to broker with password=hunter2 failed')
    if (input.thing === 'gone') throw new AppError('TOPIC_UNKNOWN', { params: { topic: 'gone' } })
    if (input.thing === 'big') return { thing: 'x', partition: null, limit: 1, size: 2n ** 60n }
    if (input.thing === 'broken') return { thing: 'x', partition: null, limit: 'many' as unknown as number }
    return { thing: input.thing, partition: input.partition ?? null, limit: input.limit }
  },
)
const write = verb(
  endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/things',
    tag: 'x',
    summary: 'x',
    status: 201,
    input: z.object({
      cluster: z.string(),
      name: z.string().max(20),
      count: z.number().int().min(1).max(9).default(1),
      configs: z.record(z.string(), z.string()).default({}),
      dryRun: z.boolean().default(false),
    }),
    output: z.object({ name: z.string(), polluted: z.boolean() }),
  }),
  async (ctx, input) => {
    authorise(ctx, 'topic.create', { cluster: input.cluster, topic: input.name })
    const subject = { action: 'topic.create', cluster: input.cluster, resource: `topic:${input.name}` }
    await audited(ctx, subject, async () => {
      if (input.name === 'taken') throw new AppError('TOPIC_EXISTS')
      if (input.name === 'acl')
        throw new AppError('DENIED', { params: { action: 'x', resource: 'y', roles: 'z' } })
    })
    return { name: input.name, polluted: 'polluted' in {} }
  },
)
const get = handle(read)
const post = handle(write)

const bearer = { authorization: `Bearer ${TOKEN}` }
const at = (path: string) => `http://127.0.0.1:3000/api/v1${path}`
const ask = (path: string, headers: Record<string, string> = bearer) =>
  get(new Request(at(path), { headers }))
const send = (body: BodyInit, headers: Record<string, string> = bearer) =>
  post(new Request(at('/clusters/c/things'), { method: 'POST', headers, body }))
const json = async (response: Response) => (await response.json()) as Record<string, unknown>

describe('who asks', () => {
  it.each<[string, Record<string, string>]>([
    ['nobody', {}],
    ['a wrong token', { authorization: 'Bearer mil_wrong' }],
    ['a token in the wrong scheme', { authorization: `Basic ${TOKEN}` }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['a made-up session', { cookie: 'next-auth.session-token=eyJhbGciOiJub25lIn0.e30.' }],
  ])('%s is answered 401, before the input is looked at', async (_, headers) => {
    const response = await ask('/clusters/c/things/a?nonsense=1', headers)
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(response.headers.get('www-authenticate')).toContain('Bearer')
    expect(await json(response)).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 })
  })

  it('a token, or a session of a user who is still there', async () => {
    expect((await ask('/clusters/c/things/a')).status).toBe(200)
    expect((await ask('/clusters/c/things/a', await sessionOf(config, 'viewer'))).status).toBe(200)
  })

  it('a wrong token beside a good session is nobody', async () => {
    const headers = await sessionOf(config, 'viewer', { authorization: 'Bearer wrong' })
    expect((await ask('/clusters/c/things/a', headers)).status).toBe(401)
  })

  it.each([
    ['removed', (name: string) => users.filter(user => user.username !== name)],
    [
      'given a new password',
      (name: string) => users.map(u => (u.username === name ? { ...u, passwordHash: 'new' } : u)),
    ],
  ])('a session of a user who was %s is dead at once', async (_, change) => {
    const headers = await sessionOf(config, 'viewer')
    installTestRuntime({ config: { ...config, users: change('viewer') }, store, log })
    expect((await ask('/clusters/c/things/a', headers)).status).toBe(401)
    stop = installTestRuntime({ config, store, log }).stop
  })

  it('roles are those of the configuration, whatever the session was opened with', async () => {
    const headers = await sessionOf(config, 'admin')
    const demoted = users.map(user => ({ ...user, grants: [{ role: 'viewer' as const }] }))
    installTestRuntime({ config: { ...config, users: demoted }, store, log })
    expect((await send('{"name":"a"}', headers)).status).toBe(403)
    stop = installTestRuntime({ config, store, log }).stop
  })

  it.each<[string, Record<string, string | undefined>, number]>([
    ['the same origin', {}, 201],
    ['another origin', { origin: 'https://evil.example' }, 403],
    ['a sibling port', { origin: 'http://127.0.0.1:3001' }, 403],
    ['a sandboxed page', { origin: 'null' }, 403],
    ['no origin', { origin: undefined }, 403],
  ])('a mutation by cookie from %s', async (_, change, status) => {
    const headers = new Headers(await sessionOf(config, 'admin'))
    for (const [name, value] of Object.entries(change))
      value ? headers.set(name, value) : headers.delete(name)
    const response = await send('{"name":"a"}', Object.fromEntries(headers))
    expect(response.status).toBe(status)
    if (status === 403) expect(await json(response)).toMatchObject({ code: 'ORIGIN_MISMATCH' })
  })

  it('a token needs no origin', async () => {
    expect((await send('{"name":"a"}', { ...bearer, origin: 'https://elsewhere.example' })).status).toBe(201)
  })
})

describe('answers', () => {
  it('carry a request id: the client’s if it is sane, else a new one', async () => {
    const sane = await ask('/clusters/c/things/a', { ...bearer, 'x-request-id': 'job-7:a.b' })
    expect(sane.headers.get('x-request-id')).toBe('job-7:a.b')
    for (const id of ['a b', 'x'.repeat(65), '<script>', '']) {
      const response = await ask('/clusters/c/things/a', { ...bearer, 'x-request-id': id })
      expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    }
  })

  it('are not stored, not sniffed, not transformed', async () => {
    const { headers } = await ask('/clusters/c/things/a')
    expect(headers.get('cache-control')).toBe('no-store, no-transform')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
  })

  it('a creation is 201, its dry run 200', async () => {
    expect((await send('{"name":"a"}')).status).toBe(201)
    expect((await send('{"name":"a","dryRun":true}')).status).toBe(200)
  })

  it('tell errors in Korean unless asked for English, and fill the words in', async () => {
    const korean = await ask('/clusters/c/things/gone')
    expect(korean.status).toBe(404)
    expect(await json(korean)).toMatchObject({
      type: 'urn:milena:problem:topic-unknown',
      code: 'TOPIC_UNKNOWN',
      title: '토픽이 없습니다',
      params: { topic: 'gone' },
    })
    const english = await ask('/clusters/c/things/gone', { ...bearer, 'accept-language': 'en-GB,ko;q=0.5' })
    expect(english.headers.get('content-language')).toBe('en')
    const problem = await json(english)
    expect(problem.title).toBe('No such topic')
    expect(problem.hint).toContain('Topic gone was not found')
  })

  it.each([
    ['a thrown Error', 'boom'],
    ['a bigint that slipped in', 'big'],
    ['an answer against its contract', 'broken'],
  ])('hide %s behind INTERNAL, and log it with the request id', async (_, thing) => {
    lines.length = 0
    const response = await ask(`/clusters/c/things/${thing}`, { ...bearer, 'x-request-id': `find-${thing}` })
    expect(response.status).toBe(500)
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({ code: 'INTERNAL', requestId: `find-${thing}` })
    expect(text).not.toContain('broker')
    const logged = lines.join('')
    expect(logged).toContain(`find-${thing}`)
    expect(logged).toContain('"level":"error"')
    expect(logged).not.toContain('hunter2')
    expect(logged).not.toContain(TOKEN)
  })

  it('log one line: who, what, status, time; no query', async () => {
    lines.length = 0
    await ask('/clusters/c/things/a?cursor=private')
    const entries = lines.map(line => JSON.parse(line) as Record<string, unknown>)
    expect(entries).toHaveLength(1)
    expect(entries[0]).toMatchObject({
      msg: 'request',
      actor: 'ci',
      method: 'GET',
      route: '/clusters/{cluster}/things/{thing}',
      path: '/api/v1/clusters/c/things/a',
      status: 200,
    })
    expect(entries[0]?.ms).toBeTypeOf('number')
    expect(lines.join('')).not.toContain('private')
  })
})

describe('audit', () => {
  const last = async () => {
    const ctx = testContext({ store })
    const { items } = await listAudit(ctx, { limit: 1 })
    return items[0]
  }

  it('shows a refusal of a mutation, once, with who tried', async () => {
    const response = await send('{"name":"forbidden"}', await sessionOf(config, 'viewer'))
    expect(response.status).toBe(403)
    expect(await json(response)).toMatchObject({
      code: 'DENIED',
      params: { action: 'topic.create', resource: 'c/forbidden', roles: 'operator, admin' },
    })
    expect(await last()).toMatchObject({
      actor: 'viewer',
      action: 'topic.create',
      cluster: 'c',
      resource: 'c/forbidden',
      outcome: 'denied',
      code: 'DENIED',
    })
  })

  it('does not record twice what was refused inside an audited mutation', async () => {
    const before = (await listAudit(testContext({ store }), { limit: 1000 })).items.length
    await send('{"name":"acl"}')
    const after = await listAudit(testContext({ store }), { limit: 1000 })
    expect(after.items.length).toBe(before + 1)
    expect(after.items[0]).toMatchObject({ resource: 'topic:acl', outcome: 'denied' })
  })

  it('is not filled by somebody who keeps trying', async () => {
    const headers = await sessionOf(config, 'viewer')
    const before = (await listAudit(testContext({ store }), { limit: 1000 })).items.length
    for (let i = 0; i < 50; i++) expect((await send('{"name":"again"}', headers)).status).toBe(403)
    const after = (await listAudit(testContext({ store }), { limit: 1000 })).items.length
    expect(after - before).toBeLessThanOrEqual(30)
    expect(await verifyChain(store)).toEqual({ state: 'intact' })
  })
})

describe('time', () => {
  const slow = (method: 'GET' | 'POST', run: (signal: AbortSignal) => Promise<never>) =>
    verb(
      endpoint({ method, path: '/slow', tag: 'x', summary: 'x', input: z.object({}), output: z.object({}) }),
      async ctx => {
        authorise(ctx, 'cluster.read', {})
        return run(ctx.signal)
      },
    )
  const listens = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')))
    })
  const ignores = () => new Promise<never>(() => {})

  it('is up for a verb that listens: TIMED_OUT, or OUTCOME_UNKNOWN for a mutation', async () => {
    const ctx = testContext()
    await expect(withinLimit(slow('GET', listens), { ctx, input: {} }, 20)).rejects.toMatchObject({
      code: 'TIMED_OUT',
    })
    await expect(withinLimit(slow('POST', listens), { ctx, input: {} }, 20)).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
    })
  })

  it('is up soon after for one that does not', async () => {
    vi.useFakeTimers()
    try {
      const ctx = testContext()
      const answer = withinLimit(slow('GET', ignores), { ctx, input: {} }, 20)
      const refused = expect(answer).rejects.toMatchObject({ code: 'TIMED_OUT' })
      await vi.advanceTimersByTimeAsync(2100)
      await refused
    } finally {
      vi.useRealTimers()
    }
  })

  it('passes the client’s going on to the verb', async () => {
    const client = new AbortController()
    const answer = withinLimit(slow('GET', listens), {
      ctx: testContext({ signal: client.signal }),
      input: {},
    })
    client.abort()
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('downloads', () => {
  const raw = (bytes: Uint8Array<ArrayBuffer> | null, filename: string) =>
    handle(
      verb(
        endpoint({
          kind: 'bytes',
          method: 'GET',
          path: '/raw',
          tag: 'x',
          summary: 'x',
          input: z.object({}),
          output: z.object({ bytes: z.instanceof(Uint8Array).nullable(), filename: z.string() }),
        }),
        async ctx => {
          authorise(ctx, 'record.read', {})
          return { bytes, filename }
        },
      ),
    )(new Request(at('/raw'), { headers: bearer }))

  it('are attachments that no browser runs, whatever they hold and are called', async () => {
    const html = Buffer.from('<script>alert(1)</script>')
    const response = await raw(html, 'a"b\r\nSet-Cookie: x=1;한글\'().html')
    expect(Buffer.from(await response.arrayBuffer())).toEqual(html)
    expect(response.headers.get('content-type')).toBe('application/octet-stream')
    expect(response.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
    const disposition = response.headers.get('content-disposition') ?? ''
    expect(disposition).toMatch(
      /^attachment; filename="[A-Za-z0-9._-]+"; filename\*=UTF-8''[A-Za-z0-9._%-]+$/,
    )
    expect(decodeURIComponent(disposition.split("''")[1] ?? '')).toContain('한글')
  })

  it('null is 204, empty is 200 with no bytes', async () => {
    expect((await raw(null, 'x')).status).toBe(204)
    const empty = await raw(new Uint8Array(), 'x')
    expect([empty.status, (await empty.arrayBuffer()).byteLength]).toEqual([200, 0])
  })
})

it('refuses new requests while stopping', async () => {
  stop()
  const response = await ask('/clusters/c/things/a')
  expect(response.status).toBe(503)
  expect(await json(response)).toMatchObject({ code: 'SHUTTING_DOWN' })
})

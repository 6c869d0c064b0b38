import { afterEach, expect, test } from 'vitest'
import { answersFor } from './open-serde'
import { SchemaRegistry } from './schema-registry'
import { type Double, registryConfig, registryDouble } from './testing'

const open: Double[] = []
afterEach(() => {
  for (const double of open.splice(0)) double.close()
})

const SCHEMA = JSON.stringify({ schema: '"long"' })
let nowMs = 1_000_000
const clock = { now: () => nowMs }

async function world(answer: Parameters<typeof registryDouble>[0], over = {}) {
  const double = await registryDouble(answer)
  open.push(double)
  return { double, registry: new SchemaRegistry(registryConfig(`${double.url}/base/`, over), clock) }
}
const id = (n: number) => ({ by: 'id', id: n }) as const

test('many who ask for the same schema make one request, and nobody asks again', async () => {
  const { double, registry } = await world((request, response) =>
    response.end(request.url?.endsWith('/versions') ? '[{"subject":"t-value","version":2}]' : SCHEMA),
  )
  const answers = await Promise.all(Array.from({ length: 50 }, () => registry.answer(id(1), 't')))
  nowMs += 365 * 86_400_000
  answers.push(await registry.answer(id(1), 't'))
  expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1)
  expect(answers[0]).toMatchObject({ ok: true, id: 1, subject: 't-value', version: 2 })
  expect(double.asked.sort()).toEqual(['GET /base/schemas/ids/1', 'GET /base/schemas/ids/1/versions'])
})

test.each([
  ['basic', { username: 'kim', password: 'pä:ss' }, `Basic ${Buffer.from('kim:pä:ss').toString('base64')}`],
  ['bearer', { token: 'abc' }, 'Bearer abc'],
  ['nothing', {}, undefined],
])('credentials: %s', async (_, over, header) => {
  const seen: (string | undefined)[] = []
  const { registry } = await world((request, response) => {
    seen.push(request.headers.authorization)
    response.end(SCHEMA)
  }, over)
  await registry.answer(id(1), 't')
  expect(new Set(seen)).toEqual(new Set([header]))
})

test.each([
  [
    'an unknown id',
    404,
    '{"error_code":40403,"message":"Schema not found"}',
    'the registry does not know it.',
    'SCHEMA_UNKNOWN',
  ],
  ['a page of a proxy', 200, '<html>', 'the registry answered something that is not JSON.', 'REGISTRY_ERROR'],
  [
    'another API',
    200,
    '{"a":1}',
    'the registry answered something that is not what its API says.',
    'REGISTRY_ERROR',
  ],
  ['wrong credentials', 401, '', 'the registry refused our credentials (401).', 'REGISTRY_DENIED'],
  ['a failure', 500, 'oops', 'the registry failed (500).', 'REGISTRY_ERROR'],
  ['a redirect', 302, '', 'the registry answered with a redirect, which is not followed.', 'REGISTRY_ERROR'],
  [
    'a kind nobody reads',
    200,
    '{"schema":"x","schemaType":"THRIFT"}',
    'it is of a kind that is not read.',
    'SCHEMA_UNUSABLE',
  ],
])('%s is an answer with its reason', async (_, status, body, error, code) => {
  const { double, registry } = await world((_request, response) => {
    response.writeHead(status, { location: 'http://169.254.169.254/' }).end(body)
  })
  expect(await registry.answer(id(1), 't')).toEqual({
    key: 'id:1',
    ok: false,
    error,
    failure: { code, params: expect.any(Object) },
  })
  await registry.answer(id(1), 't')
  expect(double.asked.filter(path => path === 'GET /base/schemas/ids/1')).toHaveLength(1)
})

test('a registry that is down is not asked for every record', async () => {
  const { double, registry } = await world((_request, response) => response.destroy())
  const refs = Array.from({ length: 40 }, (_, i) => id(i + 1))
  const first = await registry.answer(id(1000), 't')
  expect(first).toMatchObject({
    ok: false,
    error: expect.stringContaining('no answer from the registry'),
    failure: { code: 'REGISTRY_UNREACHABLE', params: { cause: expect.any(String) } },
  })
  const before = double.asked.length
  const answers = await answersFor(registry, 't', refs)
  expect(answers.every(answer => !answer.ok)).toBe(true)
  expect(double.asked.length).toBe(before)
  nowMs += 5_001
  await registry.answer(id(1), 't')
  expect(double.asked.length).toBeGreaterThan(before)
})

test('what a subject holds is asked for once in half a minute', async () => {
  const { double, registry } = await world((_request, response) => response.end('[1,2]'))
  const ask = async () => {
    expect(await registry.versions('orders-value')).toEqual([1, 2])
    return double.asked.length
  }
  expect(await ask()).toBe(1)
  nowMs += 29_999
  expect(await ask()).toBe(1)
  nowMs += 2
  expect(await ask()).toBe(2)
  expect(new Set(double.asked)).toEqual(new Set(['GET /base/subjects/orders-value/versions']))
})

test('an endless answer is cut off', async () => {
  const { registry } = await world((_request, response) => {
    const chunk = Buffer.alloc(1024 * 1024, 0x20)
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', more)
    more()
  })
  expect(await registry.answer(id(1), 't')).toMatchObject({
    error: 'the registry’s answer is larger than 16 MiB.',
  })
})

test('who stops waiting gets an answer at once', async () => {
  const { registry } = await world(() => undefined)
  const stop = new AbortController()
  const waiting = answersFor(registry, 't', [id(1)], stop.signal)
  stop.abort()
  expect(await waiting).toMatchObject([{ key: 'id:1', ok: false, failure: { code: 'REGISTRY_SLOW' } }])
})

test('references come before what refers to them, circles end, hostile names stay names', async () => {
  const texts: Record<string, object> = {
    a: {
      schema: '"A"',
      references: [
        { name: 'b', subject: 'b/../x', version: 1 },
        { name: 'c', subject: 'c', version: 1 },
      ],
    },
    b: { schema: '"B"', references: [{ name: 'c', subject: 'c', version: 1 }] },
    c: { schema: '"C"', references: [{ name: 'b', subject: 'b/../x', version: 1 }] },
  }
  const { double, registry } = await world((request, response) => {
    const name = /ids/.test(request.url ?? '') ? 'a' : /b%2F/.test(request.url ?? '') ? 'b' : 'c'
    const full = { subject: name, version: 1, id: 1, ...texts[name] }
    response.end(JSON.stringify(request.url?.endsWith('ids/1/versions') ? [] : full))
  })
  const answer = await registry.answer(id(1), 't')
  expect(answer).toMatchObject({
    ok: true,
    schema: {
      references: [
        { name: 'c', text: '"C"' },
        { name: 'b', text: '"B"' },
      ],
    },
  })
  expect(double.asked).toContain('GET /base/subjects/b%2F..%2Fx/versions/1')
})

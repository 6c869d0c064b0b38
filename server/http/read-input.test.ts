import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { flag, pageInput, partitionId } from '@/lib/contracts/common'
import { endpoint } from '@/lib/contracts/endpoint'
import { api } from '@/lib/contracts/index'
import { replays } from '@/lib/contracts/replays'
import { AppError } from '@/lib/errors'
import { inputReader } from './read-input'

const output = z.object({})
const fromQuery = inputReader(
  endpoint({
    method: 'GET',
    path: '/clusters/{cluster}/things/{thing}',
    tag: 'x',
    summary: 'x',
    input: z.object({
      cluster: z.string().max(64),
      thing: z.string(),
      internal: flag.default(false),
      partition: z.array(partitionId).optional(),
      sort: z.enum(['name', 'size']).default('name'),
      ...pageInput,
    }),
    output,
  }),
)
const fromBody = inputReader(
  endpoint({
    method: 'POST',
    path: '/clusters/{cluster}/things',
    tag: 'x',
    summary: 'x',
    input: z.object({
      cluster: z.string(),
      name: z.string().max(20),
      count: z.number().int().min(1).max(9).default(1),
      configs: z.record(z.string(), z.string()).default({}),
    }),
    output,
  }),
)

const at = (path: string) => `http://127.0.0.1:3000/api/v1${path}`
const query = (path: string) => fromQuery(new Request(at(`/clusters/c/things/${path}`)))
const body = (content: BodyInit, init: object = {}) =>
  fromBody(new Request(at('/clusters/c/things'), { method: 'POST', body: content, ...init }))

/** What it was refused with. */
async function refusal(reading: Promise<unknown>): Promise<AppError> {
  const error = await reading.then(
    () => new Error('it was accepted'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof AppError) return error
  throw error
}

describe('path and query', () => {
  it('fill the contract’s defaults, and lists where the contract has lists', async () => {
    expect(await query('~7ZWc6riALw?partition=1&partition=2&limit=7&internal=true')).toEqual({
      cluster: 'c',
      thing: '한글/',
      partition: [1, 2],
      limit: 7,
      internal: true,
      sort: 'name',
    })
    expect(await query('a%20b?partition=3')).toMatchObject({ thing: 'a b', partition: [3], limit: 100 })
  })

  it.each([
    ['an unknown key', '?nope=1', { path: 'nope', code: 'UNKNOWN' }],
    ['a repeated key', '?limit=1&limit=2', { path: 'limit', code: 'REPEATED' }],
    ['a word for a number', '?limit=many', { path: 'limit', code: 'TYPE' }],
    ['too little', '?limit=0', { path: 'limit', code: 'TOO_SMALL', params: { minimum: 1, of: 'number' } }],
    ['too much', '?limit=1001', { path: 'limit', code: 'TOO_BIG', params: { maximum: 1000, of: 'number' } }],
    ['a fraction', '?limit=1.5', { path: 'limit', code: 'TYPE' }],
    ...['0x10', '1e0', '%20', '+7', '07', '7.0', '', '-0', 'Infinity', '٧'].map(
      text =>
        [`no plain number (${text})`, `?limit=${text}`, { path: 'limit', code: 'TYPE' }] as [
          string,
          string,
          object,
        ],
    ),
    ['one of several that is none', '?partition=1&partition=0x2', { path: 'partition.1', code: 'TYPE' }],
    [
      'none of the options',
      '?sort=random',
      { path: 'sort', code: 'OPTION', params: { options: 'name, size' } },
    ],
    ['one bad of several', '?partition=1&partition=-2', { path: 'partition.1', code: 'TOO_SMALL' }],
    ['a path parameter', '?cluster=other', { path: 'cluster', code: 'UNKNOWN' }],
    ['a prototype', '?__proto__=1', { path: '__proto__', code: 'UNKNOWN' }],
    ['a constructor', '?constructor=1', { path: 'constructor', code: 'UNKNOWN' }],
  ])('refuse %s', async (_, search, field) => {
    const { code, fields } = await refusal(query(`a${search}`))
    expect(code).toBe('INPUT_INVALID')
    expect(fields).toEqual(expect.arrayContaining([expect.objectContaining(field)]))
  })

  it.each(['~%%%', '~a', '~_w', '%E0%A4%A'])('refuse the path segment %s', async segment => {
    const { code, fields } = await refusal(query(segment))
    expect({ code, fields }).toMatchObject({ code: 'INPUT_INVALID', fields: [{ path: 'thing' }] })
  })

  it('never say what was typed', async () => {
    const { fields } = await refusal(query('a?sort=hunter2&limit=hunter2'))
    expect(fields).toHaveLength(2)
    expect(JSON.stringify(fields)).not.toContain('hunter2')
  })

  it('say all that is wrong, but no more than fifty', async () => {
    const many = Array.from({ length: 200 }, (_, i) => `k${i}=1`).join('&')
    expect((await refusal(query(`a?${many}`))).fields).toHaveLength(50)
  })
})

describe('a body', () => {
  it('fills the contract', async () => {
    expect(await body('{"name":"\\u0061","configs":{"a":"b"}}')).toEqual({
      cluster: 'c',
      name: 'a',
      count: 1,
      configs: { a: 'b' },
    })
  })

  it.each<[string, BodyInit, string]>([
    ['no JSON', '{', 'BODY_NOT_JSON'],
    ['a list', '[]', 'BODY_NOT_JSON'],
    ['null', 'null', 'BODY_NOT_JSON'],
    ['a number', '7', 'BODY_NOT_JSON'],
    ['no UTF-8', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), 'BODY_NOT_JSON'],
    ['deep nesting', '['.repeat(200_000), 'BODY_NOT_JSON'],
    [
      'deep nesting beside an escape',
      `{"name":"\\u0061","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'BODY_NOT_JSON',
    ],
    ['nothing where something is needed', '', 'INPUT_INVALID'],
    ['an unknown key', '{"name":"a","nmae":"b"}', 'INPUT_INVALID'],
    ['a wrong type', '{"name":7}', 'INPUT_INVALID'],
    ['a number beyond all', '{"name":"a","count":1e400}', 'INPUT_INVALID'],
    ['a text that is too long', `{"name":"${'x'.repeat(21)}"}`, 'INPUT_INVALID'],
    ['a path parameter', '{"name":"a","cluster":"other"}', 'INPUT_INVALID'],
    ['a prototype at the top', '{"name":"a","__proto__":{"polluted":true}}', 'INPUT_INVALID'],
    ['a prototype inside', '{"name":"a","configs":{"__proto__":{"polluted":true}}}', 'INPUT_INVALID'],
    ['an escaped prototype', '{"name":"a","configs":{"\\u005f_proto__":{"polluted":true}}}', 'INPUT_INVALID'],
    ['more than 1 MiB', `{"name":"${'x'.repeat(1024 * 1024)}"}`, 'BODY_TOO_LARGE'],
  ])('of %s is refused', async (_, content, code) => {
    expect((await refusal(body(content))).code).toBe(code)
    expect('polluted' in {}).toBe(false)
  })

  it('of unknown length is read up to the limit and no further', async () => {
    let pulled = 0
    const endless = new ReadableStream({
      pull(controller) {
        if (++pulled > 100) controller.error(new Error('it was read on'))
        else controller.enqueue(new Uint8Array(64 * 1024))
      },
    })
    const error = await refusal(body(endless, { duplex: 'half' }))
    expect(error).toMatchObject({ code: 'BODY_TOO_LARGE', params: { limit: '1 MiB' } })
    expect(pulled).toBeLessThan(40)
  })

  const doors = api.filter(
    one => one.method !== 'GET' && one.method !== 'DELETE' && !('longBody' in one && one.longBody),
  )
  it('of 10 MB passes no door that is not made for it', async () => {
    expect(doors.map(door => door.path)).toEqual(
      expect.arrayContaining([
        '/clusters/{cluster}/topics',
        '/clusters/{cluster}/names/check',
        '/clusters/{cluster}/topic-requests',
        '/clusters/{cluster}/policy',
      ]),
    )
    const large = JSON.stringify({ name: 'x'.repeat(10 * 1024 * 1024) })
    for (const door of doors) {
      const url = `http://x/api/v1${door.path.replace(/\{[^}]+\}/g, 'a')}`
      const request = new Request(url, { method: door.method, body: large })
      expect((await refusal(inputReader(door)(request))).code, door.path).toBe('BODY_TOO_LARGE')
    }
  })

  it('may be longer where the contract says so, up to the configured limit', async () => {
    const long = inputReader(
      endpoint({
        method: 'POST',
        path: '/long',
        tag: 't',
        summary: 's',
        longBody: true,
        input: z.object({ text: z.string() }),
        output: z.unknown(),
      }),
    )
    const request = (size: number) =>
      new Request('http://x/api/v1/long', {
        method: 'POST',
        body: JSON.stringify({ text: 'x'.repeat(size) }),
      })
    const limit = 3 * 1024 * 1024
    expect((await long(request(2 * 1024 * 1024), limit)).text).toHaveLength(2 * 1024 * 1024)
    await expect(long(request(limit), limit)).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
      params: { limit: '3 MiB' },
    })
    await expect(long(request(2 * 1024 * 1024))).rejects.toMatchObject({ code: 'BODY_TOO_LARGE' })
  })

  it('whose client goes half-way is the client’s end, no outage of the store', async () => {
    const broken = new ReadableStream({
      pull: controller => controller.error(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })),
    })
    expect(await refusal(body(broken, { duplex: 'half' }))).toMatchObject({ code: 'CANCELLED' })
  })
})

describe('a partition in a body', () => {
  const fromReplay = inputReader(replays.create)
  const read = (partition: unknown) => {
    const content = JSON.stringify({ selection: { topic: 't', records: [{ partition, offset: '1' }] } })
    return fromReplay(new Request(at('/clusters/c/replays'), { method: 'POST', body: content }))
  }

  it('is a number', async () => {
    expect((await read(3)).selection).toMatchObject({ records: [{ partition: 3 }] })
  })

  it.each([[null], [''], [true], [[]], [[3]], ['0x1']])(
    'that is %j is refused, and not taken for 0 or 1',
    async value => {
      expect((await refusal(read(value))).fields).toMatchObject([
        { path: 'selection.records.0.partition', code: 'TYPE' },
      ])
    },
  )
})

describe('a replay', () => {
  const fromReplay = inputReader(replays.create)
  const read = (content: object) =>
    fromReplay(new Request(at('/clusters/c/replays'), { method: 'POST', body: JSON.stringify(content) }))

  it.each<[string, object, string]>([
    ['the selection', { selection: { topic: 't', record: [] } }, 'selection.record'],
    [
      'a selected record',
      { selection: { topic: 't', records: [{ partition: 0, offset: '1', topic: 'u' }] } },
      'selection.records.0.topic',
    ],
    [
      'the target',
      { selection: { topic: 't' }, target: { kind: 'origin', clusters: 'd' } },
      'target.clusters',
    ],
    ['an edit', { selection: { topic: 't' }, edit: { values: null } }, 'edit.values'],
    ['the whole', { selection: { topic: 't' }, edits: { value: null } }, 'edits'],
  ])('is refused, not narrowed or widened, for what is not known in %s', async (_, content, path) => {
    expect((await refusal(read(content))).fields).toMatchObject([{ path, code: 'UNKNOWN' }])
  })
})

import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { endpoint, streamEndpoint } from '@/lib/contracts/endpoint'
import { authorise, mayDo } from '@/server/auth/authorise'
import { testCluster, testContext } from './testing'
import { stream, verb } from './verb'

const contract = endpoint({
  method: 'GET',
  path: '/x/{cluster}',
  tag: 'x',
  summary: 'x',
  input: z.object({ cluster: z.string() }),
  output: z.object({ ok: z.boolean() }),
})
const events = streamEndpoint({
  path: '/x',
  tag: 'x',
  summary: 'x',
  input: z.object({}),
  events: { tick: z.object({ n: z.number() }) },
})
const careful = verb(contract, async (ctx, input) => {
  authorise(ctx, 'topic.read', { cluster: input.cluster })
  return { ok: true }
})
const careless = verb(contract, async () => ({ ok: true }))

describe('verb', () => {
  it('answers what an authorised function answers and carries its contract', async () => {
    expect(await careful(testContext(), { cluster: 'a' })).toEqual({ ok: true })
    expect(careful.contract).toBe(contract)
  })

  it('throws the answer of a function away that never authorised, even when another call did with the same context', async () => {
    const ctx = testContext()
    await careful(ctx, { cluster: 'a' })
    await expect(careless(ctx, { cluster: 'a' })).rejects.toMatchObject({ code: 'INTERNAL' })
  })

  it('does not take mayDo for authorising', async () => {
    const peeking = verb(contract, async (ctx, input) => ({
      ok: mayDo(ctx, 'topic.read', { cluster: input.cluster }),
    }))
    await expect(peeking(testContext(), { cluster: 'a' })).rejects.toMatchObject({ code: 'INTERNAL' })
  })

  it('accepts that an inner verb authorised', async () => {
    const outer = verb(contract, (ctx, input) => careful(ctx, input))
    expect(await outer(testContext(), { cluster: 'a' })).toEqual({ ok: true })
  })

  it('lets no event of an unauthorised stream out, and runs its finally', async () => {
    let closed = false
    const leak = stream(events, async function* () {
      try {
        yield { event: 'tick', data: { n: 1 } }
      } finally {
        closed = true
      }
    })
    await expect(leak(testContext(), {}).next()).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(closed).toBe(true)
  })
})

describe('authorise', () => {
  it('names the action, the resource and the roles that would do', () => {
    const ctx = testContext({ roles: ['viewer'] })
    expect(() => authorise(ctx, 'topic.create', { cluster: 'c', topic: 't' })).toThrowError(
      expect.objectContaining({
        code: 'DENIED',
        params: { action: 'topic.create', resource: 'c/t', roles: 'operator, admin' },
      }),
    )
  })

  it('holds a grant to its clusters and topics', () => {
    const ctx = testContext({ grants: [{ role: 'operator', clusters: ['dev-*'], topics: ['order.*'] }] })
    expect(mayDo(ctx, 'replay.run', { cluster: 'dev-1', topic: 'order.a.b' })).toBe(true)
    expect(mayDo(ctx, 'replay.run', { cluster: 'dev-1', topic: 'stock.a.b' })).toBe(false)
    expect(mayDo(ctx, 'replay.run', { cluster: 'prod', topic: 'order.a.b' })).toBe(false)
    expect(mayDo(ctx, 'topic.read', { cluster: 'dev-1' })).toBe(true)
  })

  it('refuses changes of a read-only cluster to an admin, but neither reading nor planning', () => {
    const ctx = testContext({
      config: { clusters: [testCluster('127.0.0.1:1', { id: 'ro', readOnly: true })] },
    })
    const create = () => authorise(ctx, 'topic.create', { cluster: 'ro', topic: 't' })
    expect(create).toThrowError(expect.objectContaining({ code: 'CLUSTER_READ_ONLY' }))
    expect(mayDo(ctx, 'replay.run', { cluster: 'ro' })).toBe(false)
    expect(() => authorise(ctx, 'replay.plan', { cluster: 'ro', topic: 't' })).not.toThrow()
    expect(() => authorise(ctx, 'topic.create', { cluster: 'rw', topic: 't' })).not.toThrow()
  })
})

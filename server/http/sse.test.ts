import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { streamEndpoint } from '@/lib/contracts/endpoint'
import { AppError } from '@/lib/errors'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import type { Runtime } from '@/server/runtime'
import { handle } from './handle'
import { installTestRuntime, testConfig } from './testing'
import { stream } from './verb'

const config = testConfig({
  tokens: (['admin', 'auditor'] as const).map(role => ({
    name: role,
    sha256: createHash('sha256').update(`token-of-${role}`).digest('hex'),
    grants: [{ role }],
  })),
})
const contract = streamEndpoint({
  path: '/ticks',
  tag: 'x',
  summary: 'x',
  input: z.object({ size: z.coerce.number().default(1) }),
  events: { tick: z.object({ n: z.number(), pad: z.string() }), done: z.object({ total: z.number() }) },
})

let runtime: Runtime
let stop: () => void
beforeEach(() => {
  ;({ runtime, stop } = installTestRuntime({ config }))
})

type Tick = { event: 'tick'; data: { n: number; pad: string } } | { event: 'done'; data: { total: number } }
const tick = (n: number, pad = ''): Tick => ({ event: 'tick', data: { n, pad } })

/** A route of one generator; `state` tells what became of it. */
function route(run: (ctx: Context, size: number, state: State) => AsyncGenerator<Tick, void, void>) {
  const state: State = { made: 0, ended: false }
  const verb = stream(contract, async function* (ctx, input) {
    authorise(ctx, 'record.read', {})
    try {
      yield* run(ctx, input.size, state)
    } finally {
      state.ended = true
    }
  })
  const get = handle(verb)
  const open = (options: { role?: string; query?: string; signal?: AbortSignal } = {}) =>
    get(
      new Request(`http://127.0.0.1:3000/api/v1/ticks${options.query ?? ''}`, {
        headers: { authorization: `Bearer token-of-${options.role ?? 'admin'}` },
        signal: options.signal ?? null,
      }),
    )
  return { open, state }
}
type State = { made: number; ended: boolean }

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>(resolve => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
const eventsIn = (text: string) => [...text.matchAll(/^event: (.+)$/gm)].map(match => match[1])

describe('a stream', () => {
  it('has ids, events and data, and ends with the verb’s own done', async () => {
    const { open, state } = route(async function* () {
      yield tick(1, '줄\n바꿈')
      yield { event: 'done', data: { total: 1 } }
    })
    const response = await open()
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('cache-control')).toContain('no-transform')
    expect(await response.text()).toBe(
      ': open\n\nid: 1\nevent: tick\ndata: {"n":1,"pad":"줄\\n바꿈"}\n\nid: 2\nevent: done\ndata: {"total":1}\n\n',
    )
    await expect.poll(() => state.ended).toBe(true)
    expect(runtime.inFlight.streams).toBe(0)
  })

  it('says done for a verb that just ends', async () => {
    const { open } = route(async function* () {
      yield tick(1)
    })
    expect(eventsIn(await (await open()).text())).toEqual(['tick', 'done'])
  })

  it('is refused by status, not by an event, when the actor may not', async () => {
    const { open } = route(async function* () {
      yield tick(1)
    })
    const response = await open({ role: 'auditor' })
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ code: 'DENIED' })
    expect(runtime.inFlight.streams).toBe(0)
    expect((await open({ query: '?nope=1' })).status).toBe(400)
  })

  it.each([
    ['an AppError', () => new AppError('GROUP_UNKNOWN', { params: { group: 'g' } }), 'GROUP_UNKNOWN'],
    ['anything else', () => new Error('secret driver text'), 'INTERNAL'],
  ])('ends with an error event after %s', async (_, make, code) => {
    const { open, state } = route(async function* () {
      yield tick(1)
      throw make()
    })
    const text = await (await open()).text()
    expect(eventsIn(text)).toEqual(['tick', 'error'])
    expect(text).toContain(`"code":"${code}"`)
    expect(text).not.toContain('secret driver text')
    expect(state.ended).toBe(true)
  })

  it('lets no event out that its contract does not know', async () => {
    const { open } = route(async function* () {
      yield { event: 'tick', data: { n: 'one' as unknown as number, pad: '' } }
    })
    expect(eventsIn(await (await open()).text())).toEqual(['error'])
  })
})

describe('when the client goes', () => {
  const live = () =>
    route(async function* (ctx) {
      yield tick(1)
      await untilAborted(ctx.signal)
    })

  it('by cancelling the body, the verb has ended within a second', async () => {
    const { open, state } = live()
    const reader = (await open()).body?.getReader()
    await reader?.read()
    expect(runtime.inFlight.streams).toBe(1)
    await reader?.cancel()
    await expect.poll(() => state.ended, { timeout: 1000 }).toBe(true)
    expect(runtime.inFlight.streams).toBe(0)
  })

  it('by breaking the connection, the same', async () => {
    const client = new AbortController()
    const { open, state } = live()
    await open({ signal: client.signal })
    client.abort()
    await expect.poll(() => state.ended, { timeout: 1000 }).toBe(true)
    expect(runtime.inFlight.streams).toBe(0)
  })

  it('while nobody reads and the queue is full, the same', async () => {
    const client = new AbortController()
    const { open, state } = route(async function* (_ctx, size) {
      for (let n = 1; ; n++) yield tick(n, 'x'.repeat(size))
    })
    await open({ signal: client.signal, query: '?size=100000' })
    await sleep(20)
    client.abort()
    await expect.poll(() => state.ended, { timeout: 1000 }).toBe(true)
  })
})

it('does not ask the verb for more than a slow client reads', async () => {
  const { open, state } = route(async function* (ctx, size, made) {
    for (let n = 1; !ctx.signal.aborted; n++) {
      made.made = n
      yield tick(n, 'x'.repeat(size))
    }
  })
  const response = await open({ query: '?size=10000' })
  await sleep(50)
  const stuckAt = state.made
  expect(stuckAt).toBeLessThan(20)
  await sleep(50)
  expect(state.made).toBe(stuckAt)
  const reader = response.body?.getReader()
  for (let i = 0; i < 20; i++) await reader?.read()
  expect(state.made).toBeGreaterThan(stuckAt)
  await reader?.cancel()
})

it('cuts off a client that reads nothing for a minute; one that reads slowly stays', async () => {
  vi.useFakeTimers()
  try {
    const endless = () =>
      route(async function* (_ctx, size) {
        for (let n = 1; ; n++) yield tick(n, 'x'.repeat(size))
      })
    const [dead, slow] = [endless(), endless()]
    const bodies = await Promise.all([dead, slow].map(({ open }) => open({ query: '?size=100000' })))
    const [nobody, reader] = bodies.map(response => response.body?.getReader())
    for (let beat = 0; beat < 6; beat++) {
      await vi.advanceTimersByTimeAsync(15_000)
      await reader?.read()
    }
    expect(dead.state.ended).toBe(true)
    expect(slow.state.ended).toBe(false)
    expect(runtime.inFlight.streams).toBe(1)
    await expect(nobody?.closed).rejects.toMatchObject({ code: 'CANCELLED' })
    await reader?.cancel()
  } finally {
    vi.useRealTimers()
  }
})

it('sends a comment every 15 seconds, also while the first event is still to come', async () => {
  vi.useFakeTimers()
  try {
    const { open } = route(async function* (ctx) {
      await untilAborted(ctx.signal)
      yield tick(1)
    })
    const opening = open()
    await vi.advanceTimersByTimeAsync(1100)
    const reader = (await opening).body?.getReader()
    const text = async () => new TextDecoder().decode((await reader?.read())?.value)
    expect(await text()).toBe(': open\n\n')
    await vi.advanceTimersByTimeAsync(15_000)
    expect(await text()).toBe(': still here\n\n')
    await vi.advanceTimersByTimeAsync(15_000)
    expect(await text()).toBe(': still here\n\n')
    await reader?.cancel()
  } finally {
    vi.useRealTimers()
  }
})

it('ends with SHUTTING_DOWN when the process is asked to stop', async () => {
  const { open, state } = route(async function* (ctx) {
    yield tick(1)
    await untilAborted(ctx.signal)
  })
  const response = await open()
  stop()
  const text = await response.text()
  expect(eventsIn(text)).toEqual(['tick', 'error'])
  expect(text).toContain('"code":"SHUTTING_DOWN"')
  await runtime.inFlight.idle()
  expect(state.ended).toBe(true)
})

it('bounds the streams of one actor', async () => {
  const { open } = route(async function* (ctx) {
    yield tick(1)
    await untilAborted(ctx.signal)
  })
  const client = new AbortController()
  for (let i = 0; i < 100; i++) expect((await open({ signal: client.signal })).status).toBe(200)
  expect((await open({ signal: client.signal })).status).toBe(429)
  client.abort()
  await runtime.inFlight.idle()
  const again = await open()
  expect(again.status).toBe(200)
  await again.body?.cancel()
})

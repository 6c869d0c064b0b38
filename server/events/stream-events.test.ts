import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { events as contracts } from '@/lib/contracts/events'
import type { RoleGrant } from '@/lib/permissions'
import { encodeId } from '@/lib/routes'
import { testContext } from '@/server/http/testing'
import { testConfig } from '@/server/kafka/testing'
import type { Services } from '@/server/services'
import { streamEvents } from './stream-events'

vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())
// What the store says of a replay; the stream asks it for nothing else.
vi.mock('@/server/replays/replay-store', () => ({
  findReplay: async (_store: unknown, _cluster: string, id: string) =>
    id === 'gone' ? null : { sourceTopic: id.startsWith('of ') ? id.slice(3) : 'mine' },
}))

/** Services that tell when a test says so, and who listens. */
function world(grants?: RoleGrant[]) {
  const listeners = new Map<string, Set<() => void>>()
  const on = (what: string) => (listener: () => void) => {
    const set = listeners.get(what) ?? new Set()
    listeners.set(what, set.add(listener))
    return () => set.delete(listener)
  }
  const of = (service: object) => ({ of: () => service })
  // Only what the stream asks of them.
  const services = {
    lag: of({
      onSnapshot: on('lag'),
      watch: (name: string, l: () => void) => on(`group ${name}`)(l),
      row: (name: string) => (name.startsWith('of ') ? { topics: [name.slice(3)] } : null),
    }),
    deadLetters: of({ onChange: on('letters') }),
    replays: of({ onProgress: (id: string, l: () => void) => on(`replay ${id}`)(l) }),
  } as unknown as Partial<Services>
  const gone = new AbortController()
  const config = testConfig('127.0.0.1:1', { id: 'c' })
  const clusters = { get: () => ({ id: 'c' }) as never, list: () => [config], close: async () => undefined }
  const ctx = testContext({ clusters, services, signal: gone.signal, ...(grants && { grants }) })
  return {
    gone,
    tell: (what: string) => {
      for (const listener of listeners.get(what) ?? []) listener()
    },
    listening: () => [...listeners].flatMap(([what, set]) => (set.size > 0 ? [what] : [])),
    open: (subscribe: string) => streamEvents(ctx, { cluster: 'c', subscribe }),
  }
}
type Stream = ReturnType<typeof streamEvents>

async function hello(stream: Stream) {
  const { value } = await stream.next()
  expect(value?.event).toBe('hello')
  return contracts.stream.events.hello.parse(value?.data).subscribed
}
async function changes(stream: Stream, count: number) {
  const topics: string[] = []
  while (topics.length < count) {
    const { value } = await stream.next()
    if (value?.event !== 'changed') throw new Error(`${value?.event} is no change`)
    topics.push(contracts.stream.events.changed.parse(value.data).topic)
  }
  return topics
}

describe('the one stream of a tab', () => {
  it('says hello with what it listens to, and then what changed', async () => {
    const { open, tell, gone, listening } = world()
    const stream = open('groups,overview,dead-letters,group:a b,replay:r1,groups')
    expect(await hello(stream)).toEqual(['groups', 'overview', 'dead-letters', 'group:a b', 'replay:r1'])
    tell('group a b')
    expect(await changes(stream, 1)).toEqual(['group:a b'])
    tell('lag')
    expect((await changes(stream, 2)).sort()).toEqual(['groups', 'overview'])
    tell('letters')
    tell('replay r1')
    expect((await changes(stream, 3)).sort()).toEqual(['dead-letters', 'overview', 'replay:r1'])
    gone.abort()
    expect((await stream.next()).done).toBe(true)
    expect(listening()).toEqual([])
  })

  it('tells a thousand changes as one, however fast it is read', async () => {
    const { open, tell, gone } = world()
    const stream = open('replay:r')
    await hello(stream)
    const busy = setInterval(() => {
      for (let i = 0; i < 100; i++) tell('replay r')
    }, 5)
    const startedMs = performance.now()
    await changes(stream, 4)
    const tookMs = performance.now() - startedMs
    clearInterval(busy)
    expect(tookMs).toBeGreaterThan(900)
    gone.abort()
  })

  it('a reader that was away for long hears of each thing once', async () => {
    const { open, tell, gone } = world()
    const stream = open('groups,dead-letters')
    await hello(stream)
    for (let i = 0; i < 500; i++) {
      tell('lag')
      tell('letters')
    }
    expect((await changes(stream, 2)).sort()).toEqual(['dead-letters', 'groups'])
    const next = stream.next()
    await sleep(400)
    gone.abort()
    expect((await next).done).toBe(true)
  })

  it('ends at once when the reader goes, while it waits, while it pauses, and before it began', async () => {
    for (const afterMs of [0, 60, 120]) {
      const { open, tell, gone, listening } = world()
      const stream = open('groups')
      await hello(stream)
      if (afterMs === 120) tell('lag')
      const next = stream.next()
      await sleep(afterMs)
      const startedMs = performance.now()
      gone.abort()
      expect((await next).done).toBe(true)
      expect(performance.now() - startedMs).toBeLessThan(5_000)
      expect(listening()).toEqual([])
    }
    const left = world()
    const leaving = left.open('groups,group:a')
    await hello(leaving)
    await leaving.return()
    expect(left.listening()).toEqual([])
    const early = world()
    early.gone.abort()
    const stream = early.open('groups')
    await stream.next()
    expect((await stream.next()).done).toBe(true)
    expect(early.listening()).toEqual([])
  })

  it.each(['nonsense', 'groups,what:x', 'groups:x', 'group:', 'group:~!', 'group:~%', 'replay:', ':'])(
    'refuses %s and listens to nothing',
    async subscribe => {
      const { open, listening } = world()
      await expect(open(subscribe).next()).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        fields: [{ path: 'subscribe', code: 'UNKNOWN_TOPIC' }],
      })
      expect(listening()).toEqual([])
    },
  )

  it('takes names that hold commas in their encoded form, and no more than twenty', async () => {
    const { open, tell, listening, gone } = world()
    const topic = `group:${encodeId('a,b')}`
    const stream = open(topic)
    expect(await hello(stream)).toEqual([topic])
    expect(listening()).toEqual(['group a,b'])
    tell('group a,b')
    expect(await changes(stream, 1)).toEqual([topic])
    gone.abort()
    const many = world()
    const all = many.open(Array.from({ length: 21 }, (_, i) => `replay:${i}`).join(','))
    await expect(all.next()).rejects.toMatchObject({ fields: [{ path: 'subscribe', code: 'TOO_MANY' }] })
    expect(many.listening()).toEqual([])
  })

  it('is silent about a group whose topics are not for this reader', async () => {
    const { open, tell, gone } = world([{ role: 'viewer', topics: ['mine'] }])
    const stream = open('group:of mine,group:of others,group:gone')
    await hello(stream)
    for (const group of ['of others', 'of mine', 'gone']) tell(`group ${group}`)
    expect((await changes(stream, 2)).sort()).toEqual(['group:gone', 'group:of mine'])
    const next = stream.next()
    await sleep(300)
    gone.abort()
    expect((await next).done).toBe(true)
  })

  it('is silent about a replay whose topic is not for this reader, and about one that is not there', async () => {
    const { open, tell, gone } = world([{ role: 'viewer', topics: ['mine'] }])
    const stream = open('replay:of mine,replay:of others,replay:gone')
    await hello(stream)
    for (const replay of ['of others', 'gone', 'of mine']) tell(`replay ${replay}`)
    expect(await changes(stream, 1)).toEqual(['replay:of mine'])
    const next = stream.next()
    await sleep(300)
    gone.abort()
    expect((await next).done).toBe(true)
  })

  it('is not for those who may not see the cluster', async () => {
    const { open } = world([{ role: 'admin', clusters: ['other'] }])
    await expect(open('groups').next()).rejects.toMatchObject({ code: 'DENIED' })
  })
})

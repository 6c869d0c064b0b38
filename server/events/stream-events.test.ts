import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { testContext } from '@/server/http/testing'
import type { KafkaClusters } from '@/server/kafka/port'
import type { Services } from '@/server/services'
import { streamEvents } from './stream-events'

/** Services whose listeners a test can call, and count. */
function setup(grants: Parameters<typeof testContext>[0] = {}) {
  const listeners = new Map<string, Set<() => void>>()
  const on = (name: string) => (listener: () => void) => {
    const set = listeners.get(name) ?? new Set()
    listeners.set(name, set.add(listener))
    return () => set.delete(listener)
  }
  const services = {
    lag: {
      of: () => ({ onSnapshot: on('lag'), watch: (group: string, l: () => void) => on(`group ${group}`)(l) }),
    },
    deadLetters: { of: () => ({ onChange: on('dead') }) },
    replays: { of: () => ({ onProgress: (id: string, l: () => void) => on(`replay ${id}`)(l) }) },
  } as unknown as Services
  const clusters = { get: (id: string) => ({ id }), list: () => [] } as unknown as KafkaClusters
  const stop = new AbortController()
  const ctx = testContext({ services, clusters, signal: stop.signal, ...grants })
  return {
    ctx,
    stop,
    fire: (name: string) => {
      for (const listener of listeners.get(name) ?? []) listener()
    },
    listening: () => [...listeners].flatMap(([name, set]) => (set.size > 0 ? [name] : [])).sort(),
  }
}
const open = (ctx: ReturnType<typeof setup>['ctx'], subscribe: string) =>
  streamEvents(ctx, { cluster: 'c', subscribe })

it('tells what changed by the name it was subscribed under, and lets go when it ends', async () => {
  const { ctx, fire, listening } = setup()
  const events = open(ctx, 'groups,dead-letters,group:order-service,group:~YSxi,replay:r1')
  expect((await events.next()).value).toMatchObject({ event: 'hello' })
  expect(listening()).toEqual(['dead', 'group a,b', 'group order-service', 'lag', 'replay r1'])
  const next = events.next()
  fire('group a,b')
  expect((await next).value).toMatchObject({ event: 'changed', data: { topic: 'group:~YSxi' } })
  await events.return()
  expect(listening()).toEqual([])
})

it('tells many changes as one', async () => {
  const { ctx, fire, stop } = setup()
  const events = open(ctx, 'groups')
  await events.next()
  let told = 0
  const reading = (async () => {
    for await (const event of events) if (event.event === 'changed') told++
  })()
  const startedMs = performance.now()
  for (let i = 0; i < 60; i++) {
    fire('lag')
    await sleep(10)
  }
  const tookMs = performance.now() - startedMs
  stop.abort()
  await reading
  expect(told).toBeGreaterThanOrEqual(1)
  expect(told).toBeLessThanOrEqual(tookMs / 250 + 1)
})

it.each([
  ['an unknown topic', 'groups,nonsense', 'UNKNOWN_TOPIC'],
  ['a topic with a name it has not', 'groups:x', 'UNKNOWN_TOPIC'],
  ['a broken name', 'group:~%', 'UNKNOWN_TOPIC'],
  ['too many', Array.from({ length: 21 }, (_, i) => `group:${i}`).join(','), 'TOO_MANY'],
])('refuses %s, and leaves no listener behind', async (_, subscribe, code) => {
  const { ctx, listening } = setup()
  await expect(open(ctx, subscribe).next()).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    fields: [{ code }],
  })
  expect(listening()).toEqual([])
})

it('refuses a cluster that the actor may not see', async () => {
  const { ctx } = setup({ grants: [{ role: 'admin', clusters: ['other'] }] })
  await expect(open(ctx, 'groups').next()).rejects.toMatchObject({ code: 'DENIED' })
})

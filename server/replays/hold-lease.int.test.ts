import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testStore } from '@/server/http/testing'
import { takeLease } from '@/server/store/lease'
import type { Store } from '@/server/store/types'
import { holdLease } from './hold-lease'

const clock = { now: () => Date.now() }
let store: Store
beforeAll(async () => {
  store = await testStore()
})
afterAll(() => store?.close())

test('is renewed while the store answers, and free for others at once when it is given back', async () => {
  const options = { store, clock, owner: 'one', ttlMs: 300 }
  const held = await holdLease('renewed', options)
  await sleep(900)
  expect(held?.lost.aborted).toBe(false)
  expect(await holdLease('renewed', { ...options, owner: 'two' })).toBeNull()
  await held?.release()
  const next = await holdLease('renewed', { ...options, owner: 'two' })
  expect(next).not.toBeNull()
  await next?.release()
})

test('is lost when its time is over, also behind a store that hangs and answers nothing at all', async () => {
  let hangs = false
  const hanging: Store = new Proxy(store, {
    get(target, name) {
      if (name === 'db' && hangs)
        return {
          update: () => ({
            set: () => ({ where: () => ({ returning: () => new Promise(() => undefined) }) }),
          }),
        }
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const held = await holdLease('hanging', { store: hanging, clock, owner: 'one', ttlMs: 400 })
  hangs = true
  await sleep(1_500)
  expect(held?.lost.aborted).toBe(true)
})

test('is lost when another owner took it over', async () => {
  const held = await holdLease('taken', { store, clock, owner: 'one', ttlMs: 300 })
  // Its time was over for somebody whose clock runs ahead.
  await takeLease(store, 'taken', 'two', 60_000, Date.now() + 10_000)
  await expect.poll(() => held?.lost.aborted, { timeout: 2_000 }).toBe(true)
})

import { EventEmitter } from 'node:events'
import type { Connection } from '@platformatic/kafka'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppError } from '@/lib/errors'
import { within } from './deadline'
import { Pool } from './pool'

class FakeConnection extends EventEmitter {
  alive = true
  socket = null
  isConnected() {
    return this.alive
  }
  async close() {
    if (!this.alive) return
    this.alive = false
    this.emit('close')
  }
}

const endpoint = { host: 'kafka', port: 9092 }
const opened: FakeConnection[] = []
const failures: number[] = []
let idle = 0
let fail: AppError | null = null
let pool: Pool

beforeEach(() => {
  vi.useFakeTimers()
  opened.length = 0
  failures.length = 0
  idle = 0
  fail = null
  pool = new Pool(
    async () => {
      await new Promise(resolve => setTimeout(resolve, 10))
      if (fail) throw fail
      const connection = new FakeConnection()
      opened.push(connection)
      // The pool only asks whether it lives, listens to its death and closes it.
      return connection as unknown as Connection
    },
    { idle: () => idle++, failed: (_address, _error, times) => failures.push(times) },
  )
})
afterEach(() => {
  pool.close()
  vi.useRealTimers()
})

const get = async (lane: 0 | 1 = 0) => {
  const call = within({}, scope => pool.get(endpoint, lane, scope))
  call.catch(() => undefined)
  await vi.advanceTimersByTimeAsync(20)
  return call
}

describe('the pool', () => {
  it('opens one for all who ask, and another when it died', async () => {
    const calls = Array.from({ length: 20 }, () => within({}, scope => pool.get(endpoint, 0, scope)))
    await vi.advanceTimersByTimeAsync(20)
    expect(new Set(await Promise.all(calls)).size).toBe(1)
    expect(opened).toHaveLength(1)
    await get(1)
    expect(pool.size).toBe(2)
    opened[0]?.close()
    expect(pool.size).toBe(1)
    await get()
    expect(opened).toHaveLength(3)
  })

  it('answers a failure from memory for a moment, longer each time, and forgets it by a success', async () => {
    fail = new AppError('CLUSTER_UNREACHABLE')
    await expect(get()).rejects.toBe(fail)
    const first = fail
    fail = new AppError('NOT_KAFKA')
    await expect(get()).rejects.toBe(first)
    await vi.advanceTimersByTimeAsync(1_500)
    await expect(get()).rejects.toBe(fail)
    expect(failures).toEqual([1, 2])
    fail = null
    await vi.advanceTimersByTimeAsync(1_500)
    await expect(get()).rejects.toMatchObject({ code: 'NOT_KAFKA' }) // three seconds now
    await vi.advanceTimersByTimeAsync(1_500)
    expect(await get()).toBeDefined()
    expect(pool.size).toBe(1)
  })

  it('takes one that does not answer out of use, and ends it later', async () => {
    const stuck = await get()
    pool.retire(stuck)
    expect(pool.anyLive()).toBeNull()
    expect(await get()).not.toBe(stuck)
    expect(opened[0]?.alive).toBe(true)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(opened[0]?.alive).toBe(false)
    expect(pool.size).toBe(1)
  })

  it('closes what idles, and says when nothing is left', async () => {
    await get()
    await vi.advanceTimersByTimeAsync(200_000)
    await get() // in use again
    await vi.advanceTimersByTimeAsync(200_000)
    expect(opened[0]?.alive).toBe(true)
    await vi.advanceTimersByTimeAsync(100_000)
    expect(opened[0]?.alive).toBe(false)
    expect({ size: pool.size, idle, timers: vi.getTimerCount() }).toEqual({ size: 0, idle: 1, timers: 0 })
  })

  it('closed while one opens, closes that one too', async () => {
    const call = within({}, scope => pool.get(endpoint, 0, scope))
    call.catch(() => undefined)
    await vi.advanceTimersByTimeAsync(1)
    pool.close()
    await vi.advanceTimersByTimeAsync(20)
    await expect(call).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
    expect(opened[0]?.alive).toBe(false)
  })
})

import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { ThreadPool } from './thread-pool'

const IDLE = "require('node:worker_threads').parentPort.on('message', () => {})"

test('a search beside another gets a lean thread, which goes with it; the first one stays warm', async () => {
  const made: boolean[] = []
  const pool = new ThreadPool(lean => {
    made.push(lean)
    return new Worker(IDLE, { eval: true })
  })
  const first = pool.take()
  const second = pool.take()
  expect(made).toEqual([false, true])
  pool.give(second)
  await expect.poll(() => pool.size, { timeout: 10_000 }).toBe(1)
  pool.give(first)
  expect(pool.take()).toBe(first)
  // Who is alone again gets one that need not share.
  await pool.end(first)
  pool.take()
  expect(made).toEqual([false, true, false])
  await pool.close()
  expect(pool.size).toBe(0)
})

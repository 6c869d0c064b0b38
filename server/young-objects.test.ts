import { once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { youngObjects } from './young-objects'

/** Makes garbage until the young generation is as large as it may be, and tells its size in MiB. */
const GARBAGE = `
const { getHeapSpaceStatistics } = require('node:v8')
let kept = []
for (let n = 0; n < 2e6; n++) kept.push({ n, list: [n] }) > 100_000 && (kept = [])
const space = getHeapSpaceStatistics().find(one => one.space_name === 'new_space')
require('node:worker_threads').parentPort.postMessage(space.space_size / 2 ** 20)`

test.each([12, 48])('a thread keeps to its %i MiB, whatever the process was started with', async mib => {
  setFlagsFromString('--max-semi-space-size=64')
  const worker = new Worker(GARBAGE, { eval: true, resourceLimits: youngObjects(mib) })
  const [held] = await once(worker, 'message')
  // Of its three semi-spaces two are the space.
  expect(held).toBeLessThanOrEqual((mib / 3) * 2)
  expect(held).toBeGreaterThan(mib / 12)
})

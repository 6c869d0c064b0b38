import { Worker } from 'node:worker_threads'
import { youngObjects } from '@/server/young-objects'

/**
 * A filter that parses every record makes garbage fast and keeps little of it: four times as much costs 24 MiB a
 * thread, lets two dozen more of fetched bytes wait for collection, and is not measurably faster.
 */
const YOUNG_MIB = 12

/** A thread that scans. Written like this the bundler makes an entry of it, which survives a standalone build. */
export function spawnScanWorker(): Worker {
  return new Worker(new URL('./scan-worker.ts', import.meta.url), {
    name: 'milena-scan',
    resourceLimits: youngObjects(YOUNG_MIB),
  })
}

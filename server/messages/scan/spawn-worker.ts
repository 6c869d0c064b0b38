import { Worker } from 'node:worker_threads'
import { youngObjects } from '@/server/young-objects'

/**
 * A filter that parses every record makes garbage fast and keeps little of it: twice as much costs 16 MiB a thread,
 * lets as much more of fetched bytes wait for collection, and gains a twentieth; half of it costs another twentieth.
 */
const YOUNG_MIB = 24

/**
 * What a filter may make of one record before it counts as too costly: two loops over a long list make millions of
 * values, and what a thread takes beyond its own is taken from everybody. Bytes of records are not among it.
 */
const OLD_MIB = 768

/** A thread that scans. Written like this the bundler makes an entry of it, which survives a standalone build. */
export function spawnScanWorker(): Worker {
  return new Worker(new URL('./scan-worker.ts', import.meta.url), {
    name: 'milena-scan',
    resourceLimits: { ...youngObjects(YOUNG_MIB), maxOldGenerationSizeMb: OLD_MIB },
  })
}

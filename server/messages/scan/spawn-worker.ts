import { Worker } from 'node:worker_threads'
import type { ScanWorkerData } from './worker-talk'

/**
 * A filter that parses every record makes garbage fast: half of this and it takes a fifth longer, twice as
 * much and it is no faster.
 */
const YOUNG_MIB = 96
/** Beside another search: processors are shared then, and so is the memory. */
const LEAN_YOUNG_MIB = 24

/**
 * A thread that scans; a lean one is a little slower in half the memory. Written like this the bundler makes an entry
 * of it, which survives a standalone build.
 */
export function spawnScanWorker(lean: boolean): Worker {
  return new Worker(new URL('./scan-worker.ts', import.meta.url), {
    name: 'milena-scan',
    workerData: { lean } satisfies ScanWorkerData,
    resourceLimits: { maxYoungGenerationSizeMb: lean ? LEAN_YOUNG_MIB : YOUNG_MIB },
  })
}

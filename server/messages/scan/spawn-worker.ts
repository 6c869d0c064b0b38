import { Worker } from 'node:worker_threads'

/**
 * A filter that parses every record makes garbage fast: half of this and it takes a fifth longer, twice as
 * much and it is no faster. `--max-semi-space-size`, which `npm start` sets, goes before it.
 */
const YOUNG_MIB = 96

/** A thread that scans. Written like this the bundler makes an entry of it, which survives a standalone build. */
export function spawnScanWorker(): Worker {
  return new Worker(new URL('./scan-worker.ts', import.meta.url), {
    name: 'milena-scan',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
  })
}

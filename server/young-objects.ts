import { setFlagsFromString } from 'node:v8'
import type { ResourceLimits } from 'node:worker_threads'

/**
 * Limits of a worker thread that may hold `mib` MiB of young objects: V8 makes three semi-spaces of it and gives them
 * back to nobody. `--max-semi-space-size`, which `npm start` sets for the main thread (docs/adr/0100), would go before
 * a thread's own limit; the main thread has read it by now, so it is taken away.
 */
export function youngObjects(mib: number): ResourceLimits {
  setFlagsFromString('--max-semi-space-size=0')
  return { maxYoungGenerationSizeMb: mib }
}

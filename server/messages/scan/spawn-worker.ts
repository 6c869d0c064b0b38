import { Worker } from 'node:worker_threads'

/** A thread that scans. Written like this the bundler makes an entry of it, which survives a standalone build. */
export function spawnScanWorker(): Worker {
  return new Worker(new URL('./scan-worker.ts', import.meta.url), { name: 'milena-scan' })
}

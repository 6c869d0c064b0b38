import { AppError } from '@/lib/errors'
import type { Config } from './config/types'
import type { Clock } from './context'
import type { InFlight } from './http/in-flight'
import type { KafkaClusters } from './kafka/port'
import type { Logger } from './log'
import type { Metrics } from './metrics'
import type { Services } from './services'
import type { Store } from './store/types'

/**
 * Everything that lives once a process. Next compiles instrumentation, routes and pages apart: module state
 * is not shared, this is.
 */
export type Runtime = {
  /** Of this process; `/readyz` shows it. */
  instanceId: string
  config: Config
  store: Store
  clusters: KafkaClusters
  services: Services
  clock: Clock
  log: Logger
  metrics: Metrics
  inFlight: InFlight
  /** Aborts when the process is asked to stop: streams end then. */
  stopping: AbortSignal
}

const KEY: unique symbol = Symbol.for('milena.runtime')
const home: typeof globalThis & { [KEY]?: Promise<Runtime> | undefined } = globalThis

/** Set by boot before it begins, so that whoever asks meanwhile waits for the same one. */
export function setRuntime(runtime: Promise<Runtime> | undefined): void {
  home[KEY] = runtime
}

export function hasRuntime(): boolean {
  return home[KEY] !== undefined
}

/** The process's runtime. Throws SHUTTING_DOWN when there is none, or what boot failed with. */
export async function getRuntime(): Promise<Runtime> {
  const runtime = home[KEY]
  if (!runtime) throw new AppError('SHUTTING_DOWN')
  return runtime
}

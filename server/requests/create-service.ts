import { randomUUID } from 'node:crypto'
import type { ServiceDeps, Services } from '@/server/services'
import { Runner } from './request-runner'

/** The runner of requests; what it does stands in the audit log as Milena's own, with who asked and who approved. */
export function createRequestRunner(deps: ServiceDeps, services: () => Services): Runner {
  const stop = new AbortController()
  return new Runner(randomUUID(), requestId => ({
    ...deps,
    actor: { kind: 'system', name: 'milena', grants: [{ role: 'admin' }] },
    requestId,
    signal: stop.signal,
    services: services(),
  }))
}

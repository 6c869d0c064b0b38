import { randomUUID } from 'node:crypto'
import type { Actor, Context } from '@/server/context'
import type { Runtime } from '@/server/runtime'

/** What a verb gets, out of what lives once a process and what is asked now. */
export function makeContext(
  runtime: Runtime,
  asked: { actor: Actor; requestId: string; signal: AbortSignal },
): Context {
  const { config, store, clusters, services, clock, log } = runtime
  return { ...asked, config, store, clusters, services, clock, log }
}

const SANE = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/

/** The client's request id if it is one that can stand in logs and headers, else a new one. */
export function requestIdOf(headers: Pick<Headers, 'get'>): string {
  const given = headers.get('x-request-id')
  return given !== null && SANE.test(given) ? given : randomUUID()
}

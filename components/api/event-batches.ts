import type { EventOf, StreamEndpoint } from '@/lib/contracts/endpoint'

/** Whoever reads along can follow ten changes a second; more only take the page's time. */
const PACE_MS = 100

/**
 * Events of a stream, parsed by the contract and handed on ten times a second at most (or as seldom as `paceMs`
 * says): thousands a second are ten renderings. By a timer, since frames stand still in a hidden tab and what
 * arrives would pile up. What the contract does not know is left out. `cancel` drops what was not handed on.
 */
export function eventBatches<C extends StreamEndpoint>(
  contract: C,
  deliver: (events: readonly EventOf<C>[]) => void,
  paceMs = PACE_MS,
): { take: (name: string, data: string) => void; flush: () => void; cancel: () => void } {
  let batch: EventOf<C>[] = []
  let timer: ReturnType<typeof setTimeout> | null = null
  let nextAtMs = 0
  const cancel = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
  }
  const flush = () => {
    cancel()
    if (batch.length === 0) return
    const events = batch
    batch = []
    nextAtMs = performance.now() + paceMs
    deliver(events)
  }
  const take = (name: string, data: string) => {
    const schema = Object.hasOwn(contract.events, name) ? contract.events[name] : undefined
    if (!schema) return
    const parsed = schema.safeParse(JSON.parse(data))
    // The schema is the one of this event's name, so the pair is one of EventOf.
    if (parsed.success) batch.push({ event: name, data: parsed.data } as EventOf<C>)
    timer ??= setTimeout(flush, Math.max(0, nextAtMs - performance.now()))
  }
  return { take, flush, cancel }
}

import type { EventOf, StreamEndpoint } from '@/lib/contracts/endpoint'

/**
 * Events of a stream, parsed by the contract and handed on once an animation frame: thousands a second are
 * one rendering. What the contract does not know is left out. `cancel` drops what was not handed on.
 */
export function eventBatches<C extends StreamEndpoint>(
  contract: C,
  deliver: (events: readonly EventOf<C>[]) => void,
): { take: (name: string, data: string) => void; flush: () => void; cancel: () => void } {
  let batch: EventOf<C>[] = []
  let frame = 0
  const flush = () => {
    cancelAnimationFrame(frame)
    frame = 0
    if (batch.length === 0) return
    const events = batch
    batch = []
    deliver(events)
  }
  const take = (name: string, data: string) => {
    const schema = Object.hasOwn(contract.events, name) ? contract.events[name] : undefined
    if (!schema) return
    const parsed = schema.safeParse(JSON.parse(data))
    // The schema is the one of this event's name, so the pair is one of EventOf.
    if (parsed.success) batch.push({ event: name, data: parsed.data } as EventOf<C>)
    if (frame === 0) frame = requestAnimationFrame(flush)
  }
  return { take, flush, cancel: () => cancelAnimationFrame(frame) }
}

import { events } from '@/lib/contracts/events'
import { AppError } from '@/lib/errors'
import { authorise, mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { stream } from '@/server/http/verb'

const MOST_TOPICS = 20
/** Several changes within this time are told as one. */
const COALESCE_MS = 250

/**
 * The browser's one stream a tab: tells which of the subscribed topics changed, so that their queries read again. Changes are
 * coalesced by topic (latest wins), so a slow reader never makes a queue grow. Throws INPUT_INVALID for an unknown topic.
 */
export const streamEvents = stream(events.stream, async function* (ctx, input) {
  authorise(ctx, 'cluster.read', { cluster: input.cluster })
  const cluster = ctx.clusters.get(input.cluster).id
  const subscribed = [...new Set(input.subscribe.split(',').filter(Boolean))].slice(0, MOST_TOPICS)
  const changed = new Set<string>()
  let wake: () => void = () => {}
  const releases = subscribed.map(topic =>
    subscribe(ctx, cluster, topic, () => {
      changed.add(topic)
      wake()
    }),
  )
  const onAbort = () => wake()
  ctx.signal.addEventListener('abort', onAbort)
  try {
    yield { event: 'hello' as const, data: { subscribed, at: isoNow(ctx) } }
    while (!ctx.signal.aborted) {
      if (changed.size === 0) {
        await new Promise<void>(resolve => {
          wake = resolve
          if (changed.size > 0 || ctx.signal.aborted) resolve()
        })
        await pause(COALESCE_MS, ctx.signal)
      }
      const topics = [...changed]
      changed.clear()
      for (const topic of topics) yield { event: 'changed' as const, data: { topic, at: isoNow(ctx) } }
    }
  } finally {
    for (const release of releases) release()
    ctx.signal.removeEventListener('abort', onAbort)
  }
})

function subscribe(ctx: Context, cluster: string, topic: string, listener: () => void): () => void {
  const { lag, deadLetters, replays } = ctx.services
  if (topic === 'groups' || topic === 'overview') {
    if (!mayDo(ctx, 'group.read', { cluster })) return () => {}
    const releases = [lag.of(cluster).onSnapshot(listener)]
    if (topic === 'overview') releases.push(deadLetters.of(cluster).onChange(listener))
    return () => {
      for (const release of releases) release()
    }
  }
  if (topic === 'dead-letters') return deadLetters.of(cluster).onChange(listener)
  if (topic.startsWith('group:')) return lag.of(cluster).watch(topic.slice(6), listener)
  if (topic.startsWith('replay:')) return replays.of(cluster).onProgress(topic.slice(7), listener)
  throw new AppError('INPUT_INVALID', {
    fields: [
      {
        path: 'subscribe',
        code: 'UNKNOWN_TOPIC',
        message: `There is nothing to subscribe to by the name ${topic}.`,
      },
    ],
  })
}

function isoNow(ctx: Context): string {
  return new Date(ctx.clock.now()).toISOString()
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done, { once: true })
  })
}

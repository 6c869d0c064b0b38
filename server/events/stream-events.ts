import { events } from '@/lib/contracts/events'
import { AppError } from '@/lib/errors'
import { decodeId } from '@/lib/routes'
import { authorise } from '@/server/auth/authorise'
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
  const subscribed = [...new Set(input.subscribe.split(',').filter(Boolean))]
  if (subscribed.length > MOST_TOPICS) refuse('TOO_MANY', `At most ${MOST_TOPICS} topics at a time.`)
  const changed = new Set<string>()
  const releases: (() => void)[] = []
  let wake: () => void = () => {}
  const onAbort = () => wake()
  ctx.signal.addEventListener('abort', onAbort)
  try {
    for (const topic of subscribed) {
      const onChange = () => {
        changed.add(topic)
        wake()
      }
      releases.push(...subscribe(ctx, cluster, topic, onChange))
    }
    yield { event: 'hello' as const, data: { subscribed, at: isoNow(ctx) } }
    while (!ctx.signal.aborted) {
      if (changed.size === 0) {
        await new Promise<void>(resolve => {
          wake = resolve
          if (changed.size > 0 || ctx.signal.aborted) resolve()
        })
      }
      await pause(COALESCE_MS, ctx.signal)
      const topics = [...changed]
      changed.clear()
      for (const topic of topics) yield { event: 'changed' as const, data: { topic, at: isoNow(ctx) } }
    }
  } finally {
    for (const release of releases) release()
    ctx.signal.removeEventListener('abort', onAbort)
  }
})

/** `group:` and `replay:` name one; a name that holds a comma comes as `~` + base64url, like in a path. */
function subscribe(ctx: Context, cluster: string, topic: string, listener: () => void): (() => void)[] {
  const { lag, deadLetters, replays } = ctx.services
  const colon = topic.indexOf(':')
  const kind = colon < 0 ? topic : topic.slice(0, colon)
  const name = colon < 0 ? null : decodeId(topic.slice(colon + 1))
  if (kind === 'overview' && colon < 0) {
    return [lag.of(cluster).onSnapshot(listener), deadLetters.of(cluster).onChange(listener)]
  }
  if (kind === 'groups' && colon < 0) {
    authorise(ctx, 'group.read', { cluster })
    return [lag.of(cluster).onSnapshot(listener)]
  }
  if (kind === 'dead-letters' && colon < 0) {
    authorise(ctx, 'deadletter.read', { cluster })
    return [deadLetters.of(cluster).onChange(listener)]
  }
  if (kind === 'group' && name !== null) {
    authorise(ctx, 'group.read', { cluster, group: name })
    return [lag.of(cluster).watch(name, listener)]
  }
  if (kind === 'replay' && name !== null) {
    authorise(ctx, 'replay.read', { cluster })
    return [replays.of(cluster).onProgress(name, listener)]
  }
  return refuse('UNKNOWN_TOPIC', 'There is nothing to subscribe to by one of these names.')
}

function refuse(code: string, message: string): never {
  throw new AppError('INPUT_INVALID', { fields: [{ path: 'subscribe', code, message }] })
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

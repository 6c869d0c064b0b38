import { setTimeout as sleep } from 'node:timers/promises'
import { events } from '@/lib/contracts/events'
import { AppError } from '@/lib/errors'
import { decodeId } from '@/lib/routes'
import { authorise, mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { isVisible, topicsSeen } from '@/server/groups/visible'
import { stream } from '@/server/http/verb'
import { findReplay } from '@/server/replays/replay-store'
import { Signalled } from '@/server/signalled'

const MOST_TOPICS = 20
/** Several changes within this time are told as one. */
const COALESCE_MS = 250

type Subscribe = (listener: () => void) => () => void

/**
 * The browser's one stream a tab: tells which of the subscribed topics changed, so that their queries read
 * again. Changes are coalesced by topic, so a slow reader never makes a queue grow. A name with a comma is
 * given as `group:~<base64url>`, like an id in a path. Throws INPUT_INVALID for what there is nothing to
 * subscribe to; what the caller may not see stays silent.
 */
export const streamEvents = stream(events.stream, async function* (ctx, input) {
  authorise(ctx, 'cluster.read', { cluster: input.cluster })
  const cluster = ctx.clusters.get(input.cluster).id
  const subscribed = [...new Set(input.subscribe.split(',').filter(Boolean))]
  if (subscribed.length > MOST_TOPICS) {
    const message = `At most ${MOST_TOPICS} topics at a time.`
    throw new AppError('INPUT_INVALID', { fields: [{ path: 'subscribe', code: 'TOO_MANY', message }] })
  }
  const sources = subscribed.map(topic => ({ topic, subscribe: sourceOf(ctx, cluster, topic) }))
  const changed = new Set<string>()
  const happened = new Signalled(ctx.signal)
  const releases: (() => void)[] = []
  try {
    for (const { topic, subscribe } of sources) {
      const release = subscribe(() => {
        changed.add(topic)
        happened.tell()
      })
      releases.push(release)
    }
    yield { event: 'hello' as const, data: { subscribed, at: isoNow(ctx) } }
    while (await happened.next()) {
      await sleep(COALESCE_MS, undefined, { signal: ctx.signal })
      const topics = [...changed]
      changed.clear()
      for (const topic of topics) yield { event: 'changed' as const, data: { topic, at: isoNow(ctx) } }
    }
  } catch (error) {
    // The pause was cut short: the end of the stream, not an error of it.
    if (!ctx.signal.aborted) throw error
  } finally {
    for (const release of releases) release()
    happened.close()
  }
})

function sourceOf(ctx: Context, cluster: string, topic: string): Subscribe {
  const { lag, deadLetters } = ctx.services
  const silent: Subscribe = () => () => {}
  const only = (may: boolean, subscribe: Subscribe) => (may ? subscribe : silent)
  const seesGroups = mayDo(ctx, 'group.read', { cluster })
  const seesLetters = mayDo(ctx, 'deadletter.read', { cluster })
  const groups = only(seesGroups, listener => lag.of(cluster).onSnapshot(listener))
  const letters = only(seesLetters, listener => deadLetters.of(cluster).onChange(listener))
  if (topic === 'groups') return groups
  if (topic === 'dead-letters') return letters
  if (topic === 'overview') {
    return listener => {
      const releases = [groups(listener), letters(listener)]
      return () => {
        for (const release of releases) release()
      }
    }
  }
  const [kind, id] = splitTopic(topic)
  if (kind === 'group' && id) return only(seesGroups, watchOf(ctx, cluster, id))
  if (kind === 'replay' && id) {
    return only(mayDo(ctx, 'replay.read', { cluster }), watchReplay(ctx, cluster, id))
  }
  const message = `There is nothing to subscribe to by the name ${topic.slice(0, 100)}.`
  throw new AppError('INPUT_INVALID', { fields: [{ path: 'subscribe', code: 'UNKNOWN_TOPIC', message }] })
}

/** Silent until it is known that the replay's topic is for this reader; one that isn't there stays silent, too. */
function watchReplay(ctx: Context, cluster: string, id: string): Subscribe {
  return listener => {
    let may = false
    let released = false
    let missed = false
    const release = ctx.services.replays.of(cluster).onProgress(id, () => {
      if (may) listener()
      else missed = true
    })
    findReplay(ctx.store, cluster, id)
      .then(row => {
        if (released || !row || !mayDo(ctx, 'replay.read', { cluster, topic: row.sourceTopic })) return
        may = true
        if (missed) listener()
      })
      .catch(() => undefined) // the store is away: silence, and the page's own questions say why
    return () => {
      released = true
      release()
    }
  }
}

/**
 * A group whose topics the caller may not see stays silent; one that is not there, or no more, is worth
 * another look.
 */
function watchOf(ctx: Context, cluster: string, group: string): Subscribe {
  const sampler = ctx.services.lag.of(cluster)
  const may = topicsSeen(ctx, cluster)
  return listener =>
    sampler.watch(group, () => {
      const row = sampler.row(group)
      if (!row || isVisible(row, may)) listener()
    })
}

function splitTopic(topic: string): [kind: string, id: string | null] {
  const colon = topic.indexOf(':')
  if (colon < 0) return [topic, null]
  const id = topic.slice(colon + 1)
  return [topic.slice(0, colon), id.startsWith('~') ? decodeId(id) : id]
}

function isoNow(ctx: Context): string {
  return new Date(ctx.clock.now()).toISOString()
}

import { mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'

/** What the caller may see of dead letters, by topic; each topic is decided once a request. */
export function rightsOf(ctx: Context, cluster: string) {
  const once = (action: 'deadletter.read' | 'record.read') => {
    const known = new Map<string, boolean>()
    return (topic: string): boolean => {
      let may = known.get(topic)
      if (may === undefined) {
        may = mayDo(ctx, action, { cluster, topic })
        known.set(topic, may)
      }
      return may
    }
  }
  return {
    /** See that letters are there and what went wrong. */
    mayList: once('deadletter.read'),
    /** See what is in them. */
    mayRead: once('record.read'),
  }
}

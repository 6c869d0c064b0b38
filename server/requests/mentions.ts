import { calledIn, isCallable } from '@/lib/mentions'
import { isAllowed } from '@/lib/permissions'
import type { Config, UserConfig } from '@/server/config/types'
import type { StoredRequest } from './request-store'

type Seen = Pick<StoredRequest, 'cluster' | 'topic' | 'by'>

/** The users of the configuration who may see the request: whoever may not is neither offered nor told of it. */
export function callableUsers(config: Pick<Config, 'users'>, { cluster, topic, by }: Seen): UserConfig[] {
  return config.users.filter(
    ({ username, grants }) =>
      isCallable(username) && (username === by || isAllowed(grants, 'request.read', { cluster, topic })),
  )
}

/** Who of them is called by `@username` in a text, each once, at most twenty. */
export function mentionsIn(config: Pick<Config, 'users'>, row: Seen, text: string): string[] {
  const called = calledIn(text)
  if (called.length === 0) return []
  const known = new Set(callableUsers(config, row).map(user => user.username))
  const names = called.flatMap(spellings => spellings.find(name => known.has(name)) ?? [])
  return [...new Set(names)].slice(0, 20)
}

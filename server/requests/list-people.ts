import { requests } from '@/lib/contracts/requests'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { findVisible } from './find-visible'
import { callableUsers } from './mentions'
import { unknownRequest } from './request-store'
import { filingResource } from './rights'

const OFFERED = 8
const fold = (text: string) => text.normalize('NFC').toLowerCase()

/**
 * People whom a comment on this request can call: those of the configuration who may see it, whose user name
 * or name holds what was typed; those whose user name begins with it first. For whoever may comment on it.
 * Throws REQUEST_UNKNOWN.
 */
export const listPeople = verb(requests.people, async (ctx, { cluster, id, query }) => {
  const row = await findVisible(ctx, cluster, id)
  authorise(ctx, 'request.file', row ? filingResource(row) : { cluster })
  if (!row) throw unknownRequest(id)
  const wanted = fold(query)
  const rank = (username: string) => (fold(username).startsWith(wanted) ? 0 : 1)
  const items = callableUsers(ctx.config, row)
    .filter(({ username, name }) => fold(username).includes(wanted) || fold(name).includes(wanted))
    .sort((a, b) => rank(a.username) - rank(b.username) || (a.username < b.username ? -1 : 1))
    .slice(0, OFFERED)
    .map(({ username, name }) => ({ username, name }))
  return { items }
})

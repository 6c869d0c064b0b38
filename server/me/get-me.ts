import { me } from '@/lib/contracts/me'
import type { RoleGrant } from '@/lib/permissions'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'

/** Who asks, and with which roles where. */
export const getMe = verb(me.get, async ctx => {
  authorise(ctx, 'cluster.read', {})
  return {
    name: ctx.actor.name,
    kind: ctx.actor.kind === 'token' ? ('token' as const) : ('user' as const),
    grants: ctx.actor.grants.map(toGrant),
  }
})

function toGrant({ role, clusters, topics }: RoleGrant) {
  return {
    role,
    ...(clusters ? { clusters: [...clusters] } : {}),
    ...(topics ? { topics: [...topics] } : {}),
  }
}

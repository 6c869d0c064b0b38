import { AppError } from '@/lib/errors'
import { type Action, isAllowed, type Resource, rolesWith } from '@/lib/permissions'
import type { Context } from '@/server/context'

type Call = { authorised: boolean; parent: Call | undefined }

const calls = new WeakMap<Context, Call>()

/**
 * A context of its own for one call of a verb, so that `authorised()` tells about this call alone, whatever
 * runs beside it.
 */
export function beginCall(outer: Context): { ctx: Context; authorised: () => boolean } {
  const ctx = { ...outer }
  const call: Call = { authorised: false, parent: calls.get(outer) }
  calls.set(ctx, call)
  return { ctx, authorised: () => call.authorised }
}

/**
 * Actions that change a cluster: refused where the configuration says `readOnly`. What only changes our own
 * store is not among them.
 */
const CLUSTER_MUTATIONS: ReadonlySet<Action> = new Set<Action>([
  'topic.create',
  'topic.alter',
  'topic.delete',
  'record.produce',
  'record.purge',
  'replay.run',
  'offset.reset',
  'group.alter',
  'group.delete',
])

/** The resource as people read it: `dev-1/order.created.v1`, `dev-1`, or `*` for everything. */
function describeResource(resource: Resource): string {
  const parts = [resource.cluster, resource.topic ?? resource.group].filter(part => part !== undefined)
  return parts.length > 0 ? parts.join('/') : '*'
}

/**
 * May this actor do it? Answers only; for leaving rows out of a list and for telling a screen. Does not count
 * as authorising.
 */
export function mayDo(ctx: Context, action: Action, resource: Resource): boolean {
  return isAllowed(ctx.actor.grants, action, resource) && !isReadOnlyFor(ctx, action, resource)
}

function isReadOnlyFor(ctx: Context, action: Action, resource: Resource): boolean {
  return (
    CLUSTER_MUTATIONS.has(action) &&
    ctx.config.clusters.some(cluster => cluster.id === resource.cluster && cluster.readOnly)
  )
}

/**
 * The gate of every verb. Throws DENIED (params: action, resource, the roles that would do) or, for what
 * changes a cluster that the configuration calls read-only, CLUSTER_READ_ONLY.
 */
export function authorise(ctx: Context, action: Action, resource: Resource): void {
  for (let call = calls.get(ctx); call; call = call.parent) call.authorised = true
  if (!isAllowed(ctx.actor.grants, action, resource)) {
    throw denied(action, resource)
  }
  if (isReadOnlyFor(ctx, action, resource)) {
    throw new AppError('CLUSTER_READ_ONLY', { params: { cluster: resource.cluster ?? '' } })
  }
}

/** DENIED with what is missing, where, and the roles that would do. */
export const denied = (action: Action, resource: Resource): AppError =>
  new AppError('DENIED', {
    params: { action, resource: describeResource(resource), roles: rolesWith(action).join(', ') },
  })

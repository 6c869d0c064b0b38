import { NameIndex } from '@/lib/naming-policy/name-index'
import type { Context } from '@/server/context'
import { openCreations } from '@/server/requests/request-store'
import type { Store } from '@/server/store/types'

type Kept = { atMs: number; open: { id: number; topic: string }[]; indexes: Map<string, NameIndex> }

/**
 * Of other replicas' requests; those of this process are forgotten at once. The store's own lock keeps two of
 * one name apart.
 */
const MAX_AGE_MS = 1000
const MOST_INDEXES = 100
const kept = new WeakMap<Store, Map<string, Kept>>()

/** Names that open requests for new topics ask for on a cluster, without the request `except` itself. */
export async function pendingNames(ctx: Context, cluster: string, except?: string): Promise<NameIndex> {
  const known = await look(ctx, cluster)
  const key = except ?? ''
  const found = known.indexes.get(key)
  if (found) return found
  if (known.indexes.size >= MOST_INDEXES) known.indexes.clear()
  const index = new NameIndex()
  index.update(known.open.filter(one => String(one.id) !== except).map(one => one.topic))
  known.indexes.set(key, index)
  return index
}

async function look(ctx: Context, cluster: string): Promise<Kept> {
  const clusters = kept.get(ctx.store) ?? new Map<string, Kept>()
  kept.set(ctx.store, clusters)
  const known = clusters.get(cluster)
  if (known && Math.abs(ctx.clock.now() - known.atMs) < MAX_AGE_MS) return known
  const open = await openCreations(ctx, cluster)
  const fresh = { atMs: ctx.clock.now(), open, indexes: new Map<string, NameIndex>() }
  clusters.set(cluster, fresh)
  return fresh
}

/** A request of this process was filed or decided. */
export function forgetPendingNames(store: Store): void {
  kept.delete(store)
}

import { NameIndex } from '@/lib/naming-policy/name-index'
import { mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import type { ClusterMetadata, KafkaCluster } from '@/server/kafka/port'

type Kept = { index: NameIndex; from: ClusterMetadata | null }

const whole = new WeakMap<KafkaCluster, Kept>()
const limited = new WeakMap<KafkaCluster, Map<string, Kept>>()
/** Different sets of limits that people of one cluster have; more would be odd. */
const MOST_LIMITED = 50
const LOOK_MS = 5000

/** Every topic of the cluster, whoever asks: for deciding, never for telling. */
export async function takenNames(ctx: Context, cluster: KafkaCluster): Promise<NameIndex> {
  const metadata = await look(ctx, cluster)
  let kept = whole.get(cluster)
  if (!kept) {
    kept = { index: new NameIndex(), from: null }
    whole.set(cluster, kept)
  }
  return follow(kept, metadata, () => metadata.topics.keys())
}

/** The topics that the actor may see: for answers, suggestions and what is said to exist. */
export async function visibleNames(ctx: Context, cluster: KafkaCluster): Promise<NameIndex> {
  const sees = (topic: string) => mayDo(ctx, 'topic.read', { cluster: cluster.id, topic })
  const { grants } = ctx.actor
  // A grant without limits sees everything, and shares the index with all who do.
  if (grants.every(grant => grant.topics === undefined)) return takenNames(ctx, cluster)
  const metadata = await look(ctx, cluster)
  const byLimits = limited.get(cluster) ?? new Map<string, Kept>()
  limited.set(cluster, byLimits)
  const key = JSON.stringify(grants)
  let kept = byLimits.get(key)
  if (!kept) {
    if (byLimits.size >= MOST_LIMITED) byLimits.clear()
    kept = { index: new NameIndex(), from: null }
    byLimits.set(key, kept)
  }
  return follow(kept, metadata, () => [...metadata.topics.keys()].filter(sees))
}

function look(ctx: Context, cluster: KafkaCluster): Promise<ClusterMetadata> {
  return cluster.metadata({ signal: ctx.signal, timeoutMs: LOOK_MS, maxAgeMs: 2000 })
}

function follow(kept: Kept, metadata: ClusterMetadata, names: () => Iterable<string>): NameIndex {
  if (kept.from !== metadata) {
    kept.index.update(names())
    kept.from = metadata
  }
  return kept.index
}

import { AppError, type ErrorCode } from '@/lib/errors'
import type { Context } from '@/server/context'
import type { ClusterMetadata, KafkaCluster } from '@/server/kafka/port'
import { optionsOf, type ReplayOptions, type ReplayRow } from './replay-store'

/** A target as its plan found it. */
export type PlannedTarget = NonNullable<ReplayOptions['frozen']['targets']>[number]
type Topics = ClusterMetadata['topics']

/** How old metadata may be by which a running replay looks at its targets. */
const LOOK_MS = 5_000

/**
 * What these targets are now. Throws TARGET_CHANGED when a target is another topic under its old name, or has more
 * or fewer partitions than when records were given theirs: keys may belong elsewhere now, and a person decides.
 * One that is not there is the write's to meet. Throws what the cluster answers.
 */
export async function lookAtTargets(
  cluster: Pick<KafkaCluster, 'metadata'>,
  planned: readonly PlannedTarget[],
  names: Iterable<string>,
  signal: AbortSignal,
): Promise<Topics> {
  const asked = [...new Set(names)]
  if (asked.length === 0) return new Map()
  const { topics } = await cluster.metadata({ topics: asked, maxAgeMs: LOOK_MS, signal })
  for (const [topic, topicId, partitions] of planned) {
    const now = found(topics, topic)
    if (!now) continue
    const change = now.topicId !== topicId ? 'recreated' : 'partitions'
    if (change === 'partitions' && now.partitions.length === partitions) continue
    throw new AppError('TARGET_CHANGED', {
      params: { topic, change, planned: partitions, now: now.partitions.length },
    })
  }
  return topics
}

/** Stops that are about the target itself: who lets the replay go on takes it as it is now. */
const ABOUT_TARGET: ReadonlySet<string | null> = new Set<ErrorCode>([
  'TARGET_CHANGED',
  'TOPIC_UNKNOWN',
  'PARTITION_UNKNOWN',
])

/** What resuming a replay changes of its options: the targets as they are now. Throws what the cluster answers. */
export async function acceptTargets(
  ctx: Pick<Context, 'clusters' | 'signal'>,
  row: ReplayRow,
): Promise<{ options?: ReplayOptions }> {
  const options = optionsOf(row)
  const { targets } = options.frozen
  if (!targets || !ABOUT_TARGET.has(row.stateReason)) return {}
  const cluster = ctx.clusters.get(options.request.targetCluster ?? row.cluster)
  const names = targets.map(([topic]) => topic)
  const { topics } = await cluster.metadata({ topics: names, maxAgeMs: 0, signal: ctx.signal })
  const accepted = targets.map((target): PlannedTarget => {
    const now = found(topics, target[0])
    return now ? [target[0], now.topicId, now.partitions.length] : target
  })
  return { options: { ...options, frozen: { ...options.frozen, targets: accepted } } }
}

function found(topics: Topics, topic: string) {
  const answer = topics.get(topic)
  return answer?.ok ? answer.value : null
}

import * as z from 'zod'
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
      params: { topic, change, planned: partitions, now: now.partitions.length, topicId: now.topicId },
    })
  }
  return topics
}

/** What a stop with TARGET_CHANGED told of its one target. */
const toldTarget = z.object({ topic: z.string(), topicId: z.string(), now: z.number() })

/**
 * What resuming a replay changes of its options: the target whose change stopped it, as it was told and still is.
 * What nobody was told of stops it once more. Throws what the cluster answers.
 */
export async function acceptTargets(
  ctx: Pick<Context, 'clusters' | 'signal'>,
  row: ReplayRow,
): Promise<{ options?: ReplayOptions }> {
  const options = optionsOf(row)
  const { targets } = options.frozen
  if (!targets || row.stateReason !== ('TARGET_CHANGED' satisfies ErrorCode)) return {}
  // Stops of an older version did not tell the id: the next one does.
  const told = toldTarget.safeParse(JSON.parse(row.stateParams ?? '{}')).data
  if (!told) return {}
  const cluster = ctx.clusters.get(options.request.targetCluster ?? row.cluster)
  const { topics } = await cluster.metadata({ topics: [told.topic], maxAgeMs: 0, signal: ctx.signal })
  const now = found(topics, told.topic)
  if (now?.topicId !== told.topicId || now.partitions.length !== told.now) return {}
  const accepted = targets.map(
    (target): PlannedTarget => (target[0] === told.topic ? [told.topic, told.topicId, told.now] : target),
  )
  return { options: { ...options, frozen: { ...options.frozen, targets: accepted } } }
}

function found(topics: Topics, topic: string) {
  const answer = topics.get(topic)
  return answer?.ok ? answer.value : null
}

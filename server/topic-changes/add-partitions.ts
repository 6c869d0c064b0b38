import type { NameViolation } from '@/lib/contracts/topics'
import { AppError } from '@/lib/errors'
import { violation } from '@/lib/naming-policy/violation'
import { type AuditNote, audited } from '@/server/audit/audited'
import type { Context } from '@/server/context'
import { checkChange } from './check-change'
import { factsOf, readTopicSettings } from './read-topic-settings'
import { refuseSystemTopic } from './refuse-system-topic'

export type PartitionPlan = {
  before: number
  after: number
  replicasAdded: number
  warnings: NameViolation[]
  policyVersion: number
}

/**
 * More partitions as policy and broker (validateOnly) would take them. Throws PARTITIONS_NOT_MORE for fewer or
 * as many, LIMIT_POLICY_VIOLATION.
 */
export async function planPartitions(
  ctx: Context,
  clusterId: string,
  topic: string,
  count: number,
): Promise<PartitionPlan> {
  refuseSystemTopic(topic)
  const cluster = ctx.clusters.get(clusterId)
  const settings = await readTopicSettings(ctx, cluster, topic)
  const facts = factsOf(topic, settings)
  const before = facts.partitions
  if (count <= before) {
    const params = { value: count, partitions: before }
    const { code, message } = violation('partitions-not-more', 'partitions', params)
    throw new AppError('PARTITIONS_NOT_MORE', {
      params: { topic, partitions: before },
      fields: [{ path: 'count', code, message, params }],
    })
  }
  const verdict = await checkChange(ctx, clusterId, facts, { ...facts, partitions: count }, ['partitions'])
  await cluster.createPartitions(topic, count, { signal: ctx.signal, validateOnly: true })
  return { before, after: count, replicasAdded: (count - before) * facts.replicationFactor, ...verdict }
}

/** Plans, then adds. Without the caller's signal: once it is sent it happens, whether anybody waits or not. */
export async function addPartitions(
  ctx: Context,
  clusterId: string,
  topic: string,
  count: number,
  note: AuditNote = {},
): Promise<PartitionPlan> {
  const plan = await planPartitions(ctx, clusterId, topic, count)
  const { before, after, policyVersion } = plan
  await audited(
    ctx,
    {
      action: 'topic.partitions',
      cluster: clusterId,
      resource: `topic:${topic}`,
      details: { before, after, policyVersion, ...note.details },
      reason: note.reason ?? null,
    },
    () => ctx.clusters.get(clusterId).createPartitions(topic, count),
  )
  return plan
}

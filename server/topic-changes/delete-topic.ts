import { type TopicUsage, topicChanges } from '@/lib/contracts/topic-changes'
import { AppError } from '@/lib/errors'
import { userParams } from '@/lib/topic-users'
import { type AuditNote, audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { readTopic } from '@/server/topics/read-topic'
import { refuseSystemTopic, requireConfirm } from './refuse-system-topic'
import { readUsage, usersOf } from './topic-usage'

/**
 * Deletes a topic; `confirm` repeats its name. Throws TOPIC_UNKNOWN, INPUT_INVALID (CONFIRM_MISMATCH),
 * TOPIC_IN_USE unless overridden, STATE_CONFLICT for system topics (`__*`), OUTCOME_UNKNOWN. A dry run
 * answers who uses it.
 */
export const deleteTopic = verb(topicChanges.remove, async (ctx, input) => {
  authorise(ctx, 'topic.delete', { cluster: input.cluster, topic: input.topic })
  if (!input.dryRun) requireConfirm(input.topic, input.confirm)
  const { cluster, topic, override, dryRun } = input
  if (dryRun) {
    refuseSystemTopic(topic)
    const metadata = await readTopic(ctx, ctx.clusters.get(cluster), topic)
    return { name: topic, deleted: false, usage: await readUsage(ctx, cluster, metadata) }
  }
  return {
    name: topic,
    deleted: true,
    usage: await dropTopic(ctx, cluster, topic, { override, reason: input.reason ?? null }),
  }
})

/** Deletes a topic that nobody uses. `topicId`: only this one, not another that got its name since. */
export async function dropTopic(
  ctx: Context,
  clusterId: string,
  topic: string,
  options: { override: boolean; topicId?: string | null } & AuditNote,
): Promise<TopicUsage> {
  refuseSystemTopic(topic)
  const cluster = ctx.clusters.get(clusterId)
  const metadata = await readTopic(ctx, cluster, topic)
  if (options.topicId && metadata.topicId !== options.topicId) {
    throw new AppError('STATE_CONFLICT', {
      detail: 'The topic was deleted and made anew since.',
      params: { state: 'recreated' },
    })
  }
  const usage = await readUsage(ctx, clusterId, metadata)
  const users = usersOf(usage)
  if (usage.inUse && !options.override)
    throw new AppError('TOPIC_IN_USE', { params: { topic, ...userParams(users) } })
  const details = {
    topicId: metadata.topicId,
    partitions: metadata.partitions.length,
    messages: usage.messages,
    override: options.override && usage.inUse,
    ...(usage.inUse ? { usedBy: users } : {}),
    ...options.details,
  }
  await audited(
    ctx,
    {
      action: 'topic.delete',
      cluster: clusterId,
      resource: `topic:${topic}`,
      details,
      reason: options.reason ?? null,
    },
    // Without the caller's signal: once it is sent the topic goes, whether anybody waits for the answer or not.
    () => cluster.deleteTopic(topic),
  )
  return usage
}

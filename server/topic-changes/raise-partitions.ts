import { topicChanges } from '@/lib/contracts/topic-changes'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { addPartitions, planPartitions } from './add-partitions'

/** Raises a topic's number of partitions, under the policy. Throws PARTITIONS_NOT_MORE, LIMIT_POLICY_VIOLATION. */
export const raisePartitions = verb(topicChanges.partitions, async (ctx, input) => {
  const { cluster, topic, count, dryRun } = input
  authorise(ctx, 'topic.alter', { cluster, topic })
  const plan = dryRun
    ? await planPartitions(ctx, cluster, topic, count)
    : await addPartitions(ctx, cluster, topic, count, { reason: input.reason ?? null })
  return { topic, applied: !dryRun, ...plan }
})

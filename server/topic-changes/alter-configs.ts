import { topicChanges } from '@/lib/contracts/topic-changes'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { changeConfigs, planConfigs } from './change-configs'

/**
 * Sets single configs or gives them back to the broker's default, under the policy. Throws CONFIG_INVALID,
 * LIMIT_POLICY_VIOLATION with fields.
 */
export const alterConfigs = verb(topicChanges.configs, async (ctx, input) => {
  const { cluster, topic, dryRun } = input
  authorise(ctx, 'topic.alter', { cluster, topic })
  const plan = dryRun
    ? await planConfigs(ctx, cluster, topic, input)
    : await changeConfigs(ctx, cluster, topic, input, { reason: input.reason ?? null })
  return { topic, applied: !dryRun && plan.changes.length > 0, ...plan }
})

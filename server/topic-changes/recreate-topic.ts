import { setTimeout as sleep } from 'node:timers/promises'
import { topicChanges } from '@/lib/contracts/topic-changes'
import { topics } from '@/lib/contracts/topics'
import { AppError, toAppError } from '@/lib/errors'
import { topicErrorCode } from '@/lib/naming-policy/check-topic'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import { checkNewTopic } from '@/server/names/check-new-topic'
import { makeTopic } from '@/server/topics/create-topic'
import { toField } from '@/server/topics/violation-field'
import { dropTopic } from './delete-topic'
import { factsOf, readTopicSettings, type TopicSettings } from './read-topic-settings'
import { refuseSystemTopic, requireConfirm } from './refuse-system-topic'
import { readUsage } from './topic-usage'

/** Brokers may hold on to a name for a moment after its topic is gone. */
const TRIES = 40
const TRY_EVERY_MS = 250

/**
 * Deletes a topic and makes it anew with the same size, configs and facts. The policy is asked before
 * anything goes: what it would not let be made stays. Throws what deletion and creation throw; should the
 * creation fail after the deletion, its audit row holds the settings.
 */
export const recreateTopic = verb(topicChanges.recreate, async (ctx, input) => {
  const { cluster: clusterId, topic, override, dryRun } = input
  authorise(ctx, 'topic.delete', { cluster: clusterId, topic })
  authorise(ctx, 'topic.create', { cluster: clusterId, topic })
  if (!dryRun) requireConfirm(topic, input.confirm)
  refuseSystemTopic(topic)
  const cluster = ctx.clusters.get(clusterId)
  const settings = await readTopicSettings(ctx, cluster, topic)
  const facts = factsOf(topic, settings)
  const { warnings, policyVersion } = await refuseForbidden(ctx, clusterId, facts)
  const { partitions, replicationFactor, configs } = facts
  const answer = { name: topic, partitions, replicationFactor, configs, warnings, policyVersion }
  if (dryRun) {
    const usage = await readUsage(ctx, clusterId, settings.metadata)
    return { ...answer, recreated: false, usage }
  }
  const usage = await dropTopic(ctx, clusterId, topic, {
    override,
    topicId: settings.metadata.topicId,
    details: { recreate: true },
    reason: input.reason ?? null,
  })
  await makeAnew(ctx, clusterId, { facts, meta: settings.meta, reason: input.reason })
  return { ...answer, recreated: true, usage }
})

type Facts = ReturnType<typeof factsOf>

/** The whole policy over what is there, but for that it is there. */
async function refuseForbidden(ctx: Context, clusterId: string, facts: Facts) {
  const { check } = await checkNewTopic(ctx, clusterId, facts, { for: 'decision' })
  const violations = check.violations.filter(one => one.code !== 'exists')
  const code = topicErrorCode({
    ...check,
    valid: violations.length === 0,
    violations,
    name: {
      ...check.name,
      violations: check.name.violations.filter(one => one.code !== 'exists'),
      valid: !check.name.violations.some(one => one.code !== 'exists'),
    },
  })
  if (code !== null)
    throw new AppError(code, { fields: violations.map(toField), params: { topic: facts.name } })
  return check
}

async function makeAnew(
  ctx: Context,
  clusterId: string,
  { facts, meta, reason }: { facts: Facts; meta: TopicSettings['meta']; reason: string | undefined },
): Promise<void> {
  const { name, partitions, replicationFactor, configs } = facts
  const { owner, description, classification, schema, tags } = meta ?? {}
  const wanted = topics.create.input.parse({
    cluster: clusterId,
    name,
    partitions,
    replicationFactor,
    configs,
    ...(owner ? { owner } : {}),
    ...(description ? { description } : {}),
    ...(classification ? { classification } : {}),
    ...(schema ? { schema } : {}),
    ...(tags ? { tags } : {}),
  })
  // What was begun is ended, whether anybody waits for the answer or not.
  const steady = { ...ctx, signal: new AbortController().signal }
  for (let tries = 1; ; tries++) {
    try {
      await makeTopic(steady, wanted, { reason })
      return
    } catch (thrown) {
      if (toAppError(thrown).code !== 'TOPIC_EXISTS' || tries === TRIES) throw thrown
      await sleep(TRY_EVERY_MS)
    }
  }
}

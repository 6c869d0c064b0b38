import type { PolicyImpact } from '@/lib/contracts/policies'
import type { PolicySpec } from '@/lib/contracts/policy-spec'
import type { NameViolation } from '@/lib/contracts/topics'
import { checkName } from '@/lib/naming-policy/check-name'
import { checkTopic, type TopicFacts } from '@/lib/naming-policy/check-topic'
import { classifyTopic } from '@/lib/naming-policy/classify-topic'
import { compilePolicy, type NamingPolicy } from '@/lib/naming-policy/policy'
import { mayDo } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { readTopicFacts } from '@/server/drift/topic-facts'
import type { ActivePolicy } from './policy-for'

const MOST_ITEMS = 200

/** What a draft would do to the topics that are there and that the actor may see: broken, newly broken, set right. */
export async function policyImpactOn(
  ctx: Context,
  cluster: string,
  draft: PolicySpec,
  active: ActivePolicy,
): Promise<PolicyImpact> {
  const { facts, settingsKnown } = await readTopicFacts(ctx, ctx.clusters.get(cluster))
  const environment = ctx.config.clusters.find(one => one.id === cluster)?.environment ?? 'dev'
  const policy = compilePolicy(draft, { environment, catalogue: active.policy.catalogue })
  const nowMs = ctx.clock.now()
  const impact: PolicyImpact = {
    topics: 0,
    breaking: 0,
    newlyBreaking: 0,
    fixed: 0,
    items: [],
    settingsKnown,
  }
  const later: PolicyImpact['items'] = []
  for (const topic of facts.values()) {
    if (topic.internal || classifyTopic(topic.name).kind === 'internal') continue
    if (!mayDo(ctx, 'topic.read', { cluster, topic: topic.name })) continue
    impact.topics++
    const before = broken(active.policy, topic, nowMs)
    const after = broken(policy, topic, nowMs)
    if (after.violations.length === 0) {
      if (before.violations.length > 0) impact.fixed++
      continue
    }
    const isNew = before.violations.length === 0
    impact.breaking++
    if (isNew) impact.newlyBreaking++
    const list = isNew ? impact.items : later
    if (list.length < MOST_ITEMS) list.push({ topic: topic.name, isNew, ...after, suggestion: null })
  }
  impact.items = [...impact.items, ...later].slice(0, MOST_ITEMS)
  for (const item of impact.items)
    item.suggestion = checkName(policy, item.topic, { nowMs }).suggestions[0] ?? null
  return impact
}

/**
 * Nothing is asked about what is there: a topic does not collide with itself. Suggestions are for the few
 * that are shown.
 */
function broken(policy: NamingPolicy, topic: TopicFacts, nowMs: number): { violations: NameViolation[] } {
  const { violations } = checkTopic(policy, topic, { nowMs, suggest: false })
  return { violations: violations.slice(0, 10) }
}

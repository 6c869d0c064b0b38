import { type NameViolation, topics } from '@/lib/contracts/topics'
import { AppError, type ErrorCode, type FieldError } from '@/lib/errors'
import { checkLimits } from '@/lib/naming-policy/check-limits'
import { DEFAULT_POLICY } from '@/lib/naming-policy/policy'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { checkNameOn } from './check-name'

/**
 * Creates a topic under the policy. The broker's own dry run (validateOnly) comes first in every case: it resolves -1 to the
 * broker's defaults, which are then held against the limits, so that no default slips past them.
 * Throws NAME_POLICY_VIOLATION or LIMIT_POLICY_VIOLATION with a field for every broken rule, TOPIC_EXISTS, CONFIG_INVALID, ...
 */
export const createTopic = verb(topics.create, async (ctx, input) => {
  authorise(ctx, 'topic.create', { cluster: input.cluster, topic: input.name })
  const cluster = ctx.clusters.get(input.cluster)
  const verdict = await checkNameOn(ctx, input.cluster, input.name)
  refuse('NAME_POLICY_VIOLATION', verdict.violations)
  const wanted = {
    name: input.name,
    partitions: input.partitions,
    replicationFactor: input.replicationFactor,
    configs: input.configs,
  }
  const resolved = await cluster.createTopic(wanted, { signal: ctx.signal, validateOnly: true })
  const { brokers } = await cluster.metadata({ signal: ctx.signal, maxAgeMs: 5000 })
  const minInSync = resolved.configs.find(c => c.name === 'min.insync.replicas')?.value
  const limits = checkLimits(DEFAULT_POLICY, {
    partitions: resolved.partitions,
    replicationFactor: resolved.replicationFactor,
    // What the person did not choose is the broker's default, which the policy accepts, but it must fit the replication.
    configs: { ...(minInSync ? { 'min.insync.replicas': minInSync } : {}), ...input.configs },
    brokers: brokers.length,
  })
  refuse('LIMIT_POLICY_VIOLATION', limits)
  if (input.dryRun) return { ...resolved, topicId: null, created: false, warnings: verdict.warnings }
  const created = await audited(
    ctx,
    { action: 'topic.create', cluster: input.cluster, resource: `topic:${input.name}`, details: wanted },
    () => cluster.createTopic(wanted, { signal: ctx.signal }),
  )
  return { ...created, created: true, warnings: verdict.warnings }
})

function refuse(code: ErrorCode, violations: readonly NameViolation[]): void {
  if (violations.length === 0) return
  const fields = violations.map(
    (v): FieldError => ({
      path: v.field === 'domain' || v.field === 'service' || v.field === 'event' ? 'name' : v.field,
      code: v.code,
      message: v.message,
      params: { ...v.params, ...(v.suggestion === null ? {} : { suggestion: v.suggestion }) },
    }),
  )
  throw new AppError(code, { fields })
}

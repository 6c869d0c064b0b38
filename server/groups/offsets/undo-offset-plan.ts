import { type OffsetOutcome, type OffsetPlan, offsetPlans } from '@/lib/contracts/offset-plans'
import { AppError } from '@/lib/errors'
import { partitionKey, partitionScope } from '@/lib/partition-key'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import type { GroupDescription, KafkaCluster } from '@/server/kafka/port'
import { authoriseTopics, idleGroup } from './apply-offset-plan'
import { finishUndo, loadPlan } from './plan-store'
import { type Committed, readCommitted } from './read-positions'

type Step = { topic: string; partition: number; before: string | null; after: string }

/**
 * Sets back what a plan changed, while the group has no members; where there was no commit before, the commit
 * is deleted. A partition whose commit moved since keeps it (OFFSET_MOVED), unless `force`. Throws
 * PLAN_UNKNOWN, STATE_CONFLICT, GROUP_ACTIVE.
 */
export const undoOffsetPlan = verb(offsetPlans.undo, async (ctx, input) => {
  authorise(ctx, 'group.read', { cluster: input.cluster, group: input.group })
  const plan = await loadPlan(ctx.store, input, ctx.clock.now())
  authoriseTopics(ctx, input.cluster, plan)
  if (!['applied', 'partial', 'undo-partial'].includes(plan.state))
    throw new AppError('STATE_CONFLICT', {
      detail: `The plan is ${plan.state}.`,
      params: { state: plan.state },
    })
  const cluster = ctx.clusters.get(input.cluster)
  const steps = stepsOf(plan)
  await audited(
    ctx,
    {
      action: 'offset.undo',
      cluster: input.cluster,
      resource: `group:${input.group}`,
      reason: input.reason?.trim() || null,
      details: { plan: plan.id, to: plan.to, partitions: steps.length, force: input.force },
    },
    async () => {
      const described = await idleGroup(ctx, input.cluster, input.group)
      const committed = await readCommitted(cluster, described, ctx.signal)
      const done = await setBack(cluster, described, steps, committed, input.force)
      const before = (plan.undo ?? []).filter(
        one => one.ok && !done.some(d => d.topic === one.topic && d.partition === one.partition),
      )
      await finishUndo(ctx.store, plan.id, [...before, ...done], ctx.clock.now())
    },
  )
  ctx.services.lag.of(input.cluster).noteReset(input.group, { plan: plan.id, to: 'undo' })
  return loadPlan(ctx.store, input, ctx.clock.now())
})

/** What was changed and is not set back yet. */
function stepsOf(plan: OffsetPlan): Step[] {
  const done = new Set(plan.outcome?.filter(one => one.ok).map(partitionKey))
  for (const one of plan.undo ?? []) if (one.ok) done.delete(partitionKey(one))
  return plan.rows.flatMap(row =>
    row.after !== null && done.has(partitionKey(row))
      ? [{ topic: row.topic, partition: row.partition, before: row.before, after: row.after }]
      : [],
  )
}

async function setBack(
  cluster: KafkaCluster,
  described: GroupDescription,
  steps: readonly Step[],
  committed: Committed,
  force: boolean,
): Promise<OffsetOutcome[]> {
  const stands = (step: Step) => committed.get(step.topic)?.get(step.partition)?.toString() ?? null
  // An undo whose answer was lost has set some of it back already.
  const isBack = (step: Step) => step.after !== step.before && stands(step) === step.before
  const free = steps.filter(step => !isBack(step) && (force || stands(step) === step.after))
  const commits = free.flatMap(({ topic, partition, before }) =>
    before === null ? [] : [{ topic, partition, offset: BigInt(before) }],
  )
  const deletions = free
    .filter(step => step.before === null)
    .map(({ topic, partition }) => ({ topic, partition }))
  const answers = [
    ...(await cluster.commitOffsets(described, commits)),
    ...(await cluster.deleteOffsets(described, deletions)),
  ]
  const byKey = new Map(answers.map(one => [partitionKey(one), one.answer]))
  return steps.map(step => {
    const { topic, partition, before } = step
    const answer = byKey.get(partitionKey(step))
    if (answer?.ok || isBack(step)) return { topic, partition, offset: before, ok: true, problem: null }
    const moved = {
      scope: partitionScope(step),
      code: 'OFFSET_MOVED',
      params: { topic, partition },
    }
    return { topic, partition, offset: stands(step), ok: false, problem: answer ? answer.problem : moved }
  })
}

import { type OffsetOutcome, type OffsetPlan, offsetPlans } from '@/lib/contracts/offset-plans'
import { AppError } from '@/lib/errors'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import type { GroupDescription, KafkaCluster } from '@/server/kafka/port'
import { claimPlan, finishPlan, loadPlan, unclaimPlan } from './plan-store'
import { type Committed, describeNow, hasMembers, readCommitted } from './read-positions'

/**
 * Sets the offsets of a plan. The group must have no members at this moment, and must stand where the plan
 * found it. Throws PLAN_UNKNOWN, PLAN_EXPIRED, STATE_CONFLICT (applied before), GROUP_ACTIVE, OFFSET_MOVED;
 * one partition's failure is its outcome.
 */
export const applyOffsetPlan = verb(offsetPlans.apply, async (ctx, input) => {
  authorise(ctx, 'group.read', { cluster: input.cluster, group: input.group })
  const plan = await loadPlan(ctx.store, input, ctx.clock.now())
  authoriseTopics(ctx, input.cluster, plan)
  if (plan.state === 'expired')
    throw new AppError('PLAN_EXPIRED', { params: { plan: plan.id, expiredAt: plan.expiresAt } })
  if (plan.changed === 0) throw new AppError('SELECTION_EMPTY', { params: { of: 'changes' } })
  const cluster = ctx.clusters.get(input.cluster)
  await audited(
    ctx,
    {
      action: 'offset.reset',
      cluster: input.cluster,
      resource: `group:${input.group}`,
      reason: input.reason?.trim() || plan.reason,
      details: {
        plan: plan.id,
        to: plan.to,
        partitions: plan.changed,
        skipped: plan.skipped,
        repeated: plan.repeated,
      },
    },
    async () => {
      if (!(await claimPlan(ctx.store, plan.id, ctx.actor.name, ctx.clock.now())))
        throw new AppError('STATE_CONFLICT', {
          detail: `The plan is ${plan.state}.`,
          params: { state: plan.state },
        })
      let outcome: OffsetOutcome[]
      try {
        const described = await idleGroup(ctx, input.cluster, input.group)
        const committed = await readCommitted(cluster, described, ctx.signal)
        refuseMoved(plan, committed)
        outcome = await commit(cluster, described, plan)
      } catch (error) {
        // A lost answer may have changed something: only what surely did nothing may be tried again.
        if (error instanceof AppError && error.code !== 'OUTCOME_UNKNOWN')
          await unclaimPlan(ctx.store, plan.id)
        throw error
      }
      await finishPlan(ctx.store, plan.id, outcome)
      const [first] = outcome
      if (outcome.every(one => !one.ok) && first?.problem?.code === 'GROUP_ACTIVE')
        throw new AppError('GROUP_ACTIVE', { params: { group: input.group } })
    },
  )
  ctx.services.lag.of(input.cluster).noteReset(input.group, { plan: plan.id, to: plan.to })
  return loadPlan(ctx.store, input, ctx.clock.now())
})

export function authoriseTopics(ctx: Context, cluster: string, plan: OffsetPlan): void {
  for (const topic of new Set(plan.rows.map(row => row.topic)))
    authorise(ctx, 'offset.reset', { cluster, topic })
}

/** The group as it is now. Throws GROUP_ACTIVE when it has members. */
export async function idleGroup(ctx: Context, cluster: string, group: string): Promise<GroupDescription> {
  const described = await describeNow(ctx, cluster, group)
  if (hasMembers(described))
    throw new AppError('GROUP_ACTIVE', {
      params: { group, state: described.state, members: described.members.length },
    })
  return described
}

/** What was skipped and repeated was counted from other offsets: a person must see the new count first. */
function refuseMoved(plan: OffsetPlan, committed: Committed): void {
  const moved = plan.rows.filter(
    row =>
      row.after !== null && (committed.get(row.topic)?.get(row.partition)?.toString() ?? null) !== row.before,
  )
  const [first] = moved
  if (first)
    throw new AppError('OFFSET_MOVED', {
      params: { partitions: moved.length, topic: first.topic, partition: first.partition },
    })
}

/** Commits what changes. Without the caller's signal: what was sent is done whether anybody waits or not. */
async function commit(
  cluster: KafkaCluster,
  described: GroupDescription,
  plan: OffsetPlan,
): Promise<OffsetOutcome[]> {
  const changes = plan.rows.flatMap(({ topic, partition, before, after }) =>
    after === null || after === before ? [] : [{ topic, partition, offset: BigInt(after), before }],
  )
  const answers = await cluster.commitOffsets(described, changes)
  return changes.map(({ topic, partition, offset, before }, i) => {
    const answer = answers[i]?.answer
    return {
      topic,
      partition,
      offset: answer?.ok ? offset.toString() : before,
      ok: answer?.ok ?? false,
      problem: answer && !answer.ok ? answer.problem : null,
    }
  })
}

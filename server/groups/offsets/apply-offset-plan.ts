import type { Problem } from '@/lib/contracts/common'
import {
  type OffsetOutcome,
  type OffsetPlan,
  type OffsetPlanRow,
  offsetPlans,
} from '@/lib/contracts/offset-plans'
import { AppError } from '@/lib/errors'
import { partitionKey, partitionScope } from '@/lib/partition-key'
import { audited } from '@/server/audit/audited'
import { authorise } from '@/server/auth/authorise'
import type { Context } from '@/server/context'
import { verb } from '@/server/http/verb'
import type { Answer, GroupDescription, KafkaCluster, TopicPartition } from '@/server/kafka/port'
import { claimPlan, finishPlan, loadPlan, unclaimPlan } from './plan-store'
import { type Committed, describeNow, hasMembers, readCommitted } from './read-positions'

const ENDS_MS = 3000
const SETTLE_MS = 8000

/**
 * Sets the offsets of a plan. The group must have no members at this moment, and must stand where the plan
 * found it; a plan whose application was cut short is taken up again, and what it had set counts as set.
 * Throws PLAN_UNKNOWN, PLAN_EXPIRED, STATE_CONFLICT (applied before), GROUP_ACTIVE, OFFSET_MOVED,
 * OFFSET_OUT_OF_RANGE (the log has moved past the plan); one partition's failure is its outcome.
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
      const isAgain = plan.state === 'applying'
      let outcome: OffsetOutcome[]
      try {
        const described = await idleGroup(ctx, input.cluster, input.group)
        const committed = await readCommitted(cluster, described, ctx.signal)
        const due = dueOf(plan, committed, isAgain)
        await refuseOutside(ctx, cluster, due.rows)
        outcome = await commit(cluster, described, plan, due)
        if (due.rows.length > 0 && outcome.every(one => one.problem?.code === 'GROUP_ACTIVE'))
          throw new AppError('GROUP_ACTIVE', { params: { group: input.group } })
      } catch (error) {
        // A lost answer may have changed something: only what surely did nothing may be planned for anew.
        if (error instanceof AppError && error.code !== 'OUTCOME_UNKNOWN' && !isAgain)
          await unclaimPlan(ctx.store, plan.id)
        throw error
      }
      await finishPlan(ctx.store, plan.id, outcome)
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

type Due = { rows: OffsetPlanRow[]; moved: OffsetPlanRow[] }

/**
 * What is still to be set, and what stands neither where the plan found it nor where it would set it. What was
 * skipped and repeated was counted from other offsets there: a person must see the new count first. Of a plan
 * that is taken up again the others hold, and these are told.
 */
function dueOf(plan: OffsetPlan, committed: Committed, isAgain: boolean): Due {
  const standing = ({ topic, partition }: OffsetPlanRow) =>
    committed.get(topic)?.get(partition)?.toString() ?? null
  const moved = plan.rows.filter(
    row => row.after !== null && standing(row) !== row.before && !(isAgain && standing(row) === row.after),
  )
  const [first] = moved
  if (first && !isAgain)
    throw new AppError('OFFSET_MOVED', {
      params: { partitions: moved.length, topic: first.topic, partition: first.partition },
    })
  return { rows: changesOf(plan).filter(row => standing(row) === row.before), moved }
}

const changesOf = (plan: OffsetPlan) =>
  plan.rows.filter(row => row.after !== null && row.after !== row.before)

/**
 * A log that was cut off or made anew since would send its readers to their reset policy, which may skip all
 * of it. A leader that does not say keeps nobody from setting offsets.
 */
async function refuseOutside(
  ctx: Context,
  cluster: KafkaCluster,
  due: readonly OffsetPlanRow[],
): Promise<void> {
  const at = due.map(({ topic, partition }) => ({ topic, partition }))
  const ask = (end: 'earliest' | 'latest') =>
    cluster.listOffsets(at, end, { signal: ctx.signal, timeoutMs: ENDS_MS }).catch(() => [])
  const [starts, ends] = await Promise.all([ask('earliest'), ask('latest')])
  for (const [i, { topic, partition, after }] of due.entries()) {
    const start = starts[i]?.answer
    const end = ends[i]?.answer
    if (after === null || !start?.ok || !end?.ok) continue
    if (BigInt(after) >= start.value.offset && BigInt(after) <= end.value.offset) continue
    throw new AppError('OFFSET_OUT_OF_RANGE', {
      params: {
        ...{ topic, partition, offset: after },
        ...{ start: start.value.offset.toString(), end: end.value.offset.toString() },
      },
    })
  }
}

/** Commits what is due. Without the caller's signal: what was sent is done whether anybody waits or not. */
async function commit(
  cluster: KafkaCluster,
  described: GroupDescription,
  plan: OffsetPlan,
  { rows, moved }: Due,
): Promise<OffsetOutcome[]> {
  const changes = rows.flatMap(({ topic, partition, after }) =>
    after === null ? [] : [{ topic, partition, offset: BigInt(after) }],
  )
  const answers = await cluster
    .commitOffsets(described, changes)
    .catch((error: unknown) => settle(cluster, described, changes, error))
  const problems = new Map<string, Problem>()
  for (const at of moved)
    problems.set(partitionKey(at), {
      scope: partitionScope(at),
      code: 'OFFSET_MOVED',
      params: { topic: at.topic, partition: at.partition },
    })
  for (const at of answers) if (!at.answer.ok) problems.set(partitionKey(at), at.answer.problem)
  return changesOf(plan).map(row => {
    const { topic, partition, before, after } = row
    const problem = problems.get(partitionKey(row)) ?? null
    return { topic, partition, offset: problem ? before : after, ok: problem === null, problem }
  })
}

/**
 * The answer was lost: the group itself tells whether all was set. Throws the error where it was not, or can't
 * be read: the plan stays as being applied then, to be taken up again.
 */
async function settle(
  cluster: KafkaCluster,
  described: GroupDescription,
  changes: readonly (TopicPartition & { offset: bigint })[],
  error: unknown,
): Promise<(TopicPartition & { answer: Answer<null> })[]> {
  if (!(error instanceof AppError) || error.code !== 'OUTCOME_UNKNOWN') throw error
  const now = await readCommitted(cluster, described, AbortSignal.timeout(SETTLE_MS)).catch(() => null)
  const isSet = changes.every(({ topic, partition, offset }) => now?.get(topic)?.get(partition) === offset)
  if (!isSet) throw error
  return changes.map(({ topic, partition }) => ({ topic, partition, answer: { ok: true, value: null } }))
}

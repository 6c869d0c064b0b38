import { type OffsetPlan, type OffsetPlanRow, offsetPlans } from '@/lib/contracts/offset-plans'
import { authorise, mayDo } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { loadPlan } from './plan-store'

/** One plan, without the topics that the caller may not see and without samples that they may not read. Throws PLAN_UNKNOWN. */
export const getOffsetPlan = verb(offsetPlans.get, async (ctx, input): Promise<OffsetPlan> => {
  authorise(ctx, 'group.read', { cluster: input.cluster, group: input.group })
  const plan = await loadPlan(ctx.store, input, ctx.clock.now())
  const seen = ({ topic }: { topic: string }) => mayDo(ctx, 'group.read', { cluster: input.cluster, topic })
  const readable = (row: OffsetPlanRow): OffsetPlanRow =>
    mayDo(ctx, 'record.read', { cluster: input.cluster, topic: row.topic })
      ? row
      : { ...row, sampleBefore: null, sampleAfter: null }
  return {
    ...plan,
    rows: plan.rows.filter(seen).map(readable),
    outcome: plan.outcome?.filter(seen) ?? null,
    undo: plan.undo?.filter(seen) ?? null,
  }
})

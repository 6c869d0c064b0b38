import { type OffsetPlan, type OffsetPlanRow, offsetPlans } from '@/lib/contracts/offset-plans'
import { AppError } from '@/lib/errors'
import { authorise, mayDo } from '@/server/auth/authorise'
import { verb } from '@/server/http/verb'
import { loadPlan } from './plan-store'

/**
 * One plan, without the topics that the caller may not see and without samples that they may not read. Throws
 * PLAN_UNKNOWN.
 */
export const getOffsetPlan = verb(offsetPlans.get, async (ctx, input): Promise<OffsetPlan> => {
  authorise(ctx, 'group.read', { cluster: input.cluster, group: input.group })
  const plan = await loadPlan(ctx.store, input, ctx.clock.now())
  const seen = ({ topic }: { topic: string }) => mayDo(ctx, 'group.read', { cluster: input.cluster, topic })
  const readable = (row: OffsetPlanRow): OffsetPlanRow =>
    mayDo(ctx, 'record.read', { cluster: input.cluster, topic: row.topic })
      ? row
      : { ...row, sampleBefore: null, sampleAfter: null }
  const rows = plan.rows.filter(seen)
  // A plan about hidden topics alone is as if it were not there, as its group is.
  if (rows.length === 0 && plan.rows.length > 0)
    throw new AppError('PLAN_UNKNOWN', { params: { plan: input.plan } })
  return {
    ...plan,
    rows: rows.map(readable),
    outcome: plan.outcome?.filter(seen) ?? null,
    undo: plan.undo?.filter(seen) ?? null,
  }
})
